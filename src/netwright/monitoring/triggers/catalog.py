"""From the decision's conditions to their watches."""

import re

from netwright.monitoring.triggers.drift_watch import DriftWatch
from netwright.monitoring.triggers.hardware_watch import HardwareWatch
from netwright.monitoring.triggers.samples_watch import SamplesWatch
from netwright.monitoring.triggers.share_watch import ShareWatch, SlowerThan, wrong
from netwright.monitoring.triggers.unwatched import Unwatched
from netwright.monitoring.triggers.watch import Watch
from netwright.records.decision import Decision, Trigger
from netwright.records.units import format_quantity

_LATENCY = re.compile(r"latency\.p(\d{1,2}(?:\.\d+)?)")
_TIMES = {"s", "1/s"}


def watches(decision: Decision) -> tuple[Watch, ...]:
    """Return one watch for each condition of a decision, in its order.

    Args:
        decision: The decision.

    Returns:
        The watches; a condition that production cannot see has one that says so.
    """
    return tuple(_watch(trigger, decision) for trigger in decision.revisit_when)


def _watch(trigger: Trigger, decision: Decision) -> Watch:
    if trigger.quality is not None:
        return _quality(trigger)
    match trigger.kind:
        case "samples" if trigger.samples is not None:
            return SamplesWatch(trigger.text, trigger.samples, decision.scenario.design.sizes[-1])
        case "drift":
            return DriftWatch(trigger.text)
        case "hardware":
            return HardwareWatch(trigger.text, _machines(decision))
        case "candidate":
            return Unwatched(trigger.text, "production does not run this candidate; a new study measures it")
    return Unwatched(
        trigger.text, "the decision says it in words only; a new study takes a decision that can be watched"
    )


def _quality(trigger: Trigger) -> Watch:
    latency = _LATENCY.fullmatch(trigger.quality or "")
    if trigger.bound is None or trigger.relation is None:
        return Unwatched(trigger.text, "the decision names no bound for it; watch its figure in the study instead")
    if latency and trigger.relation == "<=":
        bound = format_quantity(trigger.bound, "s")
        return ShareWatch(
            trigger.text,
            1 - float(latency[1]) / 100,
            f"answers that took longer than {bound} (in the service, with waiting)",
            SlowerThan(trigger.bound),
        )
    if trigger.quality == "accuracy" and trigger.relation == ">=":
        return ShareWatch(trigger.text, 1 - trigger.bound, "wrong answers", wrong)
    return Unwatched(trigger.text, f"{trigger.quality} is not seen in production; a new study measures it")


def _machines(decision: Decision) -> tuple[str, ...]:
    if decision.chosen is None:
        return ()
    measured = decision.assessment(decision.chosen).measurements
    return tuple(dict.fromkeys(one.conditions.hardware for one in measured if one.unit in _TIMES))
