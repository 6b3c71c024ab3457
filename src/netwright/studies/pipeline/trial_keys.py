"""The key of a trial: two trials of one key would measure the same, whatever study they are part of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from netwright.machine.durable import write_durably
from netwright.qualities.catalog import instruments_for
from netwright.qualities.instrument import Moment
from netwright.records.record import Record
from netwright.records.scenario import Scenario
from netwright.records.trial import Trial
from netwright.studies.pipeline.causes import digest_of
from netwright.studies.trial_job import asked_qualities, base_of, trials_of

TRIAL_KEYS = "trial_keys.json"


@dataclass(frozen=True)
class Grounds:
    """What all trials of a study follow from beside the scenario.

    Args:
        fingerprint: Of the data.
        code: Digest of the source that runs in a trial.
        surroundings: Name -> digest of what is outside: hardware, packages, factories, weights.
    """

    fingerprint: str
    code: str
    surroundings: Mapping[str, str]


class TrialKey(Record):
    """What a trial follows from, and what it measures.

    Args:
        key: SHA-256 over what decides its weights and answers.
        qualities: What is measured in it, and on its weights afterwards.
        evaluated: Whether its answers are kept class by class, as at the largest size.
    """

    key: str
    qualities: tuple[str, ...]
    evaluated: bool

    def covers(self, other: "TrialKey") -> bool:
        """Return whether a trial of this key knows everything that one of the other key would."""
        same = self.key == other.key and set(other.qualities) <= set(self.qualities)
        return same and (self.evaluated or not other.evaluated)


class TrialKeys(Record):
    """Trial id -> key, of all trials of a study's design.

    Args:
        keys: The keys.
    """

    keys: dict[str, TrialKey]


def trial_keys(scenario: Scenario, grounds: Grounds) -> TrialKeys:
    """Return the keys of all trials of a scenario.

    Args:
        scenario: The scenario.
        grounds: What they follow from beside it.

    Returns:
        The keys; preferences and constraints change none but by the qualities that they ask for.
    """
    return TrialKeys(keys={trial.id: _key(trial, scenario, grounds) for trial in trials_of(scenario)})


def write_keys(folder: Path, keys: TrialKeys) -> None:
    """Write the keys of a study's trials into its folder."""
    write_durably(folder / TRIAL_KEYS, keys.to_json().encode())


def read_keys(folder: Path) -> dict[str, TrialKey]:
    """Return the keys of a study's trials; none where they are missing or damaged: then none is taken over."""
    try:
        return TrialKeys.from_json((folder / TRIAL_KEYS).read_bytes()).keys
    except (OSError, ValidationError):
        return {}


def _key(trial: Trial, scenario: Scenario, grounds: Grounds) -> TrialKey:
    largest = trial.size == scenario.design.sizes[-1]
    base = base_of(trial, scenario)
    stopping = scenario.stopping if largest else None
    facts = {
        "trial": trial.model_dump(mode="json"),
        "base": None if base is None else base.model_dump(mode="json"),
        "fingerprint": grounds.fingerprint,
        "data": scenario.data,
        "code": grounds.code,
        "surroundings": dict(grounds.surroundings),
        # of the design, only what is held out: a size is a beginning of one order
        "held out": [scenario.design.validation, scenario.design.test],
        "group": scenario.group,
        "rates": scenario.rates.model_dump(mode="json"),
        "stopping": None if stopping is None else stopping.model_dump(mode="json"),
        "limits": scenario.limits.model_dump(mode="json"),
        "dynamics": scenario.dynamics,
    }
    wanted = asked_qualities(scenario) if largest else ()
    moments: tuple[Moment, ...] = ("trial", "alone") if largest else ("trial",)
    instruments = [one for moment in moments for one in instruments_for(moment, wanted)]
    qualities = tuple(quality.name for one in instruments for quality in one.qualities)
    return TrialKey(key=digest_of(facts), qualities=qualities, evaluated=largest)
