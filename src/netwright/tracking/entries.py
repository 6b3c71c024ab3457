"""The lines of a ledger: what they say, and how they are read back.

{"ledger": 1, "scenario": NAME, "scenario_hash": HASH}            the first line
{"kind": "trial", ...TrialResult}                                 what became of a trial
{"kind": "alone", "trial": ID, "measurements": [...]}             what was measured on its weights afterwards
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from netwright.records.errors import LedgerError
from netwright.records.measurement import Measurement, NotMeasured
from netwright.records.record import Record
from netwright.records.scenario import Scenario
from netwright.records.trial import TrialResult

_REMEDY = "correct or delete that line, write to another folder with --out, or set the results aside with --fresh"


class Header(Record):
    """The first line of a ledger: whose results it holds.

    Args:
        ledger: The version of the form.
        scenario: Name of the scenario.
        scenario_hash: SHA-256 of its content.
    """

    ledger: Literal[1] = 1
    scenario: str
    scenario_hash: str

    @classmethod
    def of(cls, scenario: Scenario) -> "Header":
        """Return the header of a scenario's ledger."""
        return cls(scenario=scenario.name, scenario_hash=scenario.digest())


class Alone(Record):
    """Qualities of a finished trial, measured later with nothing else running.

    Args:
        kind: What tells this line from the others.
        trial: Id of the trial.
        measurements: What was measured on its reloaded weights.
        not_measured: What was asked for and could not be measured, each with its reason.
    """

    kind: Literal["alone"] = "alone"
    trial: str
    measurements: tuple[Measurement, ...]
    not_measured: tuple[NotMeasured, ...] = ()


@dataclass(frozen=True)
class Contents:
    """What a ledger's bytes say.

    Args:
        header: The first line; None where there is none yet.
        results: Trial id -> its newest result, in the order in which the trials were first recorded.
        whole: Bytes of the whole lines; what follows was cut off in the middle of a write.
    """

    header: Header | None
    results: dict[str, TrialResult]
    whole: int


def line_of(entry: dict[str, Any]) -> bytes:
    r"""Return one line of a ledger, with its line end.

    >>> line_of({"kind": "alone", "trial": "mlp-n125-s0", "measurements": []})
    b'{"kind":"alone","trial":"mlp-n125-s0","measurements":[]}\n'
    """
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def parse(data: bytes, path: Path) -> Contents:
    """Return what a ledger's bytes say; the newest line of a trial wins.

    Args:
        data: The file's bytes; what stands after the last line end is left out.
        path: Where they are from, for messages.

    Returns:
        The contents.

    Raises:
        LedgerError: A whole line cannot be understood; the message names the file and the line.
    """
    *lines, torn = data.split(b"\n")
    header: Header | None = None
    results: dict[str, TrialResult] = {}
    for number, line in enumerate(lines, start=1):
        try:
            if header is None:
                header = Header.from_json(line)
            else:
                _take(json.loads(line), results)
        except ValueError as error:
            raise LedgerError(f"{path}, line {number}: {_reason(error)}; {_REMEDY}") from error
    return Contents(header, results, len(data) - len(torn))


def with_answers(result: TrialResult, later: Alone) -> TrialResult:
    """Return a result with what was measured later; a newer answer takes the place of the same quality's older one.

    Args:
        result: The result.
        later: At most one answer a quality.

    Returns:
        The result with the answers of both, the older first.
    """
    merged = {measurement.quality: measurement for measurement in (*result.measurements, *later.measurements)}
    missing = {one.quality: one for one in (*result.not_measured, *later.not_measured)}
    answers = {"measurements": tuple(merged.values()), "not_measured": tuple(missing.values())}
    return result.model_copy(update=answers)


def _take(entry: Any, results: dict[str, TrialResult]) -> None:
    kind = entry.pop("kind", None) if isinstance(entry, dict) else None
    if kind == "trial":
        result = TrialResult.model_validate(entry)
        results[result.trial] = result
    elif kind == "alone":
        alone = Alone.model_validate(entry)
        if alone.trial not in results:
            raise ValueError(f"measurements of the trial {alone.trial!r}, which no line before it recorded")
        results[alone.trial] = with_answers(results[alone.trial], alone)
    else:
        raise ValueError(f"found {str(entry)[:60]!r}, which is no line of a ledger")


def _reason(error: ValueError) -> str:
    # a validation error spans many lines; its first complaint says enough
    return " ".join(str(error).split())[:300]
