"""Where a candidate stands before anybody is compared: its pooled qualities and its constraints."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from netwright.machine.hardware import usable_cores
from netwright.records.decision import Verdict
from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.selection.constraints import judge, overall
from netwright.selection.evidence import Evidence
from netwright.selection.pool import Pooled, pool

State = Literal["left out", "absent", "fail", "undecided", "pass"]


@dataclass(frozen=True)
class Standing:
    """One candidate's pooled qualities and verdicts.

    Args:
        evidence: Its trials.
        pooled: Quality -> pooled value, of what was measured.
        verdicts: One a constraint.
    """

    evidence: Evidence
    pooled: Mapping[str, Pooled]
    verdicts: tuple[Verdict, ...]

    @property
    def name(self) -> str:
        """The candidate."""
        return self.evidence.name

    @property
    def state(self) -> State:
        """What its constraints say together; without a trial that ended well at the largest size, why there is none."""
        if self.evidence.trials:
            return overall(self.verdicts)
        return "left out" if self.evidence.left_out else "absent"

    @property
    def contends(self) -> bool:
        """Whether it is compared with others: it has results, and no constraint rejects it."""
        return self.state in {"pass", "undecided"}

    def undecided(self) -> list[Verdict]:
        """Return the verdicts that are undecided."""
        return [verdict for verdict in self.verdicts if verdict.holds == "undecided"]


def stand(
    evidence: Mapping[str, Evidence], scenario: Scenario, qualities: Mapping[str, Quality]
) -> dict[str, Standing]:
    """Return the standing of every candidate.

    Args:
        evidence: Candidate -> its trials.
        scenario: The question, with its constraints.
        qualities: Name -> quality.

    Returns:
        Candidate -> standing, in the same order.
    """

    def pool_one(quality: Quality) -> dict[str, Pooled]:
        return pool(quality, {e.name: e.measured.get(quality.name, {}) for e in evidence.values()}, scenario.name)

    # qualities are independent, and their draws are made without the interpreter's lock
    with ThreadPoolExecutor(usable_cores()) as threads:
        pooled = dict(zip(qualities, threads.map(pool_one, qualities.values()), strict=True))
    return {name: _of_one(found, pooled, scenario, qualities) for name, found in evidence.items()}


def _of_one(
    evidence: Evidence,
    pooled: Mapping[str, Mapping[str, Pooled]],
    scenario: Scenario,
    qualities: Mapping[str, Quality],
) -> Standing:
    own = {quality: found[evidence.name] for quality, found in pooled.items() if evidence.name in found}
    verdicts = [judge(limit, qualities[limit.quality], own.get(limit.quality)) for limit in scenario.constraints]
    return Standing(evidence, own, tuple(verdicts))


def names_of(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return the candidates' names."""
    return tuple(standing.name for standing in standings)
