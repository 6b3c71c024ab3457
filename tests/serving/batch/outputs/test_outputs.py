"""What every format keeps: the rows that went in come out, whatever the parts."""

import csv
import json
from importlib.util import find_spec
from itertools import pairwise

import pytest

from netwright.records.errors import InputError
from netwright.serving.batch.outputs.open import check_out, open_output

COLUMNS = {"row": int, "id": str, "probability": float}
ROWS = [(0, 'a "b", c\nd', 0.1 + 0.2), (1, "é\u2028", 5e-324), (2, "", 1.0)]


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [(int(row["row"]), row["id"], float(row["probability"])) for row in csv.DictReader(file)]


def read_json(path):
    return [tuple(json.loads(line).values()) for line in path.read_text().split("\n") if line]


def read_parquet(path):
    from pyarrow import parquet

    return [tuple(row.values()) for row in parquet.ParquetFile(path).read().to_pylist()]


KINDS = [("csv", read_csv), ("jsonl", read_json), ("parquet", read_parquet)]


@pytest.mark.parametrize(("suffix", "read"), KINDS, ids=[suffix for suffix, _ in KINDS])
@pytest.mark.parametrize("cuts", [[0, 3], [0, 1, 1, 3], [0, 0]])
def test_rows_come_back_from_any_parts(suffix, read, cuts, tmp_path):
    if suffix == "parquet" and find_spec("pyarrow") is None:
        pytest.skip("the extra `monitor` is not installed")
    # a folder whose name looks like a partition of Parquet
    folder = tmp_path / "a=1"
    folder.mkdir()
    out = folder / f"x.{suffix}"
    output = open_output(out, COLUMNS)
    parts = []
    for start, stop in pairwise(cuts):
        table = {name: [row[place] for row in ROWS[start:stop]] for place, name in enumerate(COLUMNS)}
        parts.append(folder / f"{len(parts)}.rows")
        parts[-1].write_bytes(output.part(table))
    with out.open("wb") as file:
        output.join(parts, file)
    assert read(out) == ROWS[: cuts[-1]]


def test_a_file_that_cannot_become_the_output_is_told(tmp_path):
    check_out(tmp_path / "a.CSV")
    with pytest.raises(InputError, match=r"names no format; let it end in \.parquet, \.csv, \.jsonl"):
        check_out(tmp_path / "a.txt")
    with pytest.raises(InputError, match="there is no folder"):
        check_out(tmp_path / "b" / "a.csv")
    (tmp_path / "a.csv").write_text("dear")
    with pytest.raises(InputError, match="is there already"):
        check_out(tmp_path / "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone")
    with pytest.raises(InputError, match="is there already"):
        check_out(tmp_path / "link.csv")
