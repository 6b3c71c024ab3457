"""Every form that there is."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.forms.video_form import VideoForm

AnyForm = ImageForm | RowForm | TextForm | VideoForm
_READ: TypeAdapter[AnyForm] = TypeAdapter(Annotated[AnyForm, Field(discriminator="kind")])


def read_form(content: str | bytes) -> AnyForm:
    """Return the form that a package holds.

    Args:
        content: JSON, as a form's `to_json` writes it.

    Returns:
        The form.

    >>> read_form(TextForm(length=8).to_json())
    TextForm(kind='text', length=8)
    """
    return _READ.validate_json(content)
