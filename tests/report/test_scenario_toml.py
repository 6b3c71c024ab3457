import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.candidate import Candidate, Recipe
from netwright.records.scenario import Constraint, Design, Limits, Modify, Preferences, Rates, Stopping
from netwright.records.units import parse_quantity
from netwright.report.scenario_toml import scenario_toml

texts = st.text(st.characters(exclude_categories=["Cs"]))
options = st.dictionaries(
    texts,
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts
    | st.lists(st.integers(0, 9), min_size=1),
    max_size=4,
)  # fmt: skip


def with_scenario(decision, **changes):
    return decision.model_copy(update={"scenario": decision.scenario.model_copy(update=changes)})


def test_reads_back_as_the_scenario(study):
    scenario, read = study.decision.scenario, tomllib.loads(scenario_toml(study.decision))
    assert (read["name"], read["task"], read["data"]) == (scenario.name, scenario.task, scenario.data)
    assert Design.model_validate(read["design"]) == scenario.design
    amounts = {
        "memory": parse_quantity(read["limits"]["memory"], "B"),
        "time": parse_quantity(read["limits"]["time"], "s"),
        "retries": read["limits"]["retries"],
    }
    assert Limits.model_validate(amounts) == scenario.limits
    assert tuple(Candidate.model_validate(entry) for entry in read["candidate"]) == scenario.candidates
    assert read["constraints"] == {limit.quality: limit.text for limit in scenario.constraints}
    assert tuple(read["preferences"]["order"]) == scenario.preferences.order


def test_tolerances_bear_their_unit(study):
    tolerance = tomllib.loads(scenario_toml(study.decision))["preferences"]["tolerance"]
    assert tolerance == {"accuracy": 0.005, "latency.p99": "0.001 s"}


def test_rates_bear_theirs(study):
    decision = with_scenario(study.decision, preferences=Preferences(tolerance={"throughput": 5.0}))
    written = tomllib.loads(scenario_toml(decision))["preferences"]["tolerance"]["throughput"]
    assert parse_quantity(written, "1/s") == 5.0


@given(data=texts, written=texts, given_options=options)
def test_any_text_survives(study, data, written, given_options):
    candidate = Candidate(name="a", model="b", options=given_options)
    limit = Constraint(quality="size", relation="<=", bound=1.0, text=written)
    decision = with_scenario(study.decision, data=data, constraints=(limit,), candidates=(candidate,))
    read = tomllib.loads(scenario_toml(decision))
    assert read["data"] == data
    assert read["constraints"] == {"size": written}
    assert read["candidate"][0]["options"] == given_options


@pytest.mark.parametrize(("memory", "text"), [(2.0**30, "1 GiB"), (1e9, "1000000000 B")])
def test_memory_is_written_exactly(study, memory, text):
    decision = with_scenario(study.decision, limits=Limits(memory=memory))
    assert tomllib.loads(scenario_toml(decision))["limits"]["memory"] == text


def test_no_constraints_no_table(study):
    assert "constraints" not in tomllib.loads(scenario_toml(with_scenario(study.decision, constraints=())))


def test_every_wish_is_written_back(study):
    wishes = {
        "qualities": ("energy", "top_3"), "backends": ("eager", "onnx"), "group": "region",
        "stopping": Stopping(wanted=0.8), "modify": Modify(budget=40, base="mlp"), "rates": Rates(watts=7.5),
    }  # fmt: skip
    read = tomllib.loads(scenario_toml(with_scenario(study.decision, **wishes)))
    assert (tuple(read["qualities"]), tuple(read["backends"])) == (wishes["qualities"], wishes["backends"])
    assert read["group"] == "region"
    assert Stopping.model_validate(read["stopping"]) == wishes["stopping"]
    assert Modify.model_validate(read["modify"]) == wishes["modify"]
    assert Rates.model_validate(read["rates"]) == wishes["rates"]


def test_what_was_not_asked_for_is_not_written(study):
    read = tomllib.loads(scenario_toml(study.decision))
    assert not {"qualities", "backends", "group", "stopping", "modify"} & set(read)
    assert not {"weights", "anchors"} & set(read["preferences"])


def test_weights_and_anchors_of_a_utility_are_written_with_their_units(study):
    preferences = Preferences(
        weights={"accuracy": 0.75, "latency.p99": 0.25}, anchors={"accuracy": (0.5, 1.0), "latency.p99": (0.02, 0.0)}
    )
    read = tomllib.loads(scenario_toml(with_scenario(study.decision, preferences=preferences)))["preferences"]
    assert read["weights"] == preferences.weights
    assert read["anchors"] == {"accuracy": [0.5, 1.0], "latency.p99": ["0.02 s", "0 s"]}


def test_a_recipe_is_written_with_its_weights_where_it_has_some(study):
    plain, begun = (Candidate(name=n, model="mlp", recipe=Recipe(weights=w)) for n, w in (("a", None), ("b", "/w.st")))
    read = tomllib.loads(scenario_toml(with_scenario(study.decision, candidates=(plain, begun))))
    assert [entry["recipe"].get("weights") for entry in read["candidate"]] == [None, "/w.st"]
