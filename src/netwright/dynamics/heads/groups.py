"""Runs of coordinates that one matrix acts on together, and what forbids it."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from netwright.dynamics.head_family import Factor
from netwright.dynamics.heads.layout import stripped
from netwright.dynamics.heads.pairs import Numbers
from netwright.dynamics.heads.trail import Meeting, Trail, Use
from netwright.structure.tape import Operation

WIDEST = 512
"""Most coordinates of a head: it has d (d + 1) / 2 charges."""

Run = tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Runs that meet one another: X acts on the one side, X^-T on the other.

    Args:
        factors: Its matrices, with their signs.
        width: Coordinates of a run.
        numbers: Of all its coordinates.
        what: What meets in it.
        operations: Where.
        reason: What forbids it; empty where nothing does.
    """

    factors: tuple[Factor, ...]
    width: int
    numbers: frozenset[int]
    what: tuple[str, ...]
    operations: tuple[Operation, ...]
    reason: str = ""


class Groups:
    """The groups of a trail.

    Args:
        trail: Followed to its end.
    """

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._same = _same(trail)
        self._order = np.argsort(self._same, kind="stable")
        self._starts = np.searchsorted(self._same[self._order], np.arange(self._same.max(initial=-1) + 2))
        self._strayed = self._reasons()
        self._all = self._found()

    def kept(self) -> list[Group]:
        """Return the groups that nothing forbids, in the order in which they first meet."""
        return [group for group in self._all if not group.reason]

    def broken(self) -> list[Group]:
        """Return the groups that something forbids."""
        return [group for group in self._all if group.reason]

    def _found(self) -> list[Group]:
        runs: dict[Run, list[tuple[Run, Meeting]]] = {}
        for meeting in self._trail.meetings:
            order = np.argsort(meeting.left, kind="stable")
            one, other = (tuple(self._same[side[order]].tolist()) for side in (meeting.left, meeting.right))
            runs.setdefault(one, []).append((other, meeting))
            runs.setdefault(other, []).append((one, meeting))
        taken: dict[int, set[Run]] = defaultdict(set)
        for run in runs:
            for label in run:
                taken[label].add(run)
        done: set[Run] = set()
        found = []
        for start in runs:
            if start not in done:
                signs, meetings, consistent = _coloured(start, runs)
                done |= set(signs)
                alone = all(len(taken[label]) == 1 for run in signs for label in run)
                found.append(self._group(signs, meetings, consistent, alone))
        return found

    def reason_of(self, number: int) -> str:
        """Return what forbids to act on one coordinate; empty where nothing does."""
        place = self._strayed[self._same[number]]
        return self._trail.strays[place][1] if place >= 0 else ""

    def _members(self, label: int) -> list[int]:
        """Return the numbers that were added up under a label."""
        found: list[int] = self._order[self._starts[label] : self._starts[label + 1]].tolist()
        return found

    def _group(self, signs: dict[Run, int], meetings: list[Meeting], consistent: bool, alone: bool) -> Group:
        numbers = [number for run in signs for label in run for number in self._members(label)]
        what = tuple(dict.fromkeys(meeting.what for meeting in meetings))
        operations = tuple(dict.fromkeys(meeting.operation for meeting in meetings))
        factors, reason = self._factors(signs)
        width = len(next(iter(signs)))
        if not alone:
            reason = "its heads overlap"
        if not consistent:
            reason = "the same weights stand on both sides: only rotations remain, which have no charge"
        if width > WIDEST:
            reason = f"{width} coordinates are more than {WIDEST}, too many for d (d + 1) / 2 charges"
        reason = next(filter(None, map(self.reason_of, numbers)), "") or reason
        reason = next(filter(None, (self._other_use(factor, width) for factor in factors)), "") or reason
        return Group(factors, width, frozenset(numbers), what, operations, reason)

    def _factors(self, signs: dict[Run, int]) -> tuple[tuple[Factor, ...], str]:
        """Return the matrices of all runs, and why one is none, if so."""
        factors, reason = [], ""
        for run, sign in signs.items():
            members = [self._members(label) for label in run]
            if len({len(numbers) for numbers in members}) > 1:
                reason = "its coordinates were added up unevenly"
            for numbers in zip(*members, strict=False):
                ends = [self._trail.legs.at(number) for number in numbers]
                leg, start = ends[0]
                factors.append(Factor(leg.parameter, leg.view, 1, start, sign))
                if ends != [(leg, start + at) for at in range(len(ends))]:
                    reason = f"the coordinates of a head are not neighbours in {leg.parameter}"
        return tuple(factors), reason

    def _other_use(self, factor: Factor, width: int) -> str:
        """Return how a factor's parameter is read in a way that a matrix on the factor does not pass."""
        name = factor.parameter
        if name in self._trail.loose:
            return f"{name} {self._trail.loose[name]}"
        value = self._trail.uses[name][0].weight.parameter
        if not value.tensor.requires_grad:
            return f"{name} is frozen"
        for use in self._trail.uses[name]:
            own = [leg for leg in use.legs if leg.view == factor.view]
            if not own and _touches(use, factor, width, value.shape):
                return f"{name} is read in another way by {use.operation.module or use.operation.name}"
        return ""

    def _reasons(self) -> Numbers:
        place = np.full(int(self._same.max(initial=-1)) + 1, -1)
        for at, (numbers, _) in reversed(list(enumerate(self._trail.strays))):
            place[self._same[numbers]] = at
        return place


def _same(trail: Trail) -> Numbers:
    """Return for each number the label of the coordinates that it was added up with."""
    pairs = np.concatenate([np.zeros((2, 0), np.int64), *trail.sums], axis=1)
    graph = sparse.coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), (trail.legs.count, trail.legs.count))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _coloured(start: Run, runs: dict[Run, list[tuple[Run, Meeting]]]) -> tuple[dict[Run, int], list[Meeting], bool]:
    """Return the runs that can be reached from one, each with a sign, and whether those that meet differ in it."""
    signs, open_runs, meetings, consistent = {start: 1}, [start], {}, True
    while open_runs:
        run = open_runs.pop(0)
        for other, meeting in runs[run]:
            meetings[id(meeting)] = meeting
            if other not in signs:
                signs[other] = -signs[run]
                open_runs.append(other)
            consistent &= signs[other] == -signs[run]
    return signs, list(meetings.values()), consistent


def _touches(use: Use, factor: Factor, width: int, shape: tuple[int, ...]) -> bool:
    """Return whether a use of a parameter may read some of a factor's coordinates."""
    single = [at for at, size in enumerate(shape) if size == factor.view[1] and _before(shape, at) == factor.view[0]]
    if not single:
        return True
    read = stripped(use.weight.places[single[0]])
    return bool(((read >= factor.start) & (read < factor.start + width)).any())


def _before(shape: tuple[int, ...], at: int) -> int:
    return int(np.prod(shape[:at], dtype=np.int64))
