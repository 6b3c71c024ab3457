"""What every source of samples keeps, on each of them; then what each says of bad data."""

import json
import os
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

from netwright.data.folder_layout import IMAGES as IMAGE_FILES
from netwright.data.folder_layout import TEXTS as TEXT_FILES
from netwright.records.errors import DataError
from netwright.serving.batch.sources.csv_rows import CsvRows
from netwright.serving.batch.sources.file_contents import pixels, text
from netwright.serving.batch.sources.files import Files
from netwright.serving.batch.sources.json_lines import JsonLines
from netwright.serving.batch.sources.text_file import TextFile

from ..conftest import IMAGES, ROWS

SPECS = ROWS.specs()
COUNT = 7
CITIES = ["Oslo", "Rome", "", "Bern", "Oslo", "Rome", "Oslo"]
needs_parquet = pytest.mark.skipif(find_spec("pyarrow") is None, reason="the extra `monitor` is not installed")


def csv_rows(folder):
    path = folder / "rows.csv"
    path.write_text("id,city,age\n" + "".join(f'r{i},"{city}", {30 + i}\n\n' for i, city in enumerate(CITIES)))
    return CsvRows(path, SPECS, "id")


def json_lines(folder):
    path = folder / "rows.jsonl"
    lines = [json.dumps({"id": f"r{i}", "city": city, "age": 30 + i}) for i, city in enumerate(CITIES)]
    path.write_text("\n\n".join(lines))
    return JsonLines(path, SPECS, "id")


def parquet_rows(folder):
    import pyarrow
    from pyarrow import parquet

    from netwright.serving.batch.sources.parquet_rows import ParquetRows

    path = folder / "rows.parquet"
    table = {"id": [f"r{i}" for i in range(COUNT)], "city": CITIES, "age": [30 + i for i in range(COUNT)]}
    parquet.write_table(pyarrow.table(table), path, row_group_size=3)
    return ParquetRows(path, SPECS, "id")


def text_file(folder):
    path = folder / "texts.txt"
    path.write_text("".join(f" text {i}\r\n\n" for i in range(COUNT)))
    return TextFile(path, "text")


def image_files(folder):
    path = folder / "pictures"
    for i in range(COUNT):
        (path / f"d{i % 2}").mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((9, 9, 3), i, np.uint8)).save(path / f"d{i % 2}" / f"{i}.PNG")
    (path / "notes.md").write_text("no image")
    return Files(path, IMAGE_FILES, "image", pixels(IMAGES.shape))


def text_files(folder):
    path = folder / "texts"
    path.mkdir(exist_ok=True)
    for i in range(COUNT):
        (path / f"{i}.txt").write_text(f"text {i}\n")
    return Files(path, TEXT_FILES, "text", text)


ALL = [csv_rows, json_lines, pytest.param(parquet_rows, marks=needs_parquet), text_file, image_files, text_files]


@pytest.mark.parametrize("made", ALL)
def test_samples_can_be_read_from_any_of_them_on(made, tmp_path):
    source = made(tmp_path)
    every = list(source.samples(0))
    assert len(every) == COUNT
    assert not any(sample.fault for sample in every)
    for start in range(COUNT + 2):
        np.testing.assert_equal(list(source.samples(start)), every[start:])


@pytest.mark.parametrize("made", ALL)
def test_what_is_done_grows_up_to_the_size(made, tmp_path):
    source = made(tmp_path)
    done = [sample.done for sample in source.samples(0)]
    assert done == sorted(set(done))
    assert 0 < done[-1] <= source.size()


@pytest.mark.parametrize("made", ALL)
def test_a_change_of_the_data_changes_their_identity(made, tmp_path):
    identity = made(tmp_path).identity()
    file = next(path for path in sorted(tmp_path.rglob("*")) if path.is_file() and path.name != "notes.md")
    about = file.stat()
    source = made(tmp_path)
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    if made in {csv_rows, json_lines, text_file}:
        assert source.identity() == identity
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000))
    assert source.identity() != identity


def test_each_table_gives_the_same_values(tmp_path):
    tables = [csv_rows, json_lines, *([parquet_rows] if find_spec("pyarrow") else [])]
    first, *others = [[(one.id, dict(one.values)) for one in made(tmp_path).samples(0)] for made in tables]
    assert [name for name, _ in first] == [f"r{i}" for i in range(COUNT)]
    for other in others:
        for (_, ours), (_, theirs) in zip(first, other, strict=True):
            # a CSV without the column leaves the tensor out, the others hold what stands for a missing value
            np.testing.assert_equal({"pay": np.nan, **ours}, theirs)


def test_bad_rows_of_a_csv_are_told_by_line_and_the_others_are_read(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b'age;city\n30;"Os\nlo"\n31\n\nx;Rome\n32;\xff\n33;"a"b\n34;Rome\n')
    told = [(one.place.removeprefix(f"{path}, "), one.fault) for one in CsvRows(path, SPECS).samples(0)]
    assert told == [
        ("line 3", ""),
        ("line 4", "1 cells, but there are 2 columns"),
        ("line 6", "'age' is 'x', which is no number"),
        ("line 7", "'city' is no UTF-8 at character 0"),
        ("line 8", "';' expected after '\"'"),
        ("line 9", ""),
    ]


