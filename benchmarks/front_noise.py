"""How often the Pareto front of noisy means is wrong, and what keeping P(on the front) >= 0.2 changes.

Each simulated study has 10 candidates with true values of 3 qualities (independent standard normal), measured with
3 seeds. A seed adds noise to each measurement: a standard deviation of `noise` times that of the candidates, drawn a
candidate and quality from a scaled inverse chi-square with 8 degrees of freedom, half of its variance common to all
candidates that share the seed. The front is without tolerances, so that the true one is known. Compared are

- naive: the front of the means over seeds,
- kept: candidates whose P(on the front) is at least 0.2, from the pooled joint draws of `netwright.selection`.

Run: python benchmarks/front_noise.py [--studies 400] [--json FILE]
"""

import argparse
import json
from pathlib import Path

import numpy as np

from netwright.records.measurement import Conditions, Measurement
from netwright.records.quality import Quality
from netwright.selection.front import KEEP, front_probabilities
from netwright.selection.pareto import pareto_front
from netwright.selection.pool import pool

CANDIDATES, SEEDS, QUALITIES = 10, 3, 3
NOISES = (0.1, 0.2, 0.4, 0.8)
COMMON, FREEDOM = 0.5, 8
WAYS = ["higher"] * QUALITIES
ASKED = [
    Quality(
        name=f"q{i}", title=f"q{i}", unit="ratio", direction="higher", smallest_difference=0.0, definition="simulated",
        lowest=float("-inf"),
    )
    for i in range(QUALITIES)
]  # fmt: skip


def simulate(noise: float, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return true values (candidates, qualities) and measurements (candidates, qualities, seeds)."""
    truth = random.normal(size=(CANDIDATES, QUALITIES))
    spread = noise * np.sqrt(FREEDOM / random.chisquare(FREEDOM, (CANDIDATES, QUALITIES, 1)))
    together = random.normal(size=(1, QUALITIES, SEEDS))
    alone = random.normal(size=(CANDIDATES, QUALITIES, SEEDS))
    return truth, truth[..., None] + spread * (np.sqrt(COMMON) * together + np.sqrt(1 - COMMON) * alone)


def kept_front(measured: np.ndarray, key: str) -> np.ndarray:
    """Return which candidates have P(on the front) >= 0.2."""
    conditions = Conditions(hardware="simulated")
    draws = []
    for column, quality in enumerate(ASKED):
        found = {
            f"c{row}": {
                seed: Measurement(
                    quality=quality.name, value=value, low=value, high=value, n=1, unit="ratio", conditions=conditions
                )
                for seed, value in enumerate(measured[row, column].tolist())
            }
            for row in range(CANDIDATES)
        }  # fmt: skip
        pooled = pool(quality, found, key)
        draws.append(np.stack([pooled[f"c{row}"].draws for row in range(CANDIDATES)], axis=1))
    return front_probabilities(np.stack(draws, axis=2), WAYS) >= KEEP


def score(truth: np.ndarray, called: np.ndarray) -> dict[str, float]:
    """Return how one called front compares with the true one."""
    missed, added = int((truth & ~called).sum()), int((called & ~truth).sum())
    return {
        "exactly_right": float(missed == added == 0),
        "misses_one": float(missed > 0),
        "missed_members": missed / int(truth.sum()),
        "wrong_members": added / int(called.sum()) if called.any() else 0.0,
        "size": float(called.sum()),
    }


def run(noise: float, studies: int) -> dict[str, dict[str, float]]:
    """Return the mean scores of both rules over many studies."""
    random = np.random.default_rng(round(noise * 1000))
    scores = {"naive": [], "kept": []}
    for study in range(studies):
        values, measured = simulate(noise, random)
        truth = pareto_front(values, WAYS)
        scores["naive"].append(score(truth, pareto_front(measured.mean(axis=-1), WAYS)))
        scores["kept"].append(score(truth, kept_front(measured, f"{noise}-{study}")))
    return {
        rule: {name: float(np.mean([s[name] for s in found])) for name in found[0]} for rule, found in scores.items()
    }


def main() -> None:
    """Print one row a noise level and rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=400)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results = {str(noise): run(noise, arguments.studies) for noise in NOISES}
    print(f"{CANDIDATES} candidates, {SEEDS} seeds, {QUALITIES} qualities, {arguments.studies} studies a row")
    print("noise  front   exactly right  misses a member  members missed  wrong members  size")
    for noise, rules in results.items():
        for rule, found in rules.items():
            print(
                f"{noise:>5s}  {rule:6s}  {found['exactly_right']:13.2f}  {found['misses_one']:15.2f}"
                f"  {found['missed_members']:14.2f}  {found['wrong_members']:13.2f}  {found['size']:4.1f}"
            )
    if arguments.json:
        arguments.json.write_text(json.dumps({"studies": arguments.studies, "noise": results}, indent=1))


if __name__ == "__main__":
    main()
