"""Made-up studies: results of trials without any training."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from netwright.records.backend import BackendRun
from netwright.records.candidate import Candidate
from netwright.records.complexity import Complexity, ComplexityCheck
from netwright.records.consistency import Consistency, Segment
from netwright.records.curve import Curve
from netwright.records.factors import CandidateFactors
from netwright.records.growth import Growth
from netwright.records.load import Load
from netwright.records.measurement import Conditions, Measurement
from netwright.records.quality import Quality
from netwright.records.recovery import Recovery
from netwright.records.scalability import Range, Scalability
from netwright.records.scenario import Constraint, Design, Preferences, Scenario
from netwright.records.trial import Outcome, TrialResult


def _quality(name: str, unit: str, smallest: float) -> Quality:
    ratio = unit == "ratio"
    return Quality(
        name=name, title=name, unit=unit, direction="higher" if ratio else "lower", smallest_difference=smallest,
        relative=not ratio, definition="made up", highest=1.0 if ratio else float("inf"),
    )  # fmt: skip


QUALITIES = (
    _quality("accuracy", "ratio", 0.005),
    _quality("latency.p99", "s", 0.1),
    _quality("training_time", "s", 0.1),
    _quality("size", "B", 0.05),
)
LIMITS = {
    "accuracy": Constraint(quality="accuracy", relation=">=", bound=0.8, text=">= 0.80"),
    "latency.p99": Constraint(quality="latency.p99", relation="<=", bound=0.010, text="<= 10 ms"),
    "size": Constraint(quality="size", relation="<=", bound=4e6, text="<= 4 MB"),
}
SIZES = (1000, 2000)


def measured(quality: str, value: float, width: float = 0.0, seed: int = 0) -> Measurement:
    """Return a measurement with a 90% interval of value +- width."""
    unit = next(q.unit for q in QUALITIES if q.name == quality)
    return Measurement(
        quality=quality, value=value, low=value - width, high=value + width, n=1000 if width else 1, unit=unit,
        conditions=Conditions(hardware="2 cores", seed=seed),
    )  # fmt: skip


class Maker:
    """Builds scenarios and results; a model is a mapping quality -> value or list of values, one a seed."""

    qualities = QUALITIES
    sizes = SIZES
    measured = staticmethod(measured)

    @staticmethod
    def scenario(
        names: Sequence[str],
        limits: Sequence[str] = ("accuracy", "latency.p99", "size"),
        order: Sequence[str] = ("accuracy", "latency.p99", "training_time"),
        tolerance: Mapping[str, float] | None = None,
    ) -> Scenario:
        return Scenario(
            name="made-up", task="image-classification", data="none", design=Design(sizes=SIZES, seeds=3),
            candidates=tuple(Candidate(name=name, model="mlp") for name in names),
            constraints=tuple(LIMITS[name] for name in limits),
            preferences=Preferences(order=tuple(order), tolerance=dict(tolerance or {"accuracy": 0.005})),
        )  # fmt: skip

    @staticmethod
    def trials(name: str, model: Mapping[str, float | Sequence[float]], seeds: int = 3) -> list[TrialResult]:
        """Return trials at the largest size with small, fixed differences between seeds."""
        results = []
        for seed in range(seeds):
            found = []
            for quality, values in model.items():
                value = values[seed] if isinstance(values, list) else _at_seed(quality, values, name, seed)
                width = {"accuracy": 0.004, "latency.p99": 0.02 * value}.get(quality, 0.0)
                found.append(measured(quality, value, width, seed))
            results.append(_result(name, SIZES[-1], seed, Outcome.OK, measurements=tuple(found)))
        return results

    @staticmethod
    def failed(name: str, outcome: Outcome, size: int = SIZES[-1], seed: int = 0, detail: str = "") -> TrialResult:
        return _result(name, size, seed, outcome, detail=detail)

    def study(self, models: Mapping[str, Mapping[str, float | Sequence[float]]]) -> list[TrialResult]:
        return [trial for name, model in models.items() for trial in self.trials(name, model)]

    @staticmethod
    def factors(name: str) -> CandidateFactors:
        return _factors(name)

    @staticmethod
    def curve(a: float, b: float, c: float, sizes: Sequence[int] = SIZES) -> Curve:
        n0 = float(np.sqrt(sizes[0] * sizes[-1]))
        errors = tuple((c + a * (n / n0) ** -b,) for n in sizes)
        return Curve(sizes=tuple(sizes), errors=errors, n0=n0, a=a, b=b, c=c, draws=((a, b, c),) * 3, noise=0.01)


def _growth(quality: str, unit: str, scale: float) -> Growth:
    return Growth(
        quality=quality,
        unit=unit,
        sizes=(1000, 2000),
        values=(scale, 1.9 * scale),
        n0=1414.0,
        t0=0.1 * scale,
        t1=1.3 * scale,
        p=0.93,
        draws=tuple((0.1 * scale, 1.3 * scale + 0.01 * k * scale, 0.93) for k in range(11)),
    )


def _factors(name: str) -> CandidateFactors:
    """Return every factor of a candidate, each figure another one."""
    estimate = (0.861, 0.852, 0.868)
    predicted = Complexity(parameters=266610, flops=531780, activations=1194, training_memory=37.3e6)
    return CandidateFactors(
        candidate=name,
        complexity=ComplexityCheck(
            candidate=name, predicted=predicted, measured=predicted.model_copy(update={"training_memory": 33.1e6})
        ),
        recovery=Recovery(
            candidate=name,
            trials=7,
            completed=5,
            completion=(0.714, 0.41, 0.9),
            interruptions=4,
            injected=3,
            resumed=4,
            recovered=2,
            resume_success=(0.5, 0.1, 0.9),
            lost_seconds=12.5,
            recover_seconds=1.75,
            kinds={"kill": 4},
        ),
        backends=(
            BackendRun(
                candidate=name, backend="eager", threads=1, runs=True, seconds=0.0021, low=0.0019, high=0.0024, n=50
            ),
            BackendRun(
                candidate=name,
                backend="onnx",
                threads=2,
                runs=True,
                seconds=0.00083,
                low=0.0008,
                high=0.00091,
                n=50,
                difference=2e-6,
                agreement=0.998,
                images=512,
            ),
            BackendRun(candidate=name, backend="compile", threads=1, runs=False, detail="no compiler was found"),
        ),
        consistency=(
            Consistency(
                candidate=name,
                size=2000,
                trainings=3,
                warm_up=1,
                median_change=0.011,
                draw_down=0.023,
                steadiness=0.87,
                segments=(
                    Segment(phase="rise", first=1, last=6, slope=0.05),
                    Segment(phase="plateau", first=7, last=12, slope=0.001),
                ),
            ),
        ),
        time=_growth("training_time", "s", 21.0),
        memory=_growth("training_memory", "B", 2.7e8),
        load={
            f"{name}-n2000-s1": Load(
                samples=9, seconds=5.0, load=1.37, load_peak=2.25, memory_free=3.3e9, swapped=1.2e6, temperature=71.0
            )
        },
        scalability=Scalability(
            candidate=name,
            timing=(21.0, 20.0, 22.0),
            accuracy=estimate,
            target=0.2,
            suitable=1370.0,
            feasible=Range(low=1100.0, high=9000.0),
            optimal=Range(low=1370.0, high=4310.0),
            saturation=(4310.0, 4000.0, 5000.0),
            gain=0.005,
            percent=(81.3, 77.2, 86.4),
            error_elasticity=(-0.31, -0.4, -0.2),
            accuracy_elasticity=(0.05, 0.04, 0.06),
        ),
    )


def _at_seed(quality: str, value: float, name: str, seed: int) -> float:
    if quality == "size":
        return value
    wobble = (0.002, 0.01)[quality != "accuracy"]
    # fixed, different for every candidate, and known to no random generator
    step = ((sum(map(ord, name + quality)) + 2 * seed) % 3 - 1) * wobble
    return value + step if quality == "accuracy" else value * (1 + step)


def _result(name: str, size: int, seed: int, outcome: Outcome, **more: object) -> TrialResult:
    return TrialResult(
        trial=f"{name}-n{size}-s{seed}", candidate=name, size=size, seed=seed, outcome=outcome, **more
    )  # fmt: skip


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def good() -> Callable[..., dict[str, float]]:
    """A model that meets every constraint clearly, with changes."""

    def model(**changes: float) -> dict[str, float]:
        base = {"accuracy": 0.86, "latency.p99": 0.004, "training_time": 20.0, "size": 1e6}
        return base | {name.replace("latency_p99", "latency.p99"): value for name, value in changes.items()}

    return model
