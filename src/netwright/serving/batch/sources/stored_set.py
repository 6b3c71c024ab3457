"""A part of a data set that netwright knows, or that an address names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from netwright.records.errors import DataError
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.stack import ENCODED
from netwright.serving.forms.form import Form
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.forms.video_form import VideoForm

if TYPE_CHECKING:
    from netwright.data.dataset import Dataset

Part = Literal["train", "test"]
AT_ONCE = 64


class StoredSet:
    """The samples of one part of a data set, as requests would carry them.

    Args:
        dataset: The data.
        part: Which part.
        form: Of the package; rows are encoded already, and go to the model as they are.
        shape: Of the models' inputs.

    Raises:
        DataError: The data are of another kind or shape than what the package takes.
    """

    def __init__(self, dataset: "Dataset", part: Part, form: Form, shape: tuple[int, ...]) -> None:
        self.name = f"{dataset.name} ({part} part)"
        if dataset.samples != f"{form.kind}s":
            raise DataError(f"{dataset.name} has {dataset.samples}, but the package takes {form.kind}s")
        if form.kind != "text" and dataset.shape != shape:
            raise DataError(
                f"{dataset.samples} of {dataset.name} have the shape {list(dataset.shape)}, but the package takes "
                f"{list(shape)}; bring them to that form"
            )
        self._dataset, self._part, self._form = dataset, part, form

    def identity(self) -> str:
        """Return fingerprint and part."""
        return f"{self._dataset.fingerprint} {self._part}"

    def size(self) -> int:
        """Return how many samples the part has."""
        return len(self._dataset.train_labels if self._part == "train" else self._dataset.test_labels)

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the samples from number `start` on."""
        taken = self._dataset.train_inputs if self._part == "train" else self._dataset.test_inputs
        for first in range(start, self.size(), AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, self.size()))
            # a tensor as the data set has them, without importing torch here
            inputs = taken(self._dataset.test_labels.new_tensor(list(numbers)))
            tensors = self._tensors(inputs.numpy())
            for place, number in enumerate(numbers):
                values = {name: held[place] for name, held in tensors.items()}
                yield Sample(f"{self._part} {number}", f"{self.name}, number {number}", values, "", number + 1)

    def _tensors(self, inputs: Any) -> Any:
        if isinstance(self._form, ImageForm | TextForm | VideoForm):
            return self._form.tensors(inputs)
        return {ENCODED: inputs}
