"""What a user names as data: a file, a folder, a data set of netwright or an address."""

from pathlib import Path
from typing import NamedTuple

from netwright.data.catalog import ADDRESSES, SOURCES, load
from netwright.data.folder_layout import IMAGES, TEXTS
from netwright.records.errors import DataError, nearest
from netwright.serving.batch.sample import Source
from netwright.serving.batch.sources.file_contents import pixels, text
from netwright.serving.batch.sources.file_marks import written
from netwright.serving.batch.sources.files import Files
from netwright.serving.batch.sources.stored_set import Part, StoredSet
from netwright.serving.batch.sources.text_file import TextFile
from netwright.serving.batch.stack import Asked, as_they_are, through
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.package import Package

CSV, LINES, PARQUET = (".csv", ".tsv"), (".jsonl", ".ndjson"), (".parquet", ".pq")


class Opened(NamedTuple):
    """Samples, and how they become inputs.

    Args:
        source: The samples.
        asked: From samples to the models' inputs.
    """

    source: Source
    asked: Asked


def open_source(data: str, package: Package, part: Part, identifier: str | None = None) -> Opened:
    """Return the samples that a user names.

    Args:
        data: A data set's name, an address of one (`folder:PATH`, `table:PATH.csv?label=COLUMN`, `texts:PATH`,
            `videos:PATH`), or the path of a folder of images or texts, an image, a CSV, JSON lines, Parquet or text
            file; `./digits` where a file has a data set's name.
        package: What will answer.
        part: Of a data set.
        identifier: The column that names the rows of a table; None for none.

    Returns:
        The samples, and how they become inputs.

    Raises:
        DataError: There is no such thing, or the package takes another kind.
    """
    known = [source.name for source in SOURCES]
    if data in known or data.startswith(ADDRESSES):
        _check_identifier(identifier, f"the data set {data}")
        return _stored(data, package, part)
    path = Path(data).expanduser()
    if not path.exists():
        raise DataError(f"there is no file, folder or data set {data}. {nearest(data, known)} Or write a path.")
    if not (path.is_dir() or path.is_file()):
        raise DataError(f"{data} is no plain file: it cannot be read again after a stop; save it as a file first")
    suffix = path.suffix.lower()
    if path.is_file() and suffix in {*CSV, *LINES, *PARQUET}:
        return Opened(_table(path, suffix, package, identifier), through(package.form))
    _check_identifier(identifier, written(path))
    return Opened(_files(path, package), through(package.form))


def _stored(data: str, package: Package, part: Part) -> Opened:
    dataset = load(data)
    form, manifest = package.form, package.manifest
    source = StoredSet(dataset, part, form, manifest.shape)
    if not isinstance(form, RowForm):
        return Opened(source, through(form))
    if dataset.fingerprint != manifest.data_fingerprint:
        raise DataError(
            f"{data} is not the data that the package was decided on ({manifest.data}), so its rows are encoded "
            "otherwise; give the rows themselves as a CSV, JSON lines or Parquet file"
        )
    return Opened(source, as_they_are)


def _table(path: Path, suffix: str, package: Package, identifier: str | None) -> Source:
    specs = package.form.specs()
    if suffix in LINES:
        from netwright.serving.batch.sources.json_lines import JsonLines

        return JsonLines(path, specs, identifier)
    if suffix in PARQUET:
        # its reader is an extra
        from netwright.serving.batch.sources.parquet_rows import ParquetRows

        return ParquetRows(path, specs, identifier)
    wide = [spec.name for spec in specs if len(spec.shape) > 1]
    if wide:
        raise DataError(
            f"{written(path)} has cells, but the package takes {package.form.kind}s, and {wide[0]!r} is of shape "
            f"{list(specs[0].shape[1:])}; give a folder of files, JSON lines or Parquet"
        )
    from netwright.serving.batch.sources.csv_rows import CsvRows

    return CsvRows(path, specs, identifier)


def _files(path: Path, package: Package) -> Source:
    form, tensor = package.form, package.form.specs()[0].name
    if isinstance(form, ImageForm):
        return Files(path, IMAGES, tensor, pixels(form.shape))
    if isinstance(form, TextForm):
        return Files(path, TEXTS, tensor, text) if path.is_dir() else TextFile(path, tensor)
    kind = "folder" if path.is_dir() else "file of that name"
    raise DataError(
        f"{written(path)}: the package takes {form.kind}s, which no {kind} holds; give a file that ends in "
        f"{', '.join((*CSV, *LINES, *PARQUET))}, or a data set of netwright"
    )


def _check_identifier(identifier: str | None, name: str) -> None:
    if identifier is not None:
        raise DataError(f"{name} has no columns, so none can name its samples; leave --id out")
