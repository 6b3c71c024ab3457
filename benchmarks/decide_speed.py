"""How long deciding takes: fronts of 10,000 joint draws of 200 candidates in 12 qualities, and the whole decision.

Fronts are timed with and without tolerances, on candidates that are apart (their noise is a fifth of what they differ
by), alike (nothing but noise) and in line (good in one quality, good in all: nearly everybody is dominated). Beside
them

- moocore: `moocore.is_nondominated` (C) called once a draw, where it is installed (pip install moocore), without
  tolerances, which it does not know;
- plain numpy: every pair compared by broadcasting, once a draw; timed on a part of the draws and scaled up.

The decision has 3 seeds a candidate, 12 qualities of which 8 are times, one constraint, and weights; it pools, judges,
draws, finds fronts, chooses, and works out the trade-offs. Ways take turns, so that all meet the same machine.

Run: python benchmarks/decide_speed.py [--repeats 7] [--json FILE]
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from netwright.machine.hardware import describe_hardware
from netwright.records.candidate import Candidate
from netwright.records.measurement import Conditions, Measurement
from netwright.records.quality import Quality
from netwright.records.scenario import Constraint, Design, Preferences, Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.selection.decide import decide
from netwright.selection.draws import DRAWS
from netwright.selection.pareto import fronts

CANDIDATES, QUALITIES, SEEDS, SHARES = 200, 12, 3, 4
PART = 250
WAYS = ["higher"] * QUALITIES
HERE = Conditions(hardware="simulated")


def tables() -> dict[str, np.ndarray]:
    """Return joint draws of three kinds of candidates, (draws, candidates, qualities)."""
    random = np.random.default_rng(0)
    shape = (DRAWS, CANDIDATES, QUALITIES)
    return {
        "apart": random.normal(size=shape[1:]) + 0.2 * random.normal(size=shape),
        "alike": random.normal(size=shape),
        "in line": random.normal(size=(*shape[:2], 1)) + 0.3 * random.normal(size=shape),
    }


def plainly(draws: np.ndarray) -> np.ndarray:
    """Return the front of each draw by comparing every pair."""
    found = []
    for table in draws:
        no_worse = (table[:, None] >= table[None]).all(axis=2)
        better = (table[:, None] > table[None]).any(axis=2)
        found.append(~(no_worse & better).any(axis=0))
    return np.array(found)


def by_moocore() -> Callable[[np.ndarray], np.ndarray] | None:
    """Return the peer's front of each draw, or None where it is not installed."""
    try:
        from moocore import is_nondominated
    except ImportError:
        return None
    return lambda draws: np.array([is_nondominated(t, maximise=True, keep_weakly=True) for t in draws])


def study() -> tuple[list[TrialResult], Scenario, list[Quality]]:
    """Return made-up results of 200 candidates, their scenario, and the qualities."""
    random = np.random.default_rng(1)
    asked = [
        Quality(
            name=f"q{i}", title=f"q{i}", definition="simulated", unit="ratio" if i < SHARES else "s",
            direction="higher" if i < SHARES else "lower", smallest_difference=0.005 if i < SHARES else 0.05,
            relative=i >= SHARES, highest=1.0 if i < SHARES else float("inf"),
        )
        for i in range(QUALITIES)
    ]  # fmt: skip
    names = [f"c{row}" for row in range(CANDIDATES)]
    truth = random.normal(size=(CANDIDATES, QUALITIES))
    results = []
    for row, name in enumerate(names):
        for seed in range(SEEDS):
            found = []
            for column, quality in enumerate(asked):
                x, noise = truth[row, column], random.normal()
                value = 0.85 + 0.03 * x + 0.005 * noise if column < SHARES else float(np.exp(0.5 * x + 0.05 * noise))
                found.append(
                    Measurement(
                        quality=quality.name, value=value, low=0.995 * value, high=1.005 * value, n=1000,
                        unit=quality.unit, conditions=HERE,
                    )
                )  # fmt: skip
            results.append(
                TrialResult(
                    trial=f"{name}-n1000-s{seed}", candidate=name, size=1000, seed=seed, outcome=Outcome.OK,
                    measurements=tuple(found),
                )
            )  # fmt: skip
    scenario = Scenario(
        name="speed", task="image-classification", data="none", design=Design(sizes=(1000,)),
        candidates=tuple(Candidate(name=name, model="mlp") for name in names),
        constraints=(Constraint(quality="q0", relation=">=", bound=0.8, text=">= 0.80"),),
        preferences=Preferences(
            order=tuple(quality.name for quality in asked), weights={quality.name: 1 / QUALITIES for quality in asked}
        ),
    )  # fmt: skip
    return results, scenario, asked


def ways() -> dict[str, tuple[Callable[[], object], float]]:
    """Return what is timed: name -> (call, how many times the call stands for)."""
    peer, margins, found = by_moocore(), np.full(QUALITIES, 0.1), {}
    for kind, draws in tables().items():
        found[f"fronts, {kind}"] = (lambda draws=draws: fronts(draws, WAYS), 1.0)
        found[f"fronts, {kind}, tolerances"] = (lambda draws=draws: fronts(draws, WAYS, margins), 1.0)
        if peer is not None:
            assert (peer(draws[:PART]) == fronts(draws[:PART], WAYS)).all()
            found[f"  moocore, {kind}"] = (lambda draws=draws: peer(draws), 1.0)
        found[f"  plain numpy, {kind}"] = (lambda draws=draws: plainly(draws[:PART]), DRAWS / PART)
    arguments = study()
    found["decide, 200 x 12"] = (lambda: decide(*arguments, {}), 1.0)
    return found


def main() -> None:
    """Time each way in turn and print medians with their spread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    timed = ways()
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for repeat in range(arguments.repeats + 1):
        for name, (call, times) in timed.items():
            start = time.perf_counter()
            call()
            if repeat:  # the first round warms up
                seconds[name].append((time.perf_counter() - start) * times)
    print(f"{DRAWS:,} joint draws of {CANDIDATES} candidates in {QUALITIES} qualities; {describe_hardware()}")
    print(f"way                          median  least to most  ({arguments.repeats} repeats)")
    for name, found in seconds.items():
        print(f"{name:27s} {np.median(found):6.2f} s  {min(found):.2f} to {max(found):.2f} s")
    if by_moocore() is None:
        print("moocore is not installed: pip install moocore")
    if arguments.json:
        arguments.json.write_text(json.dumps(seconds, indent=1))


if __name__ == "__main__":
    main()
