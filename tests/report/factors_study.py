"""The made-up study with every factor, trade-off, search and clause that a study can record."""

import math
import random

from garments_study import make_measurements, make_study, truth_of

from netwright.records.backend import BackendRun
from netwright.records.candidate import Recipe
from netwright.records.clause import Clause, Source
from netwright.records.complexity import Complexity, ComplexityCheck
from netwright.records.consistency import Consistency, Segment
from netwright.records.factors import CandidateFactors, Factors
from netwright.records.gain import Gain
from netwright.records.growth import Growth
from netwright.records.load import Load
from netwright.records.recovery import Interruption, Recovery
from netwright.records.scalability import Range, Scalability
from netwright.records.search import Attempt, Comparison, Effect, Search
from netwright.records.tradeoff import Exchange, Flip, Settlement, Standpoint, TradeOffs
from netwright.records.trial import Outcome

WEIGHTS = {"accuracy": 0.6, "latency.p99": 0.25, "training_time": 0.15}
ANCHORS = {"accuracy": (0.5, 1.0), "latency.p99": (0.02, 0.0), "training_time": (180.0, 0.0)}
NEURAL = {"mlp", "alexnet", "googlenet", "resnet"}


def around(value, share):
    return value, value * (1 - share), value * (1 + share)


def make_complete(study=None):
    """Return the study with everything that it can record."""
    study = study or make_study()
    decision = study.decision
    rng = random.Random(5)
    results = tuple(with_load(result, rng) for result in study.results)
    decision = decision.model_copy(update={"tradeoffs": make_tradeoffs(decision), "analysis": make_analysis(decision)})
    return study.model_copy(update={
        "decision": decision, "results": results, "factors": make_factors(decision, rng),
        "searches": (make_search(decision, rng),),
    })  # fmt: skip


def with_load(result, rng):
    load = Load(samples=40, seconds=20.0, load=abs(rng.gauss(0.95, 0.15)), load_peak=1.4,
                memory_free=rng.gauss(9e9, 1e9), memory_stall=0.01, cpu_stall=0.12,
                temperature=rng.gauss(61, 4), frequency=2.6e9)  # fmt: skip
    cut = (result.candidate, result.seed) == ("mlp", 0) and result.size in {500, 1000}
    cuts = (Interruption(kind="kill" if result.size == 500 else "oom", injected=True, epoch=3, detail="signal 9",
                         lost_seconds=1.6, recover_seconds=2.4),) if cut else ()  # fmt: skip
    stopped = "0.80 was out of reach after epoch 5" if (result.size, result.seed) == (125, 2) else ""
    return result.model_copy(update={"load": load, "interruptions": cuts, "stopped": stopped})


def make_factors(decision, rng):
    candidates = tuple(make_candidate_factors(candidate, decision, rng) for candidate in decision.scenario.candidates)
    gains = tuple(
        Gain(change=change, with_change=with_change, without=without, size=size, value=top / math.sqrt(size / 125),
             low=top / math.sqrt(size / 125) - 0.012, high=top / math.sqrt(size / 125) + 0.012, seeds=3)
        for change, with_change, without, top in (
            ("augment", "resnet-small", "alexnet-small", 0.05), ("weights", "googlenet-small", "mlp", 0.11),
        )
        for size in decision.scenario.design.sizes
    )  # fmt: skip
    return Factors(candidates=candidates, gains=gains)


def make_candidate_factors(candidate, decision, rng):
    name, neural = candidate.name, candidate.model in NEURAL
    sizes = decision.scenario.design.sizes
    _, _, (_, b, _), p99, disk, parameters, flops, seconds = truth_of(name)
    said = Complexity(parameters=parameters, flops=flops, activations=parameters / 3, training_memory=4e8,
                      uncounted=("aten::avg_pool2d",) if candidate.model == "googlenet" else ())  # fmt: skip
    seen = said.model_copy(update={"training_memory": 4.1e8 + disk * 9, "uncounted": ()})
    return CandidateFactors(
        candidate=name,
        complexity=ComplexityCheck(candidate=name, predicted=said, measured=seen) if neural else None,
        recovery=make_recovery(name),
        backends=make_backends(name, p99) if neural else (),
        consistency=tuple(make_consistency(name, size, candidate.recipe.epochs) for size in sizes) if neural else (),
        time=make_growth("training_time", "s", sizes, (0.4, seconds / 4, 0.9), rng),
        memory=make_growth("training_memory", "B", sizes, (3.6e8, 2e7, 1.0), rng) if neural else None,
        load={f"{name}-n{sizes[-1]}-s0": Load(
            samples=80, seconds=41.0, load=1.12, load_peak=1.9, memory_free=6.1e9, swapped=0.0 if neural else 3.2e6,
            memory_stall=0.004, cpu_stall=0.21, temperature=66.5 if neural else None, frequency=2.6e9)},
        scalability=make_scalability(name, b, seconds, sizes, decision),
    )  # fmt: skip


