"""Who can still be chosen: accuracy at the largest size, from trials there or from the curve."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.machine.seeds import derive_seed
from netwright.records.curve import Curve
from netwright.records.scenario import Scenario

DRAWS = 4000


@dataclass(frozen=True)
class Runner:
    """What is known about one candidate's accuracy at the largest size.

    Args:
        name: The candidate.
        measured: Accuracies of its trials there, one a seed; may be empty.
        curve: Its error curve from the smaller sizes; None where there is none.
        feasible: Whether it misses no constraint for sure, as far as is known.
    """

    name: str
    measured: tuple[float, ...]
    curve: Curve | None
    feasible: bool


def hopeless(runners: list[Runner], scenario: Scenario, test_images: int, confidence: float) -> dict[str, str]:
    """Return who cannot be chosen any more, with the reason.

    Accuracy at the largest size is drawn for everybody: around the mean of the trials there, with the pooled relative
    seed noise of the curves and the binomial noise of the test samples; or from the curve. A candidate is hopeless
    where P(it meets the accuracy constraints) <= 1 - confidence; or where accuracy is preferred before everything else
    and P(it comes within the tolerance of the best feasible candidate, or above) <= 1 - confidence.

    Args:
        runners: Every candidate.
        scenario: Constraints and preferences.
        test_images: How many images accuracy is measured on.
        confidence: In [0.5, 1).

    Returns:
        Candidate -> why; nobody about whom nothing is known, and never the best feasible candidate.
    """
    draws = {runner.name: found for runner in runners if (found := _draws(runner, runners, scenario, test_images))
             is not None}  # fmt: skip
    out = {}
    least = [c.bound for c in scenario.constraints if c.quality == "accuracy" and c.relation == ">="]
    for name, found in draws.items():
        sure = float(np.mean(found < max(least, default=0.0)))
        if sure >= confidence:
            out[name] = (
                f"accuracy {np.median(found):.3f} at {scenario.design.sizes[-1]:,} training samples, below "
                f"{max(least):g} with a probability of {sure:.2f}"
            )
    return out | _beaten(draws, runners, scenario, confidence)


def _beaten(
    draws: Mapping[str, NDArray[np.float64]], runners: list[Runner], scenario: Scenario, confidence: float
) -> dict[str, str]:
    feasible = [runner.name for runner in runners if runner.feasible and runner.name in draws]
    if scenario.preferences.order[0] != "accuracy" or not feasible:
        return {}
    best = max(feasible, key=lambda name: float(np.median(draws[name])))
    tolerance = scenario.preferences.tolerance.get("accuracy", 0.0)
    out = {}
    for name, found in draws.items():
        behind = float(np.mean(found < draws[best] - tolerance))
        if name != best and behind >= confidence:
            out[name] = (
                f"accuracy {np.median(found):.3f} at {scenario.design.sizes[-1]:,} training samples, worse than {best} "
                f"with {np.median(draws[best]):.3f} by more than {tolerance:g} with a probability of {behind:.2f}"
            )
    return out


def _draws(runner: Runner, runners: list[Runner], scenario: Scenario, test_images: int) -> NDArray[np.float64] | None:
    size = scenario.design.sizes[-1]
    random = np.random.default_rng(derive_seed("race", scenario.name, runner.name))
    noise = _pooled_noise(runners)
    if not runner.measured:
        if runner.curve is None:
            return None
        errors = random.choice(np.array(runner.curve.at(size)), DRAWS)
        return np.asarray(1 - errors * (1 + noise * random.standard_normal(DRAWS)))
    mean = float(np.mean(runner.measured))
    spread = np.hypot((1 - mean) * noise / np.sqrt(len(runner.measured)), np.sqrt(mean * (1 - mean) / test_images))
    return np.asarray(mean + spread * random.standard_normal(DRAWS))


def _pooled_noise(runners: list[Runner]) -> float:
    squares = [runner.curve.noise**2 for runner in runners if runner.curve is not None]
    # without a curve nothing is known about the noise: as much as small images sets show
    return float(np.sqrt(np.mean(squares))) if squares else 0.05
