"""What may be changed: the candidate's own value is always among the values, and setting it changes nothing."""

import pytest

from netwright.models.build import build
from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import CandidateError
from netwright.studies.search.knobs import TABLE_III, knobs_of

ZOO = [
    Candidate(name="a", model="resnet", options={"depth": 8, "width": 0.75}),
    Candidate(name="b", model="googlenet", options={"depth": 12, "width": 0.125, "dropout": 0.25}),
    Candidate(name="c", model="alexnet", options={"width": 0.125}, recipe=Recipe(optimizer="adam", lr=0.003)),
    Candidate(name="d", model="mlp"),
]
each_candidate = pytest.mark.parametrize("candidate", ZOO, ids=lambda candidate: candidate.model)


@each_candidate
def test_the_own_value_is_there_and_setting_it_changes_no_number(candidate):
    for knob in knobs_of(candidate):
        assert len(set(map(str, knob.values))) == len(knob.values)
        again = knob.set(candidate, knob.of(candidate))
        assert knob.of(again) == knob.of(candidate)


@each_candidate
def test_every_value_builds(candidate):
    for knob in knobs_of(candidate):
        for index in range(len(knob.values)):
            changed = knob.set(candidate, index)
            assert knob.of(changed) == index
            if knob.place == "options":
                assert build(changed, (1, 28, 28), 10) is not None


@each_candidate
def test_each_kind_of_change_is_possible(candidate):
    assert {knob.kind for knob in knobs_of(candidate)} == {"layers", "values", "which"}


def test_table_three_is_the_grid_of_resnet():
    filters = next(knob for knob in knobs_of(ZOO[0]) if knob.name == "filters")
    assert all(list(row) in filters.values for row in TABLE_III)


def test_a_model_whose_layers_are_not_known():
    with pytest.raises(CandidateError, match="cannot modify the model 'random-forest'; it knows alexnet"):
        knobs_of(Candidate(name="f", model="random-forest"))
