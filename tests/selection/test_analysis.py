"""Every figure of a clause stands in what its sources name."""

import re
from collections.abc import Iterator

import pytest

from netwright.records.factors import CandidateFactors, Factors
from netwright.records.gain import Gain
from netwright.records.record import Record
from netwright.records.search import Attempt, Comparison, Search
from netwright.records.trial import Outcome
from netwright.records.units import UNITS
from netwright.selection.analysis import analyse
from netwright.selection.decide import decide

NUMBER = re.compile(
    r"(?<![\w.])([-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?)(%| ?(?:µs|ms|s|min|h|kB|MB|GB|B|k|M|G|MFLOP|FLOP)\b)?"
)
SYMBOLS = {symbol: size for symbols in UNITS.values() for symbol, size in symbols.items()} | {"": 1.0, "%": 0.01}


def numbers(thing: object) -> Iterator[float]:
    """Every number in a record: values, how many there are of something, and what its texts say."""
    if isinstance(thing, bool) or thing is None:
        return
    if isinstance(thing, int | float):
        yield abs(float(thing))
    elif isinstance(thing, str):
        yield from (abs(value) for value, _ in figures(thing))
    elif isinstance(thing, Record):
        for _, value in thing:
            yield from numbers(value)
    elif isinstance(thing, dict | tuple | list):
        yield float(len(thing))
        for value in thing.values() if isinstance(thing, dict) else thing:
            yield from numbers(value)


def figures(text: str) -> Iterator[tuple[float, float]]:
    """Every figure of a text in base units, with half a unit of its last digit."""
    for match in NUMBER.finditer(text):
        number, symbol = match.group(1).replace(",", ""), (match.group(2) or "").strip()
        digits = number.split("e", maxsplit=1)[0]
        step = 10.0 ** -len(digits.split(".")[1]) if "." in digits else 1.0
        if "." not in digits and digits.endswith("0"):  # 25 M, 1,240: three digits are significant
            step = 10.0 ** max(0, len(digits.strip("+-")) - 3)
        yield float(number) * SYMBOLS[symbol], 0.5001 * step * SYMBOLS[symbol]


@pytest.fixture
def models(good):
    return {
        "resnet": good(accuracy=0.90, latency_p99=0.008, training_time=60.0),
        "alexnet": good(accuracy=0.88, latency_p99=0.004, training_time=30.0),
        "mlp": good(accuracy=0.83, latency_p99=0.001, training_time=5.0),
        "edge": good(accuracy=0.89, latency_p99=[0.0085, 0.0095, 0.0108]),
        "weak": good(accuracy=0.75),
    }


@pytest.fixture
def decision(models, make):
    lost = [make.failed("broken", Outcome.CRASHED, size=size, detail="a wrong shape") for size in make.sizes]
    scenario = make.scenario([*models, "broken"])
    preferences = scenario.preferences.model_copy(update={"weights": {"accuracy": 0.6, "latency.p99": 0.4}})
    scenario = scenario.model_copy(update={"preferences": preferences})
    curves = {name: make.curve(0.14, 0.4, 0.02) for name in models}
    return decide([*make.study(models), *lost], scenario, make.qualities, curves)


def searched(make, base):
    candidate = make.scenario([base]).candidates[0]
    attempts = tuple(
        Attempt(number=k, kind=None, candidate=candidate, changes={}, outcome=Outcome.OK, score=0.8, cost=1e6)
        for k in range(13)
    )
    found = Comparison(
        variant=candidate.model_copy(update={"name": "resnet-wide"}),
        changes={"width": "1.5"},
        hand_written=(),
        found=(),
        probability_dominates=0.93,
        dominates=True,
    )
    return Search(base=base, budget=13, size=1000, attempts=attempts, comparison=found)


def stands_behind(source, decision, factors, searches):
    """What a source names."""
    own = next((one for one in factors.candidates if one.candidate == source.candidate), None)
    assessment = next((one for one in decision.candidates if one.name == source.candidate), None)
    curve = assessment and assessment.curve
    found = {
        "curve": [(n, curve.predict(n)) for n in (2000, 4000)] if curve else [],
        "scalability": [own and own.scalability],
        "recovery": [own and own.recovery, assessment and assessment.outcomes],
        "consistency": [own and own.consistency],
        "complexity": [own and own.complexity, own and own.complexity and own.complexity.errors()],
        "growth": [(law, law.predict(2000)) for law in (own and own.time, own and own.memory) if law],
        "backends": [own and own.backends],
        "load": [own and own.load],
        "gains": [factors.gains],
        "search": list(searches),
        "tradeoffs": [decision.tradeoffs, 1.0],
        "verdicts": [assessment and assessment.verdicts, decision.candidates],
        "front": [assessment and assessment.probability_front],
    }
    if source.factor in found:
        return found[source.factor]
    return [assessment and assessment.measured(source.factor), decision.scenario.design]