def make_recovery(name):
    if name != "mlp":
        return Recovery(candidate=name, trials=15, completed=14, completion=(0.933, 0.75, 0.99))
    return Recovery(
        candidate=name, trials=15, completed=15, completion=(1.0, 0.86, 1.0), interruptions=4, injected=3, resumed=4,
        recovered=4, resume_success=(1.0, 0.55, 1.0), lost_seconds=6.4, recover_seconds=2.3,
        kinds={"kill": 2, "oom": 1, "crashed": 1},
    )  # fmt: skip


def make_backends(name, p99):
    runs = []
    for backend, factor, setup in (("eager", 1.0, 0.0), ("compile", 0.6, 8.1), ("onnx", 0.45, 0.7)):
        for threads in (1, 2):
            if backend == "compile" and name == "googlenet-small":
                runs.append(BackendRun(candidate=name, backend=backend, threads=threads, runs=False,
                                       detail="Unsupported: data-dependent branch in forward"))  # fmt: skip
                continue
            value, low, high = around(p99 * 0.7 * factor / threads**0.6, 0.06)
            runs.append(BackendRun(
                candidate=name, backend=backend, threads=threads, runs=True, seconds=value, low=low, high=high, n=300,
                setup_seconds=setup, difference=0.0 if backend == "eager" else 3e-6, agreement=1.0, images=500,
            ))  # fmt: skip
    return tuple(runs)


