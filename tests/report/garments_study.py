"""A study as garments would give it: six candidates, five sizes, three seeds, one timeout, one out of memory."""

import math
import random

from netwright.records.candidate import Candidate, Recipe
from netwright.records.curve import Curve
from netwright.records.decision import Assessment, Decision, Trigger, Verdict
from netwright.records.measurement import Conditions, Measurement
from netwright.records.quality import Quality
from netwright.records.scenario import Constraint, Design, Limits, Preferences, Scenario
from netwright.records.study import Study
from netwright.records.trial import Epoch, Outcome, Trial, TrialResult

SIZES = (125, 250, 500, 1000, 2000)
SEEDS = 3
QUALITIES = tuple(
    Quality(name=n, title=t, unit=u, direction=d, smallest_difference=s, relative=s >= 0.05, definition=f"{t}.")
    for n, t, u, d, s in (
        ("accuracy", "Accuracy", "ratio", "higher", 0.005),
        ("macro_f1", "Macro F1", "ratio", "higher", 0.005),
        ("calibration_error", "Calibration error", "ratio", "lower", 0.01),
        ("brier", "Brier score", "ratio", "lower", 0.005),
        ("latency.p50", "Latency, p50", "s", "lower", 0.1),
        ("latency.p99", "Latency, p99", "s", "lower", 0.1),
        ("throughput", "Throughput", "1/s", "higher", 0.1),
        ("training_memory", "Training memory", "B", "lower", 0.1),
        ("size", "Size on disk", "B", "lower", 0.05),
        ("parameters", "Parameters", "count", "lower", 0.05),
        ("flops", "FLOPs", "FLOP", "lower", 0.05),
        ("training_time", "Training time", "s", "lower", 0.1),
        ("cpu_seconds", "CPU-seconds", "s", "lower", 0.1),
    )
)
# name -> model, status, (a, b, c) of the error at n0 = 500, p99 in s, bytes, parameters, FLOP, training seconds
TRUTHS = {
    "logistic-regression": ("logistic_regression", "dominated", (0.13, 0.35, 0.1), 0.0004, 32e3, 7850, 15.7e3, 0.8),
    "random-forest": ("random_forest", "rejected", (0.11, 0.45, 0.09), 0.021, 9.4e6, 1.2e6, 4.1e4, 1.9),
    "mlp": ("mlp", "front", (0.125, 0.42, 0.085), 0.0006, 1.07e6, 266610, 5.3e5, 4.2),
    "alexnet-small": ("alexnet", "dominated", (0.19, 0.62, 0.04), 0.0031, 2.3e6, 5.7e5, 1.9e7, 31.0),
    "googlenet-small": ("googlenet", "rejected", (0.2, 0.55, 0.05), 0.0118, 1.6e6, 3.9e5, 6.2e7, 118.0),
    "resnet-small": ("resnet", "chosen", (0.15, 0.6, 0.055), 0.0042, 1.1e6, 2.7e5, 3.1e7, 64.0),
}
REASONS = {
    "logistic-regression": "the MLP is more accurate (0.845 against 0.827) and nothing it does better matters here",
    "random-forest": "size is 9.4 MB, over <= 4 MB (P holds < 1%)",
    "mlp": "on the front: 7 times faster than resnet-small, 0.026 less accurate",
    "alexnet-small": "resnet-small is as accurate and smaller",
    "googlenet-small": "latency.p99 is 11.8 ms, over <= 10 ms (P holds 3%)",
    "resnet-small": "meets all three constraints and is the most accurate of those that do, 0.869 at 2,000 images",
}
BOUNDS = (("accuracy", ">=", 0.8, ">= 0.80"), ("latency.p99", "<=", 0.01, "<= 10 ms"), ("size", "<=", 4e6, "<= 4 MB"))

REMARKS = {("flops", "googlenet-small"): ("not counted: aten::avg_pool2d",)}


