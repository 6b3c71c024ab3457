"""A whole small search: its budget, its record, what it survives, and that test samples take no part."""

import pytest

from netwright.records.errors import CandidateError, InputError, LedgerError
from netwright.records.scenario import Modify
from netwright.records.trial import Outcome
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.modify import modify
from netwright.studies.read import read_study

from .conftest import candidate, scenario_of


@pytest.fixture(scope="module")
def searched(tmp_path_factory, shared_mlflow):
    scenario = scenario_of(candidate("net", "mlp", hidden=[64]), candidate("tree", "decision-tree"))
    out = tmp_path_factory.mktemp("searched")
    executor = LocalExecutor(workers=2)
    decision = choose(scenario, out=out, executor=executor)
    wanted = Modify(budget=10, base="net", size=100)
    return scenario, decision, out, modify(scenario, decision, out, wanted, executor)


def test_the_budget_is_used_and_the_hand_written_one_is_tried_first(searched):
    *_, search = searched
    assert [attempt.number for attempt in search.attempts] == list(range(11))
    assert search.attempts[0].kind is None
    assert search.attempts[0].changes == {}
    assert all(attempt.outcome is Outcome.OK for attempt in search.attempts)


def test_no_proposal_is_tried_twice_or_costs_more(searched):
    *_, search = searched
    tried = [tuple(sorted(attempt.indices.items())) for attempt in search.attempts]
    assert len(set(tried)) == len(tried)
    assert all(attempt.cost <= search.attempts[0].cost for attempt in search.attempts)


def test_a_find_is_compared_on_the_test_images_with_every_seed(searched):
    scenario, _, _, search = searched
    best = max(search.attempts, key=lambda attempt: attempt.score)
    if best.number == 0:
        assert search.comparison is None
        return
    found = search.comparison
    assert found is not None
    assert {measured.quality for measured in found.found} >= {"accuracy", "size"}
    assert all(measured.n == scenario.design.seeds for measured in found.found if measured.quality == "training_time")
    assert found.dominates == (found.probability_dominates >= 0.9)


def test_the_study_tells_of_its_search(searched):
    _, _, out, search = searched
    study = read_study(out)
    assert study.searches == (search,)
    assert any(source.factor == "search" for clause in study.decision.analysis for source in clause.sources)


def test_the_same_search_again_trains_nothing(searched):
    scenario, decision, out, search = searched

    hunted = (out / "modify" / "attempts.jsonl").read_bytes()
    again = modify(scenario, decision, out, Modify(budget=10, base="net", size=100), LocalExecutor(workers=1))
    assert (out / "modify" / "attempts.jsonl").read_bytes() == hunted
    assert again.attempts == search.attempts


def test_another_base_needs_another_folder(searched):
    scenario, decision, out, _ = searched
    with pytest.raises((LedgerError, CandidateError)):
        modify(scenario, decision, out, Modify(budget=1, base="tree", size=100))


def test_a_base_that_does_not_exist(searched, tmp_path):
    scenario, decision, _, _ = searched
    with pytest.raises(InputError, match="there is no candidate 'nett'; name one of net, tree"):
        modify(scenario, decision, tmp_path, Modify(budget=1, base="nett"))


def test_no_images_left_to_score_on(searched, tmp_path):
    scenario, decision, _, _ = searched
    with pytest.raises(InputError, match=r"no training samples left.*lower modify\.size"):
        modify(scenario, decision, tmp_path, Modify(budget=1, base="net", size=1195))