def make_consistency(name, size, epochs):
    middle = max(epochs // 2, 1)
    segments = (Segment(phase="rise", first=1, last=middle, slope=0.06),
                Segment(phase="plateau", first=middle, last=epochs, slope=0.001))  # fmt: skip
    if name == "alexnet-small" and epochs > 3:
        segments = (segments[0], Segment(phase="plateau", first=middle, last=epochs - 2, slope=0.001),
                    Segment(phase="decay", first=epochs - 2, last=epochs, slope=-0.01))  # fmt: skip
    return Consistency(candidate=name, size=size, trainings=3, warm_up=2, median_change=0.011, draw_down=0.024,
                       steadiness=0.83, segments=segments)  # fmt: skip


def make_growth(quality, unit, sizes, constants, rng):
    t0, t1, p = constants
    values = tuple((t0 + t1 * (n / 500) ** p) * (1 + rng.gauss(0, 0.02)) for n in sizes)
    draws = tuple(
        (t0 * math.exp(rng.gauss(0, 0.05)), t1 * math.exp(rng.gauss(0, 0.03)), p * math.exp(rng.gauss(0, 0.03)))
        for _ in range(200)
    )
    return Growth(quality=quality, unit=unit, sizes=sizes, values=values, n0=500.0, t0=t0, t1=t1, p=p, draws=draws)


def make_scalability(name, b, seconds, sizes, decision):
    accuracy = decision.assessment(name).measured("accuracy")
    simple = name in {"logistic-regression", "random-forest"}
    failing = name in {"random-forest", "googlenet-small"}
    feasible = None if failing else Range(low=sizes[2], high=float("inf") if simple else 4.0 * sizes[-1],
                                          binding="" if simple else "training_time", extrapolated=True)  # fmt: skip
    optimal = None if failing or simple else Range(low=1.4 * sizes[2], high=2.3 * sizes[-1], extrapolated=True)
    return Scalability(
        candidate=name, timing=around(seconds, 0.05), target=0.2,
        accuracy=(accuracy.value, accuracy.low, accuracy.high),
        suitable=float("inf") if name == "logistic-regression" else 1.4 * sizes[2], feasible=feasible, optimal=optimal,
        saturation=around(2.3 * sizes[-1], 0.3), gain=0.01, percent=(100 * accuracy.value - 8 * b, 71.2, 91.6),
        error_elasticity=(-b / 2, -b / 2 - 0.05, -b / 2 + 0.05), accuracy_elasticity=(0.07, 0.05, 0.09),
        cost_elasticity=None if name == "logistic-regression" else (0.91, 0.84, 0.98),
        why_empty="size is 9.4 MB at every size, over <= 4 MB" if failing else "",
    )  # fmt: skip


def make_tradeoffs(decision):
    names = [a.name for a in decision.candidates if a.status != "rejected"]
    worth = {"resnet-small": (0.78, 0.74, 0.81), "mlp": (0.74, 0.71, 0.77)}
    standpoints = tuple(
        Standpoint(
            candidate=name, acceptability=ranks(place, len(names)), confidence=0.91 if place < 2 else float("nan"),
            central_weights={"accuracy": 0.52 - 0.3 * place, "latency.p99": 0.3, "training_time": 0.18 + 0.3 * place}
            if place < 2 else {},
            hypervolume=0.061 / (1 + place), knee=0.21 if name == "mlp" else 0.0,
            utility=worth.get(name, (0.6, 0.5, 0.7)),
        )
        for place, name in enumerate(sorted(names, key=lambda n: (n != decision.chosen, n != decision.fallback)))
    )  # fmt: skip
    exchange = {"better": "resnet-small", "worse": "mlp", "gain": "accuracy", "gained": 0.033}
    changed = {"accuracy": 0.41, "latency.p99": 0.39, "training_time": 0.2}
    return TradeOffs(
        qualities=tuple(WEIGHTS), anchors=ANCHORS, anchors_given=True,
        anchored_by=dict.fromkeys(ANCHORS, "the scenario"), knee="mlp", standpoints=standpoints,
        exchanges=(
            Exchange(**exchange, price="latency.p99", paid=0.0036, rate=(0.109, 0.082, 0.151)),
            Exchange(**exchange, price="training_time", paid=59.8, rate=(1812.0, 1410.0, 2390.0)),
        ),
        flip=Flip(winner="resnet-small", other="mlp", weights=WEIGHTS, changed=changed, distance=0.19),
        settlements=(
            Settlement(candidate="googlenet-small", quality="latency.p99", probability=0.4, seeds=3, needed=9),
            Settlement(candidate="random-forest", quality="accuracy", probability=0.5, seeds=3, needed=float("inf")),
        ),
    )  # fmt: skip


def ranks(place, count):
    weights = [math.exp(-0.9 * abs(rank - place)) for rank in range(count)]
    return tuple(weight / sum(weights) for weight in weights)


def make_analysis(decision):
    largest = decision.scenario.design.sizes[-1]
    chosen = [f"resnet-small-n{largest}-s{seed}" for seed in range(3)]
    factors = ("curve", "scalability", "recovery", "consistency", "complexity", "growth", "backends", "load", "gains")
    about = [
        Clause(text=f"resnet-small: what was seen of its {factor}.", sources=(
            Source(candidate="resnet-small", factor=factor, trials=chosen[:1]),))
        for factor in (*factors, "verdicts", "tradeoffs", "search", "front")
    ]  # fmt: skip
    return (
        Clause(text="resnet-small classifies 0.869 of the test samples right, 0.026 more than mlp.", sources=(
            Source(candidate="resnet-small", factor="accuracy", trials=chosen),
            Source(candidate="mlp", factor="accuracy"),
        )),
        Clause(text="Two of six candidates lie on the front.", sources=(Source(factor="front"),)),
        Clause(text="random-forest is too large at every size.", sources=(
            Source(candidate="random-forest", factor="verdicts"), Source(candidate="random-forest", factor="size"))),
        *about,
    )  # fmt: skip


def make_search(decision, rng):
    base = decision.scenario.candidates[-1]
    kinds = ["layers"] * 20 + ["values"] * 12 + ["which"] * 8
    rng.shuffle(kinds)
    attempts = [Attempt(number=0, kind=None, candidate=base, changes={}, outcome=Outcome.OK, score=0.84, cost=3.1e7,
                        epochs=8, cpu_seconds=31.0)]  # fmt: skip
    for number, kind in enumerate(kinds, start=1):
        cost = 3.1e7 * math.exp(rng.gauss(0, 0.6))
        score = 0.83 + 0.012 * math.log(cost / 3.1e7) + 0.0006 * number + rng.gauss(0, 0.012)
        stopped = "0.85 was out of reach after epoch 4" if score < 0.83 else ""
        failed = number == 7
        attempts.append(Attempt(
            number=number, kind=kind, candidate=base, changes={"depth": "20 -> 26"},
            score=math.nan if failed else score,
            outcome=Outcome.OUT_OF_MEMORY if failed else Outcome.OK, cost=cost, epochs=4 if stopped else 8,
            stopped=stopped, cpu_seconds=20.0,
        ))  # fmt: skip
    hand = make_measurements(base.name, decision.assessment(base.name).curve, rng)
    better = {"accuracy": 1.02, "latency.p99": 0.8, "flops": 0.7, "parameters": 0.9, "training_time": 0.85}
    found = tuple(scaled(m, better.get(m.quality, 1.0)) for m in hand)
    variant = base.model_copy(update={"name": "resnet-small.31", "recipe": Recipe(lr=0.1)})
    effects = tuple(
        Effect(parameter=name, share=share, low=max(share - 0.09, 0), high=share + 0.11, slope=slope, n=40)
        for name, share, slope in (("lr", 0.41, 0.012), ("depth", 0.24, 0.008), ("width", 0.17, 0.011),
                                   ("dropout", 0.06, -0.004), ("batch_size", 0.02, -0.001))
    )  # fmt: skip
    changes = {"depth": "20 -> 26", "width": "0.25 -> 0.22", "recipe.lr": "0.05 -> 0.1"}
    comparison = Comparison(variant=variant, changes=changes, hand_written=hand, found=found,
                            probability_dominates=0.94, dominates=True)  # fmt: skip
    return Search(base=base.name, budget=40, size=1000, attempts=tuple(attempts), comparison=comparison,
                  effects=effects, cpu_seconds=831.0)  # fmt: skip


def scaled(measured, factor):
    update = {end: getattr(measured, end) * factor for end in ("value", "low", "high")}
    return measured.model_copy(update=update)
