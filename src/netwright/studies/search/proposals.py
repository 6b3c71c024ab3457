"""Proposals of a modification search: which kind of change comes next, and Optuna's choice of values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.machine.seeds import derive_seed
from netwright.records.candidate import Candidate
from netwright.records.errors import MissingExtraError
from netwright.records.search import ChangeKind
from netwright.studies.search.knobs import Knob

STARTS = 8
"""Proposals whose values are drawn evenly before what was learned decides."""
AT_ONCE = 2
"""Most knobs of its kind that a proposal turns."""
SPLIT: dict[ChangeKind, float] = {"layers": 0.5, "values": 0.3, "which": 0.2}
"""Shares of the budget (scalability paper, section III)."""


def kinds_of(budget: int, knobs: Sequence[Knob]) -> list[ChangeKind]:
    """Return the kind of each proposal: 50% layers, 30% values, 20% which, spread evenly.

    A kind without knobs gives its share to the others in proportion.

    Args:
        budget: How many proposals.
        knobs: What may be changed.

    Returns:
        One kind a proposal.

    >>> from collections import Counter
    >>> knobs = [Knob(kind, kind, "options", (0, 1)) for kind in SPLIT]
    >>> sorted(Counter(kinds_of(20, knobs)).items())
    [('layers', 10), ('values', 6), ('which', 4)]
    """
    there = {kind: share for kind, share in SPLIT.items() if any(knob.kind == kind for knob in knobs)}
    total = sum(there.values())
    given = dict.fromkeys(there, 0)
    kinds: list[ChangeKind] = []
    for number in range(1, budget + 1):
        # whose share is furthest behind
        kind = max(there, key=lambda k: there[k] / total * number - given[k])
        given[kind] += 1
        kinds.append(kind)
    return kinds


@dataclass(frozen=True)
class Proposal:
    """A changed candidate.

    Args:
        kind: What it changes.
        indices: Knob -> index of its value, for every knob.
        candidate: The candidate.
        changes: Key -> new value, in words, against the hand-written one.
    """

    kind: ChangeKind | None
    indices: dict[str, int]
    candidate: Candidate
    changes: dict[str, str]


class Proposer:
    """Asks Optuna for values of one or two knobs of a kind, the others staying as the best proposal so far has them.

    The sampler is TPE, each knob by itself, learning from all proposals whatever kind they were.

    Args:
        base: The hand-written candidate.
        knobs: What may be changed.
        seed: Decides everything that is drawn.

    Raises:
        MissingExtraError: Optuna is not installed.

    Source: Bergstra et al. 2011, "Algorithms for hyper-parameter optimization" (TPE); Akiba et al. 2019 (Optuna).
    """

    def __init__(self, base: Candidate, knobs: Sequence[Knob], seed: int) -> None:
        try:
            import optuna
        except ImportError as error:
            raise MissingExtraError("a modification search", "search") from error
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._optuna = optuna
        self.base = base
        self._knobs = tuple(knobs)
        self._seed = seed
        self._asked = 0
        self._study = optuna.create_study(direction="maximize")
        self._distributions: dict[str, optuna.distributions.BaseDistribution] = {
            knob.name: optuna.distributions.IntDistribution(0, len(knob.values) - 1) for knob in knobs
        }

    def hand_written(self) -> Proposal:
        """Return the hand-written candidate as a proposal that changes nothing."""
        return Proposal(None, {knob.name: knob.of(self.base) for knob in self._knobs}, self.base, {})

    def propose(self, kind: ChangeKind, best: Proposal, name: str) -> Proposal:
        """Return a change of one kind.

        Args:
            kind: The kind.
            best: The best proposal so far, which the others' values come from.
            name: What the changed candidate is called.

        Returns:
            The proposal; it may equal an earlier one.
        """
        self._asked += 1
        seed = derive_seed("proposal", self._seed, self._asked) % 2**32
        random = np.random.default_rng(seed)
        of_kind = [knob.name for knob in self._knobs if knob.kind == kind]
        # one or two at a time: what made the best one good is mostly kept
        turned = random.choice(of_kind, min(int(random.integers(1, AT_ONCE + 1)), len(of_kind)), replace=False)
        self._study.sampler = self._optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTS)
        trial = self._study.ask({name: self._distributions[name] for name in map(str, turned)})
        # what becomes of it is told apart from this question, since a proposal may be thrown away
        self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        return self.proposal(kind, {**best.indices, **trial.params}, name)

    def learn(self, indices: dict[str, int], score: float) -> None:
        """Tell Optuna the score of a proposal.

        Args:
            indices: Its values.
            score: Its accuracy on validation samples.
        """
        told = self._optuna.trial.create_trial(params=indices, distributions=self._distributions, value=score)
        self._study.add_trial(told)

    def proposal(self, kind: ChangeKind | None, indices: dict[str, int], name: str) -> Proposal:
        """Return the candidate that has the given values.

        Args:
            kind: What was changed last.
            indices: Knob -> index of its value, for every knob.
            name: What it is called.

        Returns:
            The proposal.
        """
        candidate, changes = self.base, dict[str, str]()
        for knob in self._knobs:
            if indices[knob.name] != knob.of(self.base):
                candidate = knob.set(candidate, indices[knob.name])
                changes[knob.name] = str(knob.values[indices[knob.name]])
        return Proposal(kind, indices, candidate.model_copy(update={"name": name}), changes)
