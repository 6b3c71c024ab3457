"""Which format a file of predictions has: its suffix says it."""

from pathlib import Path

from netwright.records.errors import InputError
from netwright.serving.batch.outputs.output import Columns, Output

SUFFIXES = (".parquet", ".csv", ".jsonl")


def check_out(path: Path) -> None:
    """Raise where predictions cannot be written to a file.

    Args:
        path: As the user named it.

    Raises:
        InputError: Its suffix is none of the formats, its folder is missing, or it is there already.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"--out: {path} names no format; let it end in {', '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise InputError(f"--out: there is no folder {path.absolute().parent}; make it, or choose another one")
    if path.exists() or path.is_symlink():
        raise InputError(f"--out: {path} is there already; remove it, or choose another name")


def open_output(path: Path, columns: Columns) -> Output:
    """Return the format of a file.

    Args:
        path: Its name, which `check_out` has looked at.
        columns: What is written.

    Returns:
        The format.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        # its writer is an extra
        from netwright.serving.batch.outputs.parquet import Parquet

        return Parquet(columns)
    if suffix == ".csv":
        from netwright.serving.batch.outputs.delimited import Delimited

        return Delimited(columns)
    from netwright.serving.batch.outputs.json_lines import JsonLines

    return JsonLines(columns)
