"""Labels in a file, CSV or JSON lines: every fault is told with its line, and none is entered where there is one."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from netwright.monitoring.event import Label
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, nearest
from netwright.records.feedback import EnteredLabels

Source = Literal["person", "outcome", "model"]
SOURCES: tuple[Source, ...] = get_args(Source)
LONGEST_ID = 300
_NAMED = 10
_COLUMNS = ("id", "label", "source")
_AT_ONCE = 5000


class Told(NamedTuple):
    """One line of a file of labels.

    Args:
        line: Counted from 1.
        id: Of the sample.
        label: Index of the class.
        source: Who says so.
    """

    line: int
    id: str
    label: int
    source: Source


def read_labels(path: Path, classes: Sequence[str]) -> tuple[Told, ...]:
    """Return the labels of a file.

    Args:
        path: A CSV file with the columns id, label and perhaps source; or a file of JSON lines (.jsonl, .ndjson,
            .json), each an object with these keys. A label is the name of a class, or its index where no class has
            that name; the source is `person` where none is given.
        classes: What each index means.

    Returns:
        The labels; a line that says the same as an earlier one is left out.

    Raises:
        InputError: All faults, the first ten by line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); correct the path") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: found bytes that are no UTF-8; save the file as UTF-8") from error
    kind = path.suffix.lower()
    if kind not in {".csv", ".jsonl", ".ndjson", ".json"}:
        raise InputError(f"{path} ends in {kind or 'nothing'}; give a .csv file, or JSON lines in a .jsonl file")
    faults: list[str] = []
    rows = _csv_rows(text, faults) if kind == ".csv" else _json_rows(text, faults)
    indices = {name: index for index, name in enumerate(classes)}
    found: dict[str, Told] = {}
    for line, row in rows:
        told = _told(line, row, indices, faults)
        if told is None:
            continue
        first = found.setdefault(told.id, told)
        if first[1:] != told[1:]:
            faults.append(f"line {line}: {told.id!r} has another label or source than in line {first.line}; keep one")
    if not (faults or found):
        faults.append("there is no label in it; write one a line")
    if faults:
        count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
        more = [f"and {len(faults) - _NAMED} more"] if len(faults) > _NAMED else []
        raise InputError("\n  ".join([f"{path} has {count}, and none of it was entered:", *faults[:_NAMED], *more]))
    return tuple(found.values())


def enter(store: Store, labels: Sequence[Told], now: float) -> EnteredLabels:
    """Enter labels into the telemetry, each once; those of samples that are not there are left out.

    Args:
        store: The telemetry.
        labels: Of one file.
        now: When they are told, seconds since the epoch.

    Returns:
        What became of them.

    Raises:
        InputError: Not one of the samples is in the telemetry.
    """
    unknown: list[Told] = []
    repeated = corrected = entered = from_model = 0
    for start in range(0, len(labels), _AT_ONCE):
        some = labels[start : start + _AT_ONCE]
        known, before = _known(store, [one.id for one in some])
        new = [one for one in some if one.id in known and before.get((one.id, one.source)) != one.label]
        unknown += [one for one in some if one.id not in known]
        repeated += sum(one.id in known for one in some) - len(new)
        corrected += sum((one.id, one.source) in before for one in new)
        from_model += sum(one.source == "model" for one in new)
        entered += len(new)
        store.append((), [Label(one.id, one.label, now, one.source) for one in new])
    if len(unknown) == len(labels):
        raise InputError(
            f"none of the {len(labels)} ids is in the telemetry {store.path}, such as {labels[0].id!r} in line "
            f"{labels[0].line}; ids are those of the service's responses, with /0, /1, ... where a request had several "
            "samples"
        )
    examples = tuple(f"line {one.line}: {one.id}" for one in unknown[:_NAMED])
    return EnteredLabels(
        entered=entered, corrected=corrected, repeated=repeated, unknown=len(unknown), examples=examples,
        from_model=from_model,
    )  # fmt: skip


def _csv_rows(text: str, faults: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            cells = [cell.strip() for cell in row]
            if not head:
                head = [name.lower() for name in cells]
                if set(head) - set(_COLUMNS) or not {"id", "label"} <= set(head) or len(set(head)) < len(head):
                    faults.append(f"line {reader.line_num}: the columns are {', '.join(cells)}; give id, label, source")
                    return
            elif len(cells) == len(head):
                yield reader.line_num, {name: cell for name, cell in zip(head, cells, strict=True) if cell}
            else:
                faults.append(f"line {reader.line_num}: {len(cells)} cells, but there are {len(head)} columns")
    except csv.Error as error:
        faults.append(f"line {reader.line_num}: {error}")


def _json_rows(text: str, faults: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (ValueError, RecursionError) as error:
            faults.append(f"line {line}: this is no JSON ({error})")
            continue
        if isinstance(row, dict) and not set(row) - set(_COLUMNS):
            yield line, row
        else:
            faults.append(f"line {line}: expected an object with id, label and source only")


def _told(line: int, row: dict[str, object], indices: dict[str, int], faults: list[str]) -> Told | None:
    name, label, source = row.get("id"), row.get("label"), row.get("source", "person")
    before = len(faults)
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_ID):
        faults.append(f"line {line}: the id is {_shown(name)}; give the text that the service's response has")
    index = _index(label, indices)
    if index is None:
        known = f" {nearest(str(label), list(indices))}" if label is not None else ""
        faults.append(f"line {line}: the label is {_shown(label)}, which is no class.{known}")
    said = next((known for known in SOURCES if known == source), None)
    if said is None:
        faults.append(f"line {line}: the source is {_shown(source)}; give {', '.join(SOURCES)}")
    if len(faults) > before:
        return None
    assert isinstance(name, str)
    assert index is not None
    assert said is not None
    return Told(line, name, index, said)


def _index(label: object, indices: dict[str, int]) -> int | None:
    if isinstance(label, str) and label in indices:
        return indices[label]
    plain = isinstance(label, str) and label.isascii() and label.isdigit() and len(label) < 10
    number = int(label) if isinstance(label, str) and plain else label
    is_index = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(indices)
    return number if is_index and isinstance(number, int) else None


def _shown(value: object) -> str:
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known(store: Store, ids: Sequence[str]) -> tuple[set[str], dict[tuple[str, str], int]]:
    """Return which ids have an event, and what each source said of each last."""
    known: set[str] = set()
    before: dict[tuple[str, str], int] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ",".join("?" * len(some))
        known |= {row[0] for row in store.read(f"SELECT DISTINCT id FROM events WHERE id IN ({marks})", some)}  # noqa: S608
        query = f"SELECT id, source, label FROM labels WHERE id IN ({marks}) ORDER BY rowid"  # noqa: S608
        before |= {(name, source): label for name, source, label in store.read(query, some)}
    return known, before
