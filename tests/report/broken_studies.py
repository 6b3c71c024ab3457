"""Studies that went wrong, and one whose every text is an attack."""

from netwright.records.clause import Clause, Source
from netwright.records.decision import Assessment, Trigger
from netwright.records.measurement import NotMeasured
from netwright.records.recovery import Interruption
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
            r.model_copy(update={"outcome": Outcome.CRASHED, "detail": HOSTILE, "stopped": HOSTILE,
                                 "interruptions": (Interruption(kind=HOSTILE, detail=HOSTILE),),
                                 "not_measured": (NotMeasured(quality="x", reason=HOSTILE),)}) if r.size == 125 else r
            for r in study.results
        ),
        "factors": make_hostile_factors(study.factors),
        "searches": tuple(make_hostile_search(search) for search in study.searches),
        "decision": decision.model_copy(update={
            "scenario": decision.scenario.model_copy(update={"data": f"folder:{HOSTILE}", "constraints": limits}),
            "analysis": (Clause(text=HOSTILE, sources=(Source(candidate=HOSTILE, factor=HOSTILE),)),),
            "summary": (HOSTILE,), "ranking": (HOSTILE,), "assumptions": (HOSTILE,),
            "revisit_when": (Trigger(text=HOSTILE),), "candidates": (spoiled, *decision.candidates[1:]),
            "qualities": tuple(q.model_copy(update={"title": f"{q.title} {HOSTILE}"}) for q in decision.qualities),
        }),
    })  # fmt: skip


def make_hostile_factors(factors):
    """Return the factors with a hostile text wherever one may come from."""
    return factors.model_copy(update={"candidates": tuple(
        candidate.model_copy(update={
            "complexity": candidate.complexity and candidate.complexity.model_copy(update={
                "predicted": candidate.complexity.predicted.model_copy(update={"uncounted": (HOSTILE,)})}),
            "recovery": candidate.recovery and candidate.recovery.model_copy(update={
                "interruptions": 1, "kinds": {HOSTILE: 1}}),
            "backends": tuple(run.model_copy(update={"runs": False, "detail": HOSTILE}) for run in candidate.backends),
            "time": candidate.time and candidate.time.model_copy(update={"flags": (HOSTILE,)}),
            "load": dict.fromkeys((HOSTILE,), next(iter(candidate.load.values()))),
            "scalability": candidate.scalability and candidate.scalability.model_copy(update={
                "feasible": None, "why_empty": HOSTILE}),
        })
        for candidate in factors.candidates
    )})  # fmt: skip


def make_hostile_search(search):
    """Return the search with a hostile text wherever one may come from."""
    return search.model_copy(update={
        "attempts": tuple(
            a.model_copy(update={"changes": {HOSTILE: HOSTILE}, "stopped": HOSTILE}) for a in search.attempts
        ),
        "comparison": search.comparison.model_copy(update={"changes": {HOSTILE: HOSTILE}}),
        "effects": tuple(effect.model_copy(update={"parameter": HOSTILE}) for effect in search.effects),
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


def make_unknown(study):
    """Return the study with NaN or an infinity in every figure of its factors, trade-offs and searches."""
    nan, inf = float("nan"), float("inf")
    none = (nan, nan, nan)
    decision = study.decision
    return study.model_copy(update={
        "decision": decision.model_copy(update={"tradeoffs": decision.tradeoffs.model_copy(update={
            "exchanges": tuple(e.model_copy(update={"rate": (inf, inf, inf)}) for e in decision.tradeoffs.exchanges),
            "standpoints": tuple(
                s.model_copy(update={"confidence": nan, "knee": nan, "hypervolume": nan, "utility": None})
                for s in decision.tradeoffs.standpoints
            ),
            "flip": None, "knee": None,
        })}),
        "factors": study.factors.model_copy(update={
            "gains": tuple(g.model_copy(update={"value": nan, "low": nan, "high": nan}) for g in study.factors.gains),
            "candidates": tuple(
                c.model_copy(update={
                    "complexity": c.complexity and c.complexity.model_copy(update={"measured": None}),
                    "recovery": c.recovery.model_copy(update={"completion": none, "resume_success": None}),
                    "backends": tuple(r.model_copy(update={"agreement": nan, "difference": nan}) for r in c.backends),
                    "consistency": tuple(
                        s.model_copy(update={"median_change": nan, "draw_down": nan, "steadiness": nan, "segments": ()})
                        for s in c.consistency
                    ),
                    "load": {t: x.model_copy(update={"load": nan, "temperature": nan}) for t, x in c.load.items()},
                    "scalability": c.scalability.model_copy(update={
                        "timing": none, "accuracy": none, "suitable": nan, "percent": none, "error_elasticity": none,
                        "accuracy_elasticity": none, "cost_elasticity": none, "saturation": (inf, inf, inf),
                        "feasible": None, "optimal": None,
                    }),
                })
                for c in study.factors.candidates
            ),
        }),
        "searches": tuple(
            s.model_copy(update={
                "comparison": None,
                "attempts": tuple(a.model_copy(update={"score": nan, "cost": nan}) for a in s.attempts),
                "effects": tuple(e.model_copy(update={"share": nan, "low": nan, "high": nan}) for e in s.effects),
            })
            for s in study.searches
        ),
    })  # fmt: skip
