"""Predictions of all samples of a source into a file, in bounded memory, from where a killed run stopped."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from netwright.machine.progress import Progress
from netwright.records.errors import DataError
from netwright.serving.batch.answer import Answer, answer
from netwright.serving.batch.outputs.open import check_out, open_output
from netwright.serving.batch.outputs.output import Columns, Output
from netwright.serving.batch.partial import Partial, partial_beside
from netwright.serving.batch.sample import Sample, Source
from netwright.serving.batch.sources.open import Opened, open_source
from netwright.serving.batch.sources.stored_set import Part
from netwright.serving.batch.summary import PredictSummary
from netwright.serving.checks import check_engine
from netwright.serving.engine import Engine
from netwright.serving.engines.open import open_engine
from netwright.serving.package import Package, open_package

CHUNK = 4096
"""Samples of a part at most."""
KEPT_EVERY = 5.0
"""Seconds after which a smaller part is kept."""
_NAMED = 10


@dataclass(frozen=True)
class PredictSetting:
    """What is predicted, by what, and where it goes.

    Args:
        package: Folder of the package.
        data: What `open_source` takes.
        out: The file, `.parquet`, `.csv` or `.jsonl`.
        batch: Samples that the model gets at once.
        part: Of a data set.
        identifier: The column that names the rows of a table; None names them by their place.
        probabilities: Write the probability of each class.
        skip_bad: Finish although some samples have no prediction.
        restart: Begin anew, whatever an earlier run has kept.
        threads: To compute with.
        factories: Factories outside the catalog that may be imported.
    """

    package: Path
    data: str
    out: Path
    batch: int = 64
    part: Part = "test"
    identifier: str | None = None
    probabilities: bool = False
    skip_bad: bool = False
    restart: bool = False
    threads: int = 1
    factories: tuple[str, ...] = ()


def predict(setting: PredictSetting, progress: Progress) -> PredictSummary:
    """Predict all samples of a source.

    Batches are cut by the samples' numbers, so a run that was stopped and goes on gives the same bits as one that was
    not. A part is on the disk before the next one is begun; the file appears whole.

    Args:
        setting: What, by what, and where to.
        progress: Where it is told.

    Returns:
        What was done.

    Raises:
        DataError: Samples have no prediction and `skip_bad` is not set (all the others are kept), there is no sample,
            or the data changed while they were read.
    """
    check_out(setting.out)
    package = open_package(setting.package)
    opened = open_source(setting.data, package, setting.part, setting.identifier)
    writer = _Writer(package, setting)
    identity = opened.source.identity()
    with partial_beside(setting.out, _facts(setting, package, identity), setting.restart) as partial:
        engine = open_engine(package, "chosen", setting.threads, setting.factories)
        check_engine(engine, package, "chosen")
        begun, resumed = time.monotonic(), partial.done
        if resumed:
            progress.say(f"going on after {resumed} samples that an earlier run has dealt with")
        _run(setting, _Work(opened, engine, writer, partial), progress)
        if not partial.done:
            raise DataError(f"{opened.source.name} holds no {package.form.kind}s; give at least one")
        if opened.source.identity() != identity:
            raise DataError(f"{opened.source.name} changed while it was read; repeat with --restart")
        total, rejected = partial.done, _rejected(partial, opened.source, setting)
        partial.finish(writer.output.join)
    return PredictSummary(
        out=str(setting.out), rows=total - rejected, rejected=rejected, resumed=resumed,
        rejects=str(partial.rejects) if rejected else None, model=writer.model, version=package.version,
        engine=engine.name, seconds=time.monotonic() - begun,
    )  # fmt: skip


class _Writer:
    """From answers to rows."""

    def __init__(self, package: Package, setting: PredictSetting) -> None:
        chosen = package.model("chosen")
        self.model = chosen.candidate if chosen is not None else ""
        self._version, self._classes = package.version, package.manifest.classes
        self._each = [f"p({name})" for name in self._classes] if setting.probabilities else []
        first: Columns = {"row": int, "id": str, "label": str, "probability": float, "model": str, "version": str}
        self.output: Output = open_output(setting.out, {**first, **dict.fromkeys(self._each, float)})

    def part(self, rows: list[tuple[int, Answer]]) -> bytes:
        """Return the part of these rows."""
        best = [int(answer.probabilities.argmax()) for _, answer in rows]
        table: dict[str, list[Any]] = {
            "row": [number for number, _ in rows],
            "id": [answer.sample.id for _, answer in rows],
            "label": [self._classes[label] for label in best],
            "probability": [float(row[1].probabilities[label]) for row, label in zip(rows, best, strict=True)],
            "model": [self.model] * len(rows),
            "version": [self._version] * len(rows),
        }
        for label, name in enumerate(self._each):
            table[name] = [float(answer.probabilities[label]) for _, answer in rows]
        return self.output.part(table)


@dataclass
class _Work:
    """What a run works with, and what it has done of the part that is next."""

    opened: Opened
    engine: Engine
    writer: _Writer
    partial: Partial
    rows: list[tuple[int, Answer]] = field(default_factory=list)
    faulty: list[tuple[int, Answer]] = field(default_factory=list)

    def take(self, number: int, samples: list[Sample]) -> None:
        """Answer a batch whose first sample has that number."""
        for offset, told in enumerate(answer(samples, self.opened.asked, self.engine)):
            (self.faulty if told.fault else self.rows).append((number + offset, told))

    def keep(self, start: int, stop: int) -> None:
        """Put what was answered on the disk."""
        self.partial.keep(start, stop, self.writer.part(self.rows), b"".join(map(_reject, self.faulty)))
        self.rows, self.faulty = [], []


def _run(setting: PredictSetting, work: _Work, progress: Progress) -> None:
    source, start = work.opened.source, work.partial.done
    number, kept = start, time.monotonic()
    begun, read_before = kept, -1
    size = source.size()
    progress.start(size, f"predicting {source.name}")
    try:
        for samples in _batches(source.samples(start), setting.batch):
            work.take(number, samples)
            number, now = number + len(samples), time.monotonic()
            read_before = samples[0].done if read_before < 0 else read_before
            done = samples[-1].done
            progress.advance(done, f"{number} samples", _left(now - begun, done - read_before, size - done))
            if number - start >= CHUNK or now - kept >= KEPT_EVERY:
                work.keep(start, number)
                start, kept = number, now
        if number > start:
            work.keep(start, number)
    finally:
        progress.stop()


def _left(seconds: float, done: int, more: int) -> float | None:
    return seconds * more / done if done > 0 else None


def _batches(samples: Iterator[Sample], size: int) -> Iterator[list[Sample]]:
    while batch := list(islice(samples, size)):
        yield batch


def _facts(setting: PredictSetting, package: Package, identity: str) -> dict[str, str]:
    return {
        "the package": package.version,
        "the data": identity,
        "--batch": str(setting.batch),
        "--id": str(setting.identifier),
        "--probabilities": str(setting.probabilities),
    }


def _reject(found: tuple[int, Answer]) -> bytes:
    number, told = found
    about = {"row": number, "id": told.sample.id, "place": told.sample.place, "fault": told.fault}
    return (json.dumps(about, ensure_ascii=False) + "\n").encode(errors="backslashreplace")


def _rejected(partial: Partial, source: Source, setting: PredictSetting) -> int:
    first: list[str] = []
    count = 0
    for line in partial.rejected():
        count += 1
        if count <= _NAMED:
            about = json.loads(line)
            first.append(f"{about['place']}: {about['fault']}")
    partial.write_rejects()
    if not count or setting.skip_bad:
        return count
    more = [f"and {count - _NAMED} more"] if count > _NAMED else []
    head = f"{count} of {partial.done} samples of {source.name} have no prediction:"
    remedy = (
        f"all are listed in {partial.rejects}; repeat the same command with --skip-bad to write the others, or correct "
        "them and repeat it with --restart"
    )
    raise DataError("\n  ".join([head, *first, *more, remedy]))
