"""A modification search as it runs."""

from collections.abc import Iterator
from math import isnan, nan

from netwright.data.catalog import load
from netwright.machine.isolation import Ended, Job
from netwright.machine.progress import Progress
from netwright.records.candidate import Candidate
from netwright.records.errors import InputError
from netwright.records.scenario import Scenario
from netwright.records.search import Attempt
from netwright.records.trial import Outcome, Trial
from netwright.studies.executors import Executor
from netwright.studies.search.costs import cost_of
from netwright.studies.search.knobs import knobs_of
from netwright.studies.search.notes import SearchNotes
from netwright.studies.search.proposal_run import ProposalJob, Score, run_proposal
from netwright.studies.search.proposals import Proposal, Proposer, kinds_of

HELD = 2000
"""Training samples beyond the size that proposals are scored on, where there are so many."""
PATIENCE = 3
REDRAWS = 200


class Hunt:
    """The live state of a search: what was tried, what runs, what to try next.

    Args:
        scenario: The question.
        base: The hand-written candidate.
        size: Training samples of a proposal.
        budget: How many proposals.
        notes: What was tried already; every attempt is added.

    Raises:
        InputError: No training samples are left to score proposals on.
    """

    def __init__(self, scenario: Scenario, base: Candidate, size: int, budget: int, notes: SearchNotes) -> None:
        dataset = load(scenario.data)
        self._shape, self._classes = dataset.shape, len(dataset.classes)
        room = len(dataset.train_labels) - scenario.design.validation - size
        if room < self._classes:
            raise InputError(
                f"{scenario.data} has no training samples left to score proposals on: {size} are trained on, "
                f"{scenario.design.validation} are held out; lower modify.size"
            )
        self._scenario, self._size, self._held = scenario, size, min(HELD, room)
        knobs = knobs_of(base)
        self._proposer = Proposer(base, knobs, scenario.design.first_seed)
        self._kinds = kinds_of(budget, knobs)
        self._limit = cost_of(base, self._shape, self._classes)
        self._notes = notes
        self._running: dict[str, Proposal] = {}
        self._best = self._proposer.hand_written()
        self._best_score = nan
        for attempt in notes.attempts:
            self._learn(self._proposer.proposal(attempt.kind, attempt.indices, attempt.candidate.name), attempt)
        self._next = max((attempt.number for attempt in notes.attempts), default=-1) + 1

    def attempts(self) -> tuple[Attempt, ...]:
        """Return everything that was tried, in order of number."""
        return tuple(sorted(self._notes.attempts, key=lambda attempt: attempt.number))

    def better(self) -> list[Attempt]:
        """Return the attempts that scored more than the hand-written candidate, the best first."""
        scored = [attempt for attempt in self.attempts() if attempt.outcome is Outcome.OK]
        base = next((attempt.score for attempt in scored if attempt.kind is None), nan)
        return sorted((a for a in scored if a.kind is not None and a.score > base), key=lambda a: -a.score)

    def run(self, executor: Executor, progress: Progress) -> None:
        """Try what the budget still allows."""
        left = len(self._kinds) + 1 - len(self._notes.attempts)
        if left <= 0:
            return
        progress.start(float(left), "proposals")
        ended = (event for event in executor.run(self._jobs(left)) if isinstance(event, Ended))
        try:
            for done, event in enumerate(ended, start=1):
                attempt = self._attempt(event)
                self._notes.add(attempt)
                self._learn(self._running.pop(event.job), attempt)
                progress.advance(float(done), f"{event.job} {attempt.score:.3f}", None)
        finally:
            progress.stop()

    def _jobs(self, left: int) -> Iterator[Job]:
        for _ in range(left):
            number, self._next = self._next, self._next + 1
            proposal = self._proposer.hand_written() if number == 0 else self._proposal(number)
            if proposal is None:
                return
            name = f"proposal-{number}"
            self._running[name] = proposal
            yield self._job(name, proposal)

    def _proposal(self, number: int) -> Proposal | None:
        """Return a new proposal that costs no more than the hand-written candidate; None where none is found.

        Where nothing new of the kind whose turn it is can be afforded, its turn goes to another kind.
        """
        tried = [*(a.indices for a in self._notes.attempts), *(p.indices for p in self._running.values())]
        turn = self._kinds[min(number, len(self._kinds)) - 1]
        for kind in sorted(set(self._kinds), key=lambda kind: (kind != turn, kind)):
            for _ in range(REDRAWS):
                proposal = self._proposer.propose(kind, self._best, f"{self._proposer.base.name}-{number}")
                if proposal.indices not in tried and self._affordable(proposal.candidate):
                    return proposal
        return None

    def _affordable(self, candidate: Candidate) -> bool:
        return cost_of(candidate, self._shape, self._classes).within(self._limit)

    def _job(self, name: str, proposal: Proposal) -> Job:
        told = ProposalJob(
            trial=Trial(candidate=proposal.candidate, size=self._size, seed=self._scenario.design.first_seed),
            data=self._scenario.data,
            design=self._scenario.design,
            held=self._held,
            wanted=None if isnan(self._best_score) else self._best_score,
            patience=PATIENCE,
        )
        weights = proposal.candidate.recipe.weights
        reads = () if weights is None else (weights,)
        return Job(name, run_proposal, told.to_json(), self._scenario.limits, data=self._scenario.data, reads=reads)

    def _attempt(self, ended: Ended) -> Attempt:
        proposal = self._running[ended.job]
        score = Score.from_json(ended.result) if ended.result is not None else None
        return Attempt(
            number=int(ended.job.rpartition("-")[2]),
            kind=proposal.kind,
            candidate=proposal.candidate,
            changes=proposal.changes,
            outcome=ended.outcome,
            score=score.accuracy if score else nan,
            cost=cost_of(proposal.candidate, self._shape, self._classes).flops,
            epochs=score.epochs if score else 0,
            stopped=score.stopped if score else "",
            cpu_seconds=score.cpu_seconds if score else ended.cpu_seconds,
            indices=proposal.indices,
        )

    def _learn(self, proposal: Proposal, attempt: Attempt) -> None:
        if attempt.outcome is not Outcome.OK:
            return
        self._proposer.learn(attempt.indices, attempt.score)
        if not attempt.score <= self._best_score:
            self._best, self._best_score = proposal, attempt.score
