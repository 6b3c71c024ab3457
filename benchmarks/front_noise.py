"""How often the Pareto front of noisy means is wrong, and what keeping P(on the front) >= 0.2 changes.

Each simulated study has 10 candidates with true values of some qualities, measured with 3 seeds. True values are
standard normal; `traded` is the share of what is common to a candidate's qualities that is taken out, as real qualities
are traded against each other (accuracy against latency): 0 leaves them independent, 1 would put all candidates on the
front. A seed adds noise: a standard deviation of `noise` times that of the candidates, drawn a candidate and quality
from a scaled inverse chi-square with 8 degrees of freedom, half of its variance common to all candidates that share the
seed. The front is without tolerances, so that the true one is known. Compared are

- naive: the front of the means over seeds,
- kept: candidates whose P(on the front) is at least 0.2, from the pooled joint draws of `netwright.selection`.

The specification says that the naive front is exactly right in 19% of studies and misses a true member in 63%, and that
keeping cuts 63% to 26%, and names neither noise nor number of qualities. So the naive front is scanned over both and
over `traded`, and both rules are compared at the settings at which the naive figures are nearest to those.

Run: python benchmarks/front_noise.py [--studies 400] [--json FILE]
"""

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np

from netwright.records.measurement import Conditions, Measurement
from netwright.records.quality import Quality
from netwright.selection.front import KEEP, front_probabilities
from netwright.selection.pareto import fronts
from netwright.selection.pool import pool

CANDIDATES, SEEDS = 10, 3
QUALITIES = (2, 3, 4, 5)
NOISES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5)
TRADED = (0.0, 0.5, 0.9)
COMMON, FREEDOM = 0.5, 8
RIGHT, MISSES = 0.19, 0.63
SCANNED, NEAREST = 4000, 2
Setting = tuple[float, int, float]
"""(noise, qualities, traded)."""


def simulate(setting: Setting, studies: int) -> tuple[np.ndarray, np.ndarray]:
    """Return true values (studies, candidates, qualities) and measurements (studies, candidates, qualities, seeds)."""
    noise, qualities, traded = setting
    random = np.random.default_rng([round(noise * 1000), qualities, round(traded * 1000)])
    truth = random.normal(size=(studies, CANDIDATES, qualities))
    truth -= (1 - np.sqrt(1 - traded)) * truth.mean(axis=2, keepdims=True)
    # the share of variance that is left, so that noise stays in units of what candidates differ by
    truth /= np.sqrt(1 - traded / qualities)
    spread = noise * np.sqrt(FREEDOM / random.chisquare(FREEDOM, (studies, CANDIDATES, qualities, 1)))
    together = random.normal(size=(studies, 1, qualities, SEEDS))
    alone = random.normal(size=(studies, CANDIDATES, qualities, SEEDS))
    return truth, truth[..., None] + spread * (np.sqrt(COMMON) * together + np.sqrt(1 - COMMON) * alone)


def kept_front(measured: np.ndarray, key: str) -> np.ndarray:
    """Return which candidates have P(on the front) >= 0.2."""
    draws = []
    for column in range(measured.shape[1]):
        quality = Quality(
            name=f"q{column}", title=f"q{column}", unit="ratio", direction="higher", smallest_difference=0.0,
            definition="simulated", lowest=float("-inf"),
        )  # fmt: skip
        found = {
            f"c{row}": {
                seed: Measurement(
                    quality=quality.name, value=value, low=value, high=value, n=1, unit="ratio",
                    conditions=Conditions(hardware="simulated"),
                )
                for seed, value in enumerate(measured[row, column].tolist())
            }
            for row in range(CANDIDATES)
        }  # fmt: skip
        pooled = pool(quality, found, key)
        draws.append(np.stack([pooled[f"c{row}"].draws for row in range(CANDIDATES)]))
    return front_probabilities(np.stack(draws).transpose(2, 1, 0), ["higher"] * len(draws)) >= KEEP


def score(truth: np.ndarray, called: np.ndarray) -> dict[str, float]:
    """Return how called fronts compare with the true ones, (studies, candidates)."""
    missed, added = (truth & ~called).sum(axis=1), (called & ~truth).sum(axis=1)
    return {
        "exactly_right": float((missed + added == 0).mean()),
        "misses_one": float((missed > 0).mean()),
        "missed_members": float((missed / truth.sum(axis=1)).mean()),
        "wrong_members": float((added / np.maximum(called.sum(axis=1), 1)).mean()),
        "true_size": float(truth.sum(axis=1).mean()),
        "size": float(called.sum(axis=1).mean()),
    }


def naive(setting: Setting, studies: int) -> dict[str, float]:
    """Return the scores of the front of the means."""
    truth, measured = simulate(setting, studies)
    ways = ["higher"] * setting[1]
    return score(fronts(truth, ways), fronts(measured.mean(axis=-1), ways))


def both(setting: Setting, studies: int) -> dict[str, dict[str, float]]:
    """Return the scores of both rules on the same studies."""
    truth, measured = simulate(setting, studies)
    ways = ["higher"] * setting[1]
    kept = np.array([kept_front(table, f"{setting}-{study}") for study, table in enumerate(measured)])
    true_front = fronts(truth, ways)
    return {"naive": score(true_front, fronts(measured.mean(axis=-1), ways)), "kept": score(true_front, kept)}


def nearest(scan: dict[Setting, dict[str, float]], traded: float) -> list[Setting]:
    """Return the settings whose naive figures are nearest to the specification's, among equally traded ones."""
    own = [setting for setting in scan if setting[2] == traded]
    return sorted(
        own, key=lambda s: max(abs(scan[s]["exactly_right"] - RIGHT), abs(scan[s]["misses_one"] - MISSES))
    )[:NEAREST]  # fmt: skip


def main() -> None:
    """Print the scan of the naive front, then both rules where its figures are nearest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=400)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    scan = {setting: naive(setting, SCANNED) for setting in product(NOISES, QUALITIES, TRADED)}
    print(
        f"naive front, {CANDIDATES} candidates, {SEEDS} seeds, {SCANNED} studies each: exactly right / misses a member"
    )
    print("traded  qualities  " + "  ".join(f"noise {noise:<4g}" for noise in NOISES))
    for traded, qualities in product(TRADED, QUALITIES):
        cells = [scan[(noise, qualities, traded)] for noise in NOISES]
        row = "  ".join(f"{cell['exactly_right']:.2f} / {cell['misses_one']:.2f}"[:11] for cell in cells)
        print(f"{traded:6.1f}  {qualities:9d}  {row}")
    chosen = [setting for traded in TRADED for setting in nearest(scan, traded)]
    compared = {setting: both(setting, arguments.studies) for setting in chosen}
    print(
        f"\nwhere the naive front is nearest to {RIGHT:.2f} / {MISSES:.2f}, both rules on {arguments.studies} studies"
    )
    print(
        "traded  qualities  noise  front  exactly right  misses a member  members missed  wrong members  size  (true)"
    )
    for (noise, qualities, traded), rules in compared.items():
        for rule, found in rules.items():
            print(
                f"{traded:6.1f}  {qualities:9d}  {noise:5.1f}  {rule:5s}  {found['exactly_right']:13.2f}"
                f"  {found['misses_one']:15.2f}  {found['missed_members']:14.2f}  {found['wrong_members']:13.2f}"
                f"  {found['size']:4.1f}  {found['true_size']:6.1f}"
            )
    if arguments.json:
        rows = [{"setting": s, **r} for s, r in compared.items()]
        arguments.json.write_text(json.dumps({"studies": arguments.studies, "compared": rows}, indent=1))


if __name__ == "__main__":
    main()