def test_an_open_quote_does_not_swallow_the_file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('age,city\n30,"Oslo\n' + "31,Rome\n" * 40_000)
    told = list(CsvRows(path, SPECS).samples(0))
    assert told[0].fault.startswith("field larger than field limit")
    assert len(told) > 10_000
    assert not told[-1].fault


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n30\n", "line 1: it is empty"),
        (b"age,,city\n", "column 2 has no name"),
        (b"age,age\n", "column 2 has the name of another one"),
        (b"years,city\n", "no column 'age'"),
    ],
)
def test_a_csv_without_a_sound_head_is_refused_at_once(content, told, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=told):
        CsvRows(path, SPECS)


def test_bad_json_lines_are_told_by_line(tmp_path):
    path = tmp_path / "rows.jsonl"
    lines = [
        b'{"age": 30, "city": "Oslo"}',
        b"{",
        b"[1]",
        b'{"city": "Rome"}',
        b"\xff{}",
        b'{"age": true, "city": ""}',
        b"[" * 10**5,
    ]
    path.write_bytes(b"\n".join(lines) + b'\n{"age": null, "city": null}')
    told = [one.fault for one in JsonLines(path, SPECS).samples(0)]
    parts = ["", "no JSON", "a list, not an object", "'age' is missing", "no UTF-8", "True", "no JSON", ""]
    for fault, part in zip(told, parts, strict=True):
        assert part in fault
        assert bool(part) == bool(fault)


def test_a_name_that_names_nothing_is_a_fault(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"age": 1, "city": "x", "id": null}\n{"age": 1, "city": "x", "id": 7}')
    first, second = JsonLines(path, SPECS, "id").samples(0)
    assert "'id' names no sample" in first.fault
    assert (second.fault, second.id) == ("", "7")


def test_a_file_that_is_no_lines_is_refused(tmp_path):
    from netwright.serving.batch.sources import lines

    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n" + b"x" * (lines.LONGEST + 1))
    with pytest.raises(DataError, match="line 2: it is longer than"):
        list(JsonLines(path, SPECS).samples(0))


@needs_parquet
def test_a_damaged_parquet_file_is_told(tmp_path):
    from netwright.serving.batch.sources.parquet_rows import ParquetRows

    parquet_rows(tmp_path)
    path = tmp_path / "rows.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match="cannot be read"):
        ParquetRows(path, SPECS)


def test_broken_images_and_texts_are_told_with_their_file(tmp_path):
    source = image_files(tmp_path)
    (tmp_path / "pictures" / "d0" / "2.PNG").write_bytes(b"no image")
    faults = {one.id: one.fault for one in source.samples(0) if one.fault}
    assert list(faults) == ["d0/2.PNG"]
    texts = text_files(tmp_path)
    (tmp_path / "texts" / "3.txt").write_bytes(b"\xff")
    assert [(one.id, one.fault) for one in texts.samples(0) if one.fault] == [("3.txt", "byte 0 is no UTF-8")]


def test_an_image_has_the_size_that_the_package_takes(tmp_path):
    sample = next(iter(image_files(tmp_path).samples(1)))
    assert (sample.id, sample.values["image"].shape, sample.values["image"].max()) == ("d0/2.PNG", (1, 4, 6), 2)


def test_a_folder_without_samples_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"holds no images \(known: \.bmp"):
        Files(tmp_path, IMAGE_FILES, "image", text)


def test_a_name_that_is_no_utf_8_can_be_written(tmp_path):
    name = os.fsdecode(b"\xff.txt")
    (tmp_path / name).write_text("fine")
    (sample,) = Files(tmp_path, TEXT_FILES, "text", text).samples(0)
    assert sample.id == r"\xff.txt"
    assert sample.id.encode()


@needs_parquet
def test_few_rows_of_large_samples_are_in_memory_at_a_time(tmp_path, monkeypatch):
    import pyarrow
    from pyarrow import parquet

    from netwright.serving.batch.sources import parquet_rows as module

    path = tmp_path / "pictures.parquet"
    image = np.arange(24).reshape(1, 4, 6).tolist()
    parquet.write_table(pyarrow.table({"image": [image] * 5}), path)
    monkeypatch.setattr(module, "MOST_VALUES", 50)
    asked, read = [], module.parquet.ParquetFile.iter_batches

    def noted(file, size, **options):
        asked.append(size)
        return read(file, size, **options)

    monkeypatch.setattr(module.parquet.ParquetFile, "iter_batches", noted)
    samples = list(module.ParquetRows(path, IMAGES.specs()).samples(0))
    assert asked == [2]
    assert [one.values["image"].tolist() for one in samples] == [image] * 5
