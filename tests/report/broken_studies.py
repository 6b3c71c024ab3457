"""Studies that went wrong, and one whose every text is an attack."""

from netwright.records.decision import Assessment, Trigger
from netwright.records.scenario import Design
from netwright.records.trial import Outcome

HOSTILE = "</script><script>window.hacked = 1; alert(1)</script><img src=x onerror=alert(2)> & \u2028 <!-- \"'"


def make_hostile(study):
    """Return the study with a hostile text wherever a text of a user or of a library may come from."""
    decision = study.decision
    limits = tuple(
        limit.model_copy(update={"text": f"{limit.text} {HOSTILE}"}) for limit in decision.scenario.constraints
    )
    first = decision.candidates[0]
    noted = tuple(m.model_copy(update={"notes": ("mean over the seeds", HOSTILE)}) for m in first.measurements)
    spoiled = first.model_copy(update={"reason": HOSTILE, "measurements": noted, "evidence": (HOSTILE,)})
    return study.model_copy(update={
        "command": HOSTILE,
        "results": tuple(
            r.model_copy(update={"outcome": Outcome.CRASHED, "detail": HOSTILE}) if r.size == 125 else r
            for r in study.results
        ),
        "decision": decision.model_copy(update={
            "scenario": decision.scenario.model_copy(update={"data": f"folder:{HOSTILE}", "constraints": limits}),
            "summary": (HOSTILE,), "ranking": (HOSTILE,), "assumptions": (HOSTILE,),
            "revisit_when": (Trigger(text=HOSTILE),), "candidates": (spoiled, *decision.candidates[1:]),
            "qualities": tuple(q.model_copy(update={"title": f"{q.title} {HOSTILE}"}) for q in decision.qualities),
        }),
    })  # fmt: skip


def make_failed(study):
    """Return the study as it is when every trial failed."""
    nan = float("nan")
    candidates = tuple(
        Assessment(
            name=a.name, status="rejected", reason="all 15 trials crashed", outcomes={"crashed": 15},
            verdicts=tuple(v.model_copy(update={"value": nan, "slack": nan, "probability": nan, "holds": "undecided"})
                           for v in a.verdicts),
        )
        for a in study.decision.candidates
    )  # fmt: skip
    decision = study.decision.model_copy(update={
        "chosen": None, "fallback": None, "candidates": candidates, "ranking": (), "assumptions": (),
        "revisit_when": (), "summary": ("No candidate may be chosen: all trials failed.",),
    })  # fmt: skip
    crashed = {"outcome": Outcome.CRASHED, "detail": "ValueError: no (model.py:3)", "epochs": (), "measurements": ()}
    results = tuple(r.model_copy(update=crashed) for r in study.results)
    return study.model_copy(update={"decision": decision, "results": results, "command": ""})


def make_patchy(study):
    """Return the study with one candidate, no curve, one size, and figures that are NaN."""
    nan = float("nan")
    first = study.decision.assessment("resnet-small")
    figures = tuple(
        m.model_copy(update={"value": nan, "low": nan, "high": nan}) if m.quality != "accuracy" else m
        for m in first.measurements
    )
    scenario = study.decision.scenario
    only = study.decision.model_copy(update={
        "candidates": (first.model_copy(update={"curve": None, "measurements": figures}),), "fallback": None,
        "scenario": scenario.model_copy(update={
            "candidates": scenario.candidates[-1:], "constraints": (),
            "design": Design(sizes=(2000,), seeds=1),
        }),
    })  # fmt: skip
    results = tuple(r for r in study.results if r.trial == "resnet-small-n2000-s0")
    one = results[0].model_copy(update={"epochs": results[0].epochs[:1]})
    return study.model_copy(update={"decision": only, "results": (one,)})