def check(clauses, decision, factors, searches=()):
    names = [candidate.name for candidate in decision.scenario.candidates]
    for clause in clauses:
        assert clause.sources, clause.text
        bare = re.sub(
            "|".join(rf"\b{re.escape(name)}(-n\d+-s\d+)?\b" for name in sorted(names, key=len)[::-1]), "", clause.text
        )
        bare = bare.replace("P >= 0.9", "").replace("latency.p99", "")
        behind = [
            n
            for source in clause.sources
            for thing in stands_behind(source, decision, factors, searches)
            for n in numbers(thing)
        ]
        behind += [0.99, 0.01]  # "more than 0.99", "less than 0.01"
        for value, tolerance in figures(bare):
            near = [n for n in behind for scale in (1.0, 0.01) if abs(n * scale - abs(value)) <= tolerance]
            assert near, f"{value} of {clause.text!r} stands in none of {clause.sources}"


def test_every_figure_stands_in_its_sources(decision, make):
    gains = tuple(
        Gain(
            change="augment",
            with_change="resnet",
            without="alexnet",
            size=size,
            value=v,
            low=v - 0.01,
            high=v + 0.01,
            seeds=3,
        )
        for size, v in ((1000, 0.031), (2000, -0.004))
    )
    factors = Factors(candidates=tuple(make.factors(name) for name in ("resnet", "alexnet", "mlp")), gains=gains)
    searches = (searched(make, "resnet"),)
    clauses = analyse(decision, factors, searches)
    check(clauses, decision, factors, searches)
    told = {source.factor for clause in clauses for source in clause.sources}
    assert told >= {
        "curve",
        "scalability",
        "recovery",
        "consistency",
        "complexity",
        "growth",
        "backends",
        "load",
        "gains",
        "search",
        "tradeoffs",
        "verdicts",
        "front",
        "accuracy",
    }


def test_the_check_sees_a_wrong_figure(decision, make):
    factors = Factors(candidates=(make.factors("resnet"),))
    clauses = list(analyse(decision, factors))
    wrong = next(c for c in clauses if "belongs on the Pareto front" in c.text)
    changed = wrong.model_copy(update={"text": wrong.text + " and 0.4321 more"})
    with pytest.raises(AssertionError, match=r"0\.4321"):
        check([changed], decision, factors)


def test_the_chosen_candidate_comes_first_and_the_rest_is_explained(decision):
    texts = [clause.text for clause in analyse(decision, Factors(candidates=()))]
    assert texts[0].startswith(f"{decision.chosen} is chosen: at 2,000 training samples it reaches accuracy ")
    assert any(text.startswith("weak is rejected: it misses accuracy >= 0.80 by 0.0") for text in texts)
    assert any("broken left no result at the largest size; its trials ended so: 2 crashed" in text for text in texts)
    assert any(text.startswith("edge is on the front") and "undecided: latency.p99 <= 10 ms" in text for text in texts)
    assert any("ranks first with probability" in text for text in texts)
    assert any("draws level where" in text for text in texts)
    assert any("would settle it" in text for text in texts)


def test_clauses_are_there_only_where_the_records_have_the_figures(make, good):
    decision = decide(make.study({"mlp": good()}), make.scenario(["mlp"]), make.qualities, {})
    factors = Factors(candidates=(CandidateFactors(candidate="mlp"),))
    clauses = analyse(decision, factors)
    assert {source.factor for clause in clauses for source in clause.sources} == {
        "accuracy",
        "latency.p99",
        "training_time",
        "front",
        "verdicts",
    }
    check(clauses, decision, factors)


def test_where_nobody_is_chosen_it_says_so(make, good):
    models = {"weak": good(accuracy=0.5), "late": good(latency_p99=0.05)}
    decision = decide(make.study(models), make.scenario(list(models)), make.qualities, {})
    clauses = analyse(decision, Factors(candidates=()))
    assert clauses[0].text == "no candidate may be chosen: 2 of 2 are rejected"
    check(clauses, decision, Factors(candidates=()))


def test_a_study_without_any_result(make):
    decision = decide([], make.scenario(["mlp"]), make.qualities, {})
    texts = [clause.text for clause in analyse(decision, Factors(candidates=()))]
    assert texts[-1] == "mlp left no result at the largest size; its trials ended so: none"


def test_it_names_the_trials_behind_each_clause(decision, make):
    factors = Factors(candidates=(make.factors("resnet"),))
    by_factor = {
        source.factor: source
        for clause in analyse(decision, factors)
        for source in clause.sources
        if source.candidate == "resnet"
    }
    assert by_factor["accuracy"].trials == decision.assessment("resnet").evidence
    assert by_factor["load"].trials == ("resnet-n2000-s1",)
    assert by_factor["consistency"].trials == tuple(f"resnet-n2000-s{seed}" for seed in range(3))
    assert len(by_factor["recovery"].trials) == 6


def test_bad_news_is_told(decision, make):
    bad = make.factors("resnet")
    scalability = bad.scalability.model_copy(
        update={
            "suitable": float("inf"),
            "feasible": None,
            "optimal": None,
            "why_empty": "latency.p99 misses its bound by 2 ms",
        }
    )
    bad = bad.model_copy(update={"scalability": scalability})
    clauses = analyse(decision, Factors(candidates=(bad,)))
    texts = " | ".join(clause.text for clause in clauses)
    assert "no size within reach is sure to bring the error of resnet down to 0.200" in texts
    assert "at no size does resnet meet every constraint: latency.p99 misses its bound by 2 ms" in texts
    assert "resnet does not run under compile with 1 thread (no compiler was found)" in texts
