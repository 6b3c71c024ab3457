"""Production's labelled samples as the next study's data, with the source of every label."""

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, StorageError
from netwright.records.feedback import ExportedSamples
from netwright.serving.forms.form import Form
from netwright.studies.feedback_layouts import SIDECAR, Layout, Placed, layout_for

TEST_SHARE = 0.2
MODEL = "model"
_HEAD = ("file", "part", "id", "label", "source", "predicted", "time")


class _Sample(NamedTuple):
    event: Event
    label: Label
    mark: int


def export_samples(store: Store, form: Form, classes: Sequence[str], out: Path) -> ExportedSamples:
    """Write the samples that the telemetry kept and that have a label, in a layout that a scenario can name.

    A fifth is the test part, chosen by the content of a sample, so that equal samples are in one part. Samples whose
    label is a model's own prediction are for training only: a test of a model's agreement with itself says nothing.

    Args:
        store: The telemetry.
        form: Of the package.
        classes: What each index means.
        out: A folder that is not there yet.

    Returns:
        What was written, with the address for a scenario.

    Raises:
        InputError: There is nothing to write, the folder is there, or the data are of a kind that has no layout.
        StorageError: It could not be written; then there is no folder.
    """
    layout = layout_for(form)
    if out.exists():
        raise InputError(f"{out} is there already; name a folder that is not")
    samples = [_Sample(*kept, _mark(kept[0].sample)) for kept in store.samples() if 0 <= kept[1].label < len(classes)]
    tested = _tested(samples, layout)
    placed = [
        Placed(sample.event, sample.label, classes[sample.label.label], "test" if sample.mark in tested else "train")
        for sample in samples
    ]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # one that is killed leaves no folder that looks whole
        place = Path(mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
        try:
            files = layout.write(place, placed)
            _write_sidecar(place / SIDECAR, placed, files, classes)
            place.chmod(0o755)
            place.rename(out)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            f"could not write {out}: {error.strerror or error}; free space there, or name another folder"
        ) from error
    return _exported(layout.address(out.resolve()), out, placed)


def _tested(samples: Sequence[_Sample], layout: Layout) -> set[int]:
    """Return the marks of the samples that are the test part."""
    truths = [sample for sample in samples if sample.label.source != MODEL]
    if not truths:
        found = "no label by a person or an outcome" if samples else "no sample that was kept and has a label"
        raise InputError(
            f"the telemetry has {found}; serve with --keep-inputs above 0, and enter labels with netwright labels"
        )
    mixed = {sample.mark for sample in samples if sample.label.source == MODEL}
    marks = sorted({sample.mark for sample in truths} - mixed)
    wanted = [mark for mark in marks if mark < TEST_SHARE * 2**64] or marks[:1]
    tested = set(wanted)
    for label in {sample.label.label for sample in samples}:
        mine = {sample.mark for sample in samples if sample.label.label == label}
        # a class of which there are only few is for training first
        if mine <= tested:
            tested -= {max(mine)}
    if not tested:
        raise InputError(f"there are too few {layout.samples} for a training and a test part: enter more labels")
    return tested


def _mark(sample: bytes) -> int:
    return int.from_bytes(hashlib.sha256(sample).digest()[:8], "big")


def _write_sidecar(path: Path, placed: Sequence[Placed], files: Iterable[str], classes: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for one, name in zip(placed, files, strict=True):
            event, label = one.event, one.label
            predicted = classes[event.predicted] if 0 <= event.predicted < len(classes) else ""
            writer.writerow((name, one.part, event.id, one.name, label.source, predicted, f"{label.time:.3f}"))


def _exported(address: str, out: Path, placed: Sequence[Placed]) -> ExportedSamples:
    train = [one for one in placed if one.part == "train"]
    from_model = sum(one.label.source == MODEL for one in train)
    notes = []
    if from_model:
        notes.append(
            f"{from_model / len(train):.0%} of the training labels are a model's own predictions: a model that learns "
            "from them learns its own mistakes"
        )
    return ExportedSamples(
        address=address,
        folder=str(out),
        train=len(train),
        test=len(placed) - len(train),
        from_model=from_model,
        classes=dict(sorted(Counter(one.name for one in placed).items())),
        notes=tuple(notes),
    )
