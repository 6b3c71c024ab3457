"""Whether two packages can be asked the same: what a canary and a shadow have to fulfil."""

from netwright.records.errors import PackageError
from netwright.serving.package import Package


def check_same_requests(main: Package, other: Package) -> None:
    """Check that another package can answer the requests of the main one, and that its answers mean the same.

    Args:
        main: What is served.
        other: What is to answer some of its requests, or copies of them.

    Raises:
        PackageError: It is the same package, or takes other inputs, or has other classes.
    """
    if main.version == other.version:
        raise PackageError(
            f"{other.folder} is the package that is served already (version {main.version}); name another one"
        )
    pairs = (
        ("takes inputs of the form", main.form, other.form),
        ("takes tensors", main.manifest.inputs, other.manifest.inputs),
        ("has models for inputs of shape", main.manifest.shape, other.manifest.shape),
        ("has classes", main.manifest.classes, other.manifest.classes),
    )
    for what, ours, theirs in pairs:
        if ours != theirs:
            raise PackageError(
                f"{other.folder} {what} {_short(theirs)}, and {main.folder} {_short(ours)}; a canary or shadow must "
                "take the same requests and mean the same by its answers"
            )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
