import pytest

from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import InputError
from netwright.records.scenario import Design, Scenario
from netwright.studies.dynamics_setting import setting_of_model, setting_of_scenario, with_recipe


def make_scenario():
    candidates = (Candidate(name="small", model="mlp"), Candidate(name="large", model="mlp", recipe=Recipe(lr=0.2)))
    design = Design(sizes=(100, 400), first_seed=5, validation=97)
    return Scenario(name="digits", task="image-classification", data="digits", design=design, candidates=candidates)


def test_a_scenario_gives_its_first_candidate_at_its_largest_size():
    setting = setting_of_scenario(make_scenario())
    assert (setting.title, setting.size, setting.seed) == ("small on digits", 400, 5)
    assert setting.design.validation == 97


def test_a_candidate_is_named_and_a_wrong_name_is_told():
    assert setting_of_scenario(make_scenario(), "large").candidate.recipe.lr == 0.2
    with pytest.raises(InputError, match="no candidate 'larg'"):
        setting_of_scenario(make_scenario(), "larg")


@pytest.mark.parametrize(
    ("model", "name"),
    [("mlp", "mlp"), ("pkg.nets:_make_net", "make_net"), ("pkg:__", "model"), ("a:" + "x" * 99, "x" * 64)],
)
def test_a_model_is_named_after_its_factory(model, name):
    setting = setting_of_model(model, "digits")
    assert (setting.candidate.name, setting.candidate.model, setting.size) == (name, model, None)


def test_a_recipe_is_changed_where_asked_and_refused_where_wrong():
    setting = setting_of_scenario(make_scenario(), "large")
    changed = with_recipe(setting, {"momentum": 0.0, "weight_decay": 0.01})
    assert changed.candidate.recipe == Recipe(lr=0.2, momentum=0.0, weight_decay=0.01)
    assert setting.candidate.recipe.momentum == 0.9
    with pytest.raises(InputError, match=r"lr: found -1.*momentum: found 2"):
        with_recipe(setting, {"lr": -1, "momentum": 2})
