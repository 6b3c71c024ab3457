"""The user's own Python files, which a cluster's nodes do not have."""

import io
import site
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from netwright.records.errors import InputError

LARGEST = 50 * 2**20
"""Bytes of Python files that are taken along; more is not code, but a folder that happens to be on the path."""

_OWN = Path(__file__).parents[3]
_WHEN = (1980, 1, 1, 0, 0, 0)


def pack_code(path: Sequence[str]) -> bytes:
    """Return the Python files that can be imported here but are not installed, as a zip file for `sys.path`.

    Looked at are the folders of a search path outside the installation, and their subfolders as far as those hold
    Python files themselves and have names that can be imported. The first file of a name counts, as in an import.

    Args:
        path: The search path, such as `sys.path`; an empty entry is the working folder.

    Returns:
        The zip file, the same bytes for the same files; empty where there are none.

    Raises:
        InputError: They are too large to be code.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "nets.py").write_text("def small(shape, classes): ...")
    ...     zipfile.ZipFile(io.BytesIO(pack_code([folder]))).namelist()
    ['nets.py']
    """
    files: dict[str, Path] = {}
    for folder in _own_folders(path):
        for file in _python_files(folder):
            files.setdefault(file.relative_to(folder).as_posix(), file)
    size = sum(file.stat().st_size for file in files.values())
    if size > LARGEST:
        raise InputError(
            f"{len(files)} Python files of {size / 1e6:.0f} MB lie in {', '.join(map(str, _own_folders(path)))}, too "
            "much to take to a cluster; start the study in the folder that holds its factories and nothing else"
        )
    return _zipped(files) if files else b""


def _own_folders(path: Sequence[str]) -> list[Path]:
    installed = {*map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")), sys.prefix, sys.base_prefix}
    installed |= {site.getusersitepackages()}
    roots = [Path(entry).resolve() for entry in installed if entry]
    folders = dict.fromkeys(Path(entry).resolve() for entry in path)
    return [
        folder
        for folder in folders
        if folder.is_dir() and folder != _OWN and not any(folder.is_relative_to(root) for root in roots)
    ]


def _python_files(folder: Path) -> Iterator[Path]:
    inside = sorted(folder.iterdir())
    yield from (entry for entry in inside if entry.suffix == ".py" and entry.is_file())
    for entry in inside:
        if entry.name.isidentifier() and entry.is_dir() and any(entry.glob("*.py")):
            yield from _python_files(entry)


def _zipped(files: dict[str, Path]) -> bytes:
    buffer = io.BytesIO()
    folders = {f"{parent}/" for name in files for parent in PurePosixPath(name).parents if parent.name}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # a package without __init__.py is found in a zip file only where its folder is an entry
        for folder in sorted(folders):
            archive.writestr(zipfile.ZipInfo(folder, _WHEN), b"")
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _WHEN), files[name].read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
