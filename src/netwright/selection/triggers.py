"""Triggers: what would make the decision worth taking anew, in figures that production can watch."""

from collections.abc import Mapping, Sequence
from math import isnan

from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve
from netwright.records.decision import Trigger, Verdict
from netwright.records.scenario import Scenario
from netwright.selection.constraints import relative_slack
from netwright.selection.crossing import crossing
from netwright.selection.reasons import why_undecided
from netwright.selection.standing import Standing
from netwright.selection.wording import chance, figure, listed, samples

LITTLE_SLACK = 0.5
"""A constraint is watched where the slack is below this share of its bound: production is rarely kinder."""
ERROR_OF = "accuracy"
"""The curves are those of 1 - accuracy."""


def revisit_when(
    chosen: Standing | None, standings: Sequence[Standing], scenario: Scenario, curves: Mapping[str, Curve]
) -> tuple[Trigger, ...]:
    """Return when to take the decision anew.

    More data than measured (with the size at which a rival's curve crosses), each constraint with little slack,
    accuracy in production below the interval, another data distribution, other hardware, other candidates that are
    undecided or left no result.

    Args:
        chosen: The chosen candidate; None where there is none.
        standings: Every candidate, in the scenario's order.
        scenario: The question.
        curves: Candidate -> error curve, where there is one.

    Returns:
        The triggers.
    """
    triggers = [*_more_data(chosen, standings, scenario, curves)]
    if chosen is not None:
        triggers += [_watch(verdict) for verdict in chosen.verdicts if _has_little_slack(verdict, chosen)]
        triggers += _drift(chosen)
        triggers += _hardware(chosen)
    rest = [standing for standing in standings if standing is not chosen]
    triggers += [_settled(standing) for standing in rest if standing.state == "undecided"]
    return (*triggers, *(_again(standing, scenario) for standing in rest if standing.state == "absent"))


def _more_data(
    chosen: Standing | None, standings: Sequence[Standing], scenario: Scenario, curves: Mapping[str, Curve]
) -> list[Trigger]:
    largest = scenario.design.sizes[-1]
    rivals = [s for s in standings if s is not chosen and s.name in curves and _could_contend(s)]
    if chosen is None:
        found = [(n, text) for rival in rivals for n, text in _reaches(rival, curves[rival.name])]
    elif chosen.name in curves:
        sizes = [(crossing(curves[chosen.name], curves[rival.name], largest), rival.name) for rival in rivals]
        found = [(n, _crosses(n, rival, chosen.name, curves)) for n, rival in sizes if n is not None]
    else:
        found = []
    if found:
        return [Trigger(text=text, kind="samples", samples=n) for n, text in sorted(found)]
    reach = EXTRAPOLATION_LIMIT * largest
    limit = samples(reach)
    why = "up to there no curve says that the answer changes" if curves else "there are no curves"
    text = f"more than {limit} are at hand: the study went up to {samples(largest)}, and {why}"
    return [Trigger(text=text, kind="samples", samples=reach)]


def _reaches(rival: Standing, curve: Curve) -> list[tuple[float, str]]:
    """Return where a candidate that is rejected for its accuracy alone is expected to reach the bound."""
    missed = [v for v in rival.verdicts if v.holds == "fail" and v.quality == ERROR_OF and v.relation == ">="]
    if not missed:
        return []
    bound = max(missed, key=lambda verdict: verdict.bound)
    reachable, middle, _ = curve.required(1 - bound.bound)
    if not curve.sizes[-1] < middle <= EXTRAPOLATION_LIMIT * curve.sizes[-1]:
        return []
    n, p = samples(float(f"{middle:.2g}")), chance(reachable)
    text = f"more than about {n} are at hand: there {rival.name} is expected to reach {ERROR_OF} {bound.text}"
    return [(middle, f"{text}; P(it can be reached with enough samples) {p}")]


def _could_contend(rival: Standing) -> bool:
    """Return whether more data could bring a candidate back: nothing but accuracy rejects it."""
    failing = {verdict.quality for verdict in rival.verdicts if verdict.holds == "fail"}
    return rival.state != "absent" and failing <= {ERROR_OF}


def _crosses(n: float, rival: str, chosen: str, curves: Mapping[str, Curve]) -> str:
    rounded = float(f"{n:.2g}")
    limit = EXTRAPOLATION_LIMIT * min(curves[rival].sizes[-1], curves[chosen].sizes[-1])
    errors = [curves[name].predict(limit) for name in (rival, chosen)]
    stated = [f"{value:.3f} ({low:.3f} to {high:.3f})" for value, low, high in errors]
    return (
        f"more than about {samples(rounded)} are at hand: there the error of {rival} falls below that of {chosen}; "
        f"at {samples(limit)} they predict {stated[0]} against {stated[1]}"
    )


def _has_little_slack(verdict: Verdict, chosen: Standing) -> bool:
    if isnan(verdict.probability):
        return True
    measurement = chosen.pooled[verdict.quality].measurement
    # what is exact (parameters, bytes) cannot change in production
    return measurement.low < measurement.high and relative_slack(verdict) < LITTLE_SLACK


def _watch(verdict: Verdict) -> Trigger:
    way = "below" if verdict.relation == ">=" else "above"
    bound = figure(verdict.bound, verdict.unit)
    measured = (
        "not measured in the study" if isnan(verdict.value) else f"{figure(verdict.value, verdict.unit)} in the study"
    )
    return Trigger(
        text=f"{verdict.quality} is {way} {bound} in production ({measured})",
        kind="quality",
        quality=verdict.quality,
        relation=verdict.relation,
        bound=verdict.bound,
        unit=verdict.unit,
    )


def _drift(chosen: Standing) -> list[Trigger]:
    found = [Trigger(text="the samples in production no longer look like the test samples (drift)", kind="drift")]
    if ERROR_OF in chosen.pooled:
        measurement = chosen.pooled[ERROR_OF].measurement
        low = figure(measurement.low, measurement.unit)
        found.append(
            Trigger(
                text=f"{ERROR_OF} in production is below {low}, the lower end of its 90% interval",
                kind="quality",
                quality=ERROR_OF,
                relation=">=",
                bound=measurement.low,
                unit=measurement.unit,
            )
        )
    return found


def _hardware(chosen: Standing) -> list[Trigger]:
    timed = [p.measurement for p in chosen.pooled.values() if p.quality.unit in {"s", "1/s"}]
    if not timed:
        return []
    names = listed([measurement.quality for measurement in timed])
    machines = "; ".join(dict.fromkeys(measurement.conditions.hardware for measurement in timed))
    text = f"it is to run on other hardware than {machines}: {names} hold there only"
    return [Trigger(text=text, kind="hardware")]


def _settled(standing: Standing) -> Trigger:
    text = f"{standing.name} is measured more closely; undecided: {why_undecided(standing)}"
    return Trigger(text=text, kind="candidate")


def _again(standing: Standing, scenario: Scenario) -> Trigger:
    size = samples(scenario.design.sizes[-1])
    return Trigger(text=f"{standing.name} can be trained on {size}: no trial of it ended well there", kind="candidate")
