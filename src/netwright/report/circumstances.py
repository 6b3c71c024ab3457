"""The circumstances behind a decision's measurements: hardware, threads, versions, data, and what to know of them."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from netwright.records.decision import Decision
from netwright.records.measurement import Conditions
from netwright.records.scenario import Design


@dataclass(frozen=True)
class Circumstances:
    """What all measurements of a decision were made under; more than one entry where they differ.

    Args:
        hardware: Machines, in words, with device and threads.
        versions: Package and version.
        data: Fingerprints.
        seeds: The seeds of the design.
        alone: Titles of the qualities that were measured with nothing else running.
        notes: Remarks on measurements: the remark, and whose it is.
    """

    hardware: tuple[str, ...]
    versions: tuple[str, ...]
    data: tuple[str, ...]
    seeds: tuple[str, ...]
    alone: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def circumstances(decision: Decision) -> Circumstances:
    """Return the circumstances of a decision's measurements, each once.

    Args:
        decision: The decision.

    Returns:
        The circumstances.
    """
    titles = {quality.name: quality.title for quality in decision.qualities}
    measurements = [(a.name, m) for a in decision.candidates for m in a.measurements]
    under = [m.conditions for _, m in measurements]
    notes: dict[str, list[str]] = {}
    for name, m in measurements:
        for note in m.notes:
            notes.setdefault(f"{titles.get(m.quality, m.quality)}: {note}", []).append(name)
    everyone = {name for name, _ in measurements}
    return Circumstances(
        hardware=_each_once([_machine(conditions) for conditions in under]),
        versions=_each_once([f"{name} {version}" for c in under for name, version in c.versions.items()]),
        data=_each_once([c.data for c in under if c.data]),
        seeds=(_seeds(decision.scenario.design),),
        alone=_each_once([titles.get(m.quality, m.quality) for _, m in measurements if m.conditions.alone]),
        notes=tuple((note, _whose(names, everyone)) for note, names in notes.items()),
    )


def _whose(names: Sequence[str], everyone: Set[str]) -> str:
    return "all candidates" if len(everyone) > 1 and everyone == set(names) else ", ".join(dict.fromkeys(names))


def _seeds(design: Design) -> str:
    last = design.first_seed + design.seeds - 1
    return str(last) if design.seeds == 1 else f"{design.first_seed} to {last}"


def _machine(conditions: Conditions) -> str:
    threads = "1 thread" if conditions.threads == 1 else f"{conditions.threads} threads"
    return f"{conditions.hardware}; {conditions.device}, {threads}"


def _each_once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