def make_scenario(names=tuple(TRUTHS), sizes=SIZES, epochs=8):
    return Scenario(
        name="garments",
        task="image-classification",
        data="fashion-mnist",
        design=Design(sizes=sizes, seeds=SEEDS),
        limits=Limits(memory=6 * 2.0**30, time=180.0),
        candidates=tuple(
            Candidate(
                name=name,
                model=truth_of(name)[0],
                options={"width": 0.25} if name.endswith("small") else {},
                recipe=Recipe(epochs=epochs),
            )
            for name in names
        ),
        constraints=tuple(Constraint(quality=q, relation=r, bound=b, text=t) for q, r, b, t in BOUNDS),
        preferences=Preferences(
            order=("accuracy", "latency.p99", "training_time"), tolerance={"accuracy": 0.005, "latency.p99": 0.001}
        ),
    )


def truth_of(name):
    return TRUTHS.get(name, TRUTHS["mlp"])


def make_curve(name, rng, sizes=SIZES):
    a, b, c = truth_of(name)[2]
    errors = [[(c + a * (n / 500) ** -b) * (1 + rng.gauss(0, 0.025)) for _ in range(SEEDS)] for n in sizes]
    draws = [
        (a * math.exp(rng.gauss(0, 0.02)), b * math.exp(rng.gauss(0, 0.06)), max(c * (1 + rng.gauss(0, 0.2)), 0))
        for _ in range(200)
    ]
    flags = ("not monotone",) if name == "alexnet-small" else ()
    return Curve(sizes=sizes, errors=errors, n0=500.0, a=a, b=b, c=c, draws=draws, noise=0.025, flags=flags)


def make_measurements(name, curve, rng):
    _, _, _, p99, size, parameters, flops, seconds = truth_of(name)
    accuracy = 1 - sum(curve.errors[-1]) / SEEDS
    values = {
        "accuracy": (accuracy, 0.007), "macro_f1": (accuracy - 0.004, 0.008), "calibration_error": (0.031, 0.006),
        "brier": ((1 - accuracy) * 1.5, 0.008), "latency.p50": (p99 * 0.7, p99 * 0.04), "latency.p99": (p99, p99 * 0.1),
        "throughput": (9 / p99, 0.4 / p99), "training_memory": (4.1e8 + size * 9, 1.2e7), "size": (size, 0),
        "parameters": (parameters, 0), "flops": (flops, 0), "training_time": (seconds, seconds * 0.05),
        "cpu_seconds": (seconds * 1.02, seconds * 0.05),
    }  # fmt: skip
    units = {quality.name: quality.unit for quality in QUALITIES}
    return tuple(
        Measurement(
            quality=quality, value=value, low=value - half, high=value + half, unit=units[quality],
            n=30000 if units[quality] == "ratio" else 600 if "latency" in quality else SEEDS,
            notes=("mean over the seeds", *REMARKS.get((quality, name), ())),
            conditions=conditions(alone="latency" in quality or quality == "throughput"),
        )
        for quality, (value, half) in values.items()
    )  # fmt: skip


def conditions(alone=False):
    return Conditions(
        hardware="AMD EPYC 7B13, 2 cores, 24 GiB", versions={"netwright": "0.1.0", "torch": "2.13.0"},
        data="sha256:9f2c44d0a1b7", seed=None, alone=alone,
    )  # fmt: skip


def make_assessment(name, rng, sizes=SIZES):
    curve = make_curve(name, rng, sizes)
    measurements = make_measurements(name, curve, rng)
    by_name = {m.quality: m for m in measurements}
    verdicts = []
    for quality, relation, bound, text in BOUNDS:
        m = by_name[quality]
        slack = (m.value - bound) if relation == ">=" else (bound - m.value)
        holds = "undecided" if abs(slack) < (m.high - m.low) * 0.6 else "pass" if slack > 0 else "fail"
        probability = {"undecided": 0.4, "pass": 0.998, "fail": 0.002}[holds]
        verdicts.append(Verdict(
            quality=quality, relation=relation, bound=bound, unit=m.unit, value=m.value, slack=slack,
            probability=probability, holds=holds, text=text,
        ))  # fmt: skip
    status = truth_of(name)[1] if name in TRUTHS else "dominated"
    return Assessment(
        name=name, status=status, reason=REASONS.get(name, "dominated"), measurements=measurements, curve=curve,
        verdicts=verdicts, probability_front={"chosen": 0.97, "front": 0.91, "dominated": 0.14}.get(status, 0.0),
        outcomes={"ok": 15}, evidence=tuple(f"{name}-n{sizes[-1]}-s{s}" for s in range(SEEDS)),
    )  # fmt: skip


