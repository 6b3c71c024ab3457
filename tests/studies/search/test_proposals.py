"""The split of the budget, and that what was learned is used."""

from collections import Counter

import pytest

from netwright.records.candidate import Candidate
from netwright.studies.search.knobs import Knob, knobs_of
from netwright.studies.search.proposals import Proposer, kinds_of

BASE = Candidate(name="net", model="mlp", options={"hidden": [300]})


@pytest.mark.parametrize(("budget", "expected"), [(10, (5, 3, 2)), (20, (10, 6, 4)), (100, (50, 30, 20))])
def test_the_budget_is_split_as_in_the_paper(budget, expected):
    counted = Counter(kinds_of(budget, knobs_of(BASE)))
    assert (counted["layers"], counted["values"], counted["which"]) == expected


def test_every_beginning_of_the_budget_is_split_evenly():
    kinds = kinds_of(40, knobs_of(BASE))
    for number in range(1, 41):
        assert abs(Counter(kinds[:number])["layers"] - 0.5 * number) <= 1


def test_a_kind_without_knobs_gives_its_share_away():
    knobs = [knob for knob in knobs_of(BASE) if knob.kind != "layers"]
    assert Counter(kinds_of(10, knobs)) == {"values": 6, "which": 4}


def test_a_proposal_changes_its_kind_only():
    knobs = knobs_of(BASE)
    proposer = Proposer(BASE, knobs, seed=0)
    hand = proposer.hand_written()
    for kind in ("layers", "values", "which"):
        for _ in range(5):
            proposal = proposer.propose(kind, hand, "x")
            turned = {knob.name for knob in knobs if proposal.indices[knob.name] != hand.indices[knob.name]}
            assert turned <= {knob.name for knob in knobs if knob.kind == kind}
            assert set(proposal.changes) == turned


def test_a_proposal_starts_from_the_best_one():
    knobs = knobs_of(BASE)
    proposer = Proposer(BASE, knobs, seed=0)
    best = proposer.proposal("values", {**proposer.hand_written().indices, "dropout": 3}, "best")
    proposal = proposer.propose("layers", best, "x")
    assert proposal.indices["dropout"] == 3
    assert proposal.candidate.options["dropout"] == 0.3


def test_the_same_seed_proposes_the_same():
    def first(seed):
        proposer = Proposer(BASE, knobs_of(BASE), seed)
        return [proposer.propose("values", proposer.hand_written(), "x").indices for _ in range(6)]

    assert first(0) == first(0)
    assert first(0) != first(1)


def test_what_was_learned_is_proposed_more_often():
    knobs = [Knob("dropout", "values", "options", tuple(i / 20 for i in range(10)))]
    proposer = Proposer(Candidate(name="net", model="mlp"), knobs, seed=0)
    for index in range(10):
        for _ in range(3):
            proposer.learn({"dropout": index}, 0.9 if index == 7 else 0.5)
    hand = proposer.hand_written()
    proposed = Counter(proposer.propose("values", hand, "x").indices["dropout"] for _ in range(40))
    assert proposed[7] > 40 / 10 * 2
