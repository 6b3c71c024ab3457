"""What is watched of the samples that a package answers."""

from safetensors import SafetensorError
from safetensors.numpy import load_file

from netwright.monitoring.embedding import Projection
from netwright.monitoring.summaries.catalog import summary_for
from netwright.monitoring.watched import Watched
from netwright.records.errors import PackageError
from netwright.serving.forms.form import Form
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.video_form import VideoForm
from netwright.serving.package import EMBEDDING, Package


def watched_of(form: Form, projection: Projection | None) -> Watched:
    """Return what is watched of samples of a form.

    Args:
        form: What a request carries.
        projection: Of embeddings; None where the model has none.

    Returns:
        What makes the watched numbers.

    >>> watched_of(ImageForm(shape=(1, 8, 8)), None).names[0]
    'brightness'
    """
    features = form.encoding.features if isinstance(form, RowForm) else ()
    channels = form.shape[0] if isinstance(form, ImageForm | VideoForm) else 1
    return Watched(summary_for(form.kind, features, channels), projection)


def package_watch(package: Package) -> Watched:
    """Return what is watched of the samples that a package answers, in the order of its reference.

    Raises:
        PackageError: What projects embeddings cannot be read, or the reference is of other numbers.
    """
    path = package.folder / EMBEDDING
    try:
        projection = Projection.from_arrays(load_file(path)) if path.is_file() else None
    except (OSError, SafetensorError, KeyError) as error:
        raise PackageError(f"{path} cannot be read ({error}); make the package anew with netwright ship") from error
    watched = watched_of(package.form, projection)
    names = tuple(feature.name for feature in package.reference.features)
    if watched.names != names:
        raise PackageError(
            f"{package.folder} was made by another version of netwright: its reference is of {len(names)} numbers "
            f"({', '.join(names[:3])}, ...) and this version watches {len(watched.names)}; make the package anew"
        )
    return watched