def make_decision(names=tuple(TRUTHS), sizes=SIZES, epochs=8):
    rng = random.Random(7)
    scenario = make_scenario(names, sizes, epochs)
    return Decision(
        scenario=scenario,
        scenario_hash=scenario.digest(),
        chosen="resnet-small",
        fallback="mlp",
        summary=(
            "Choose resnet-small: it meets all three constraints and classifies 0.869 of the test samples right "
            "(90% interval 0.862 to 0.876).",
            "The next best is mlp, 0.026 less accurate and 7 times faster.",
            "More data would help: at 8,000 images resnet-small is expected to reach 0.913.",
        ),
        candidates=tuple(make_assessment(name, rng, sizes) for name in names),
        ranking=(
            "3 of 6 candidates meet all constraints: logistic-regression, mlp, resnet-small.",
            "By accuracy (differences up to 0.005 do not count) resnet-small leads with 0.869; mlp has 0.843.",
            "One candidate is left, so latency.p99 and training_time did not decide.",
        ),
        assumptions=(
            "Production images look like the test samples of fashion-mnist.",
            "The machine in production is as fast as the one that measured.",
        ),
        revisit_when=(
            Trigger(text="accuracy in production falls below 0.80", quality="accuracy", relation=">=", bound=0.8),
            Trigger(text="latency.p99 rises above 10 ms", quality="latency.p99", relation="<=", bound=0.01, unit="s"),
            Trigger(text="more than 8,000 labelled images are at hand"),
        ),
        qualities=QUALITIES,
    )


def make_results(decision):
    rng = random.Random(11)
    results = []
    for candidate, assessment in zip(decision.scenario.candidates, decision.candidates, strict=True):
        curve = assessment.curve
        for row, size in enumerate(decision.scenario.design.sizes):
            errors = enumerate(curve.errors[row])
            results += [make_result(candidate, size, seed, 1 - error, rng) for seed, error in errors]
    return results


def make_result(candidate, size, seed, accuracy, rng):
    trained = candidate.model not in {"logistic_regression", "random_forest"}
    outcome, detail, count = Outcome.OK, "", candidate.recipe.epochs if trained else 0
    if (candidate.name, size, seed) == ("googlenet-small", 2000, 2):
        outcome, detail, count = Outcome.TIMEOUT, "the limit of 180 s was met in epoch 6 of 8", 5
    if (candidate.name, size, seed) == ("alexnet-small", 2000, 1):
        outcome, detail, count = Outcome.OUT_OF_MEMORY, "the limit of 6.00 GiB was met: can't allocate 512 MiB", 3
    epochs = tuple(
        Epoch(
            index=i, train_loss=2.3 * 0.7**i, validation_loss=2.2 * 0.75**i, lr=0.05, seconds=3.1, memory=5e8,
            validation_accuracy=max(0.1, accuracy * (1 - 0.62 * math.exp(-i / 2.2)) + rng.gauss(0, 0.012)),
        )
        for i in range(1, count + 1)
    )  # fmt: skip
    measured = Measurement(
        quality="accuracy", value=accuracy, low=accuracy - 0.01, high=accuracy + 0.01, n=10000, unit="ratio",
        conditions=conditions().model_copy(update={"seed": seed}),
    )  # fmt: skip
    return TrialResult(
        trial=Trial(candidate=candidate, size=size, seed=seed).id, candidate=candidate.name, size=size, seed=seed,
        outcome=outcome, detail=detail, epochs=epochs, measurements=(measured,) if outcome is Outcome.OK else (),
        seconds=180.0 if outcome is Outcome.TIMEOUT else 4.0 + size / 50,
        attempts=2 if (candidate.name, size, seed) == ("mlp", 1000, 0) else 1,
        lost_seconds=3.2 if (candidate.name, size, seed) == ("mlp", 1000, 0) else 0.0,
    )  # fmt: skip


def make_study(names=tuple(TRUTHS), sizes=SIZES, epochs=8):
    decision = make_decision(names, sizes, epochs)
    return Study(
        decision=decision,
        results=tuple(make_results(decision)),
        command="netwright study examples/garments.toml --out studies/garments",
    )
