import json
from collections.abc import Callable
from math import inf, isnan, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import LedgerError
from netwright.records.measurement import Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.entries import Alone, Header, line_of, parse, with_answers

PATH = Path("study/ledger.jsonl")


def header_line(scenario: Scenario) -> bytes:
    return line_of(json.loads(Header.of(scenario).to_json()))


def trial_line(result: TrialResult) -> bytes:
    return line_of({"kind": "trial", **json.loads(result.to_json())})


def alone_line(trial: str, *measurements: Measurement) -> bytes:
    return line_of(json.loads(Alone(trial=trial, measurements=measurements).to_json()))


def test_reads_back_what_was_written(scenario: Scenario, ended: Callable[..., TrialResult]) -> None:
    results = [ended("mlp"), ended("net", outcome=Outcome.CRASHED, detail='ValueError: "x"\nü')]
    contents = parse(header_line(scenario) + b"".join(map(trial_line, results)), PATH)
    assert contents.header == Header.of(scenario)
    assert list(contents.results.values()) == results


def test_numbers_that_are_not_finite_survive(
    scenario: Scenario, ended: Callable[..., TrialResult], measured: Callable[..., Measurement]
) -> None:
    result = ended().model_copy(update={"measurements": (measured("brier", nan), measured("flops", inf))})
    read = parse(header_line(scenario) + trial_line(result), PATH).results[result.trial]
    assert isnan(read.measurements[0].value)
    assert read.measurements[1].value == inf


def test_the_newest_line_of_a_trial_wins(scenario: Scenario, ended: Callable[..., TrialResult]) -> None:
    data = header_line(scenario) + b"".join(map(trial_line, [ended(accuracy=0.1), ended("net"), ended(accuracy=0.2)]))
    results = parse(data, PATH).results
    assert list(results) == ["mlp-n100-s0", "net-n100-s0"]
    assert results["mlp-n100-s0"].measurements[0].value == 0.2


def test_what_was_measured_alone_belongs_to_the_result_before_it(
    scenario: Scenario, ended: Callable[..., TrialResult], measured: Callable[..., Measurement]
) -> None:
    latency = alone_line("mlp-n100-s0", measured("latency.p50", 0.01, "s", alone=True))
    data = header_line(scenario) + trial_line(ended()) + latency
    assert [m.quality for m in parse(data, PATH).results["mlp-n100-s0"].measurements] == ["accuracy", "latency.p50"]
    # the weights that were timed are gone with the new result
    again = parse(data + trial_line(ended(accuracy=0.7)), PATH).results["mlp-n100-s0"]
    assert [m.quality for m in again.measurements] == ["accuracy"]


def test_a_newer_measurement_takes_the_older_ones_place(
    ended: Callable[..., TrialResult], measured: Callable[..., Measurement]
) -> None:
    once = with_answers(ended(), Alone(trial="mlp-n100-s0", measurements=(measured("size", 1.0, "B"),)))
    twice = with_answers(once, Alone(trial="mlp-n100-s0", measurements=(measured("size", 2.0, "B"),)))
    assert [(m.quality, m.value) for m in twice.measurements] == [("accuracy", 0.8), ("size", 2.0)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"\xff\xfe",
        b'{"kind":"other"}',
        b'{"kind":"trial","trial":"a"}',
        b'{"kind":"alone","trial":"a","measurements":5}',
        b'{"kind":"alone","trial":"never-recorded","measurements":[]}',
    ],
)
def test_a_line_that_cannot_be_understood_is_named(scenario: Scenario, line: bytes) -> None:
    with pytest.raises(LedgerError, match=r"study/ledger.jsonl, line 2: .*--fresh") as caught:
        parse(header_line(scenario) + line + b"\n", PATH)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("line", [b'{"kind":"trial"}', b'{"ledger":2,"scenario":"a","scenario_hash":"b"}', b"{}", b"x"])
def test_a_first_line_that_is_no_header_is_named(line: bytes) -> None:
    with pytest.raises(LedgerError, match="line 1"):
        parse(line + b"\n", PATH)


@given(st.binary())
def test_any_bytes_are_read_or_refused_by_line(data: bytes) -> None:
    try:
        contents = parse(data, PATH)
    except LedgerError as error:
        assert "line " in str(error)  # noqa: PT017
    else:
        assert contents.whole == data.rfind(b"\n") + 1
