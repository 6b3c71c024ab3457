import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.candidate import Candidate
from netwright.records.scenario import Constraint, Design, Limits, Preferences
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
