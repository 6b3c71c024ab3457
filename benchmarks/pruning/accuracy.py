"""What is left of a classifier's accuracy when neurons go without training: this library beside published ways.

    python benchmarks/pruning/accuracy.py MODEL_FOLDER [--draws 3] [--calibration 512] [--tested 2000]
        [--other reviews-amazon] [--other-tested 1000] [--methods NAME ...] [--peers FOLDER] [--threads 1] [--out DIR]

MODEL_FOLDER holds a fine-tuned sequence classifier and its tokenizer in the layout of transformers. Every way gets the
same calibration texts of the training part of `reviews`, drawn anew in each draw, and is tested on the same test part
and on another domain that plays no part in calibration. Ours and FLAP see no labels; Kwon et al. and Torch-Pruning's
Taylor and Hessian importances do. FLAP and Kwon et al. are written here after their papers and code (`peers/`);
Torch-Pruning is the package itself, from a FOLDER made by

    pip install --target FOLDER --no-deps torch-pruning==1.6.1

The last table gives the points lost against the dense model, the mean over draws with the least and the most.
What has been measured stands in DIR at once; started again with the same DIR, it goes on.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import torch
from peers.flap import flap
from peers.kwon import kwon
from peers.labelled import Labelled
from peers.torch_pruning import Way, ways
from torch import Tensor, nn

from netwright.data.catalog import load
from netwright.data.text_bytes import decode_texts
from netwright.models.text.batches import longest_text, text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.answers import answers_of, divergence
from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.rank import rank_units
from netwright.pruning.repair import repair
from netwright.pruning.scores.random import Random
from netwright.qualities.intervals import wilson_interval
from netwright.records.pruning import Sweep, SweepPoint
from netwright.report.write import write_pictures, write_report

SHARES = (0.3, 0.5, 0.7, 0.85)
BATCH = 32
LONGEST = 64
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, eq=False)
class Test:
    """Texts that ways are judged on.

    Args:
        domain: Whose they are.
        batches: The texts.
        labels: Their right answers.
        dense: The dense model's log probabilities.
    """

    domain: str
    batches: Sequence[dict[str, Tensor]]
    labels: Tensor
    dense: Tensor


def ours(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield what the default of this library makes of a model: second-order ranking, then repair."""
    yield from _ranked(model, calibration, shares, None, mend=True)


def unrepaired(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield the same without the repair."""
    yield from _ranked(model, calibration, shares, None, mend=False)


def at_random(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield the model without neurons that were chosen at random."""
    seed = int(calibration[0].batch["input_ids"].sum())
    yield from _ranked(model, calibration, shares, Random(seed=seed), mend=False)


def mask_fisher(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield the model pruned by the diagonal Fisher information of its masks, then repaired."""
    yield from _ranked(model, calibration, shares, "mask-fisher", mend=True)


def _ranked(
    model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float], score: object, mend: bool
) -> Iterator[nn.Module]:
    batches = [one.batch for one in calibration]
    ranking = rank_units(model, batches, score)
    for share in shares:
        plan = ranking.plan(Neurons(1 - share))
        smaller = apply_plan(model, plan)
        yield repair(smaller, model, plan, batches) if mend else smaller


WAYS: dict[str, Way] = {
    "ours": ours,
    "ours, no repair": unrepaired,
    "mask Fisher + our repair": mask_fisher,
    "Kwon et al.": kwon,
    "FLAP": flap,
    "random": at_random,
}

WITHOUT_TEXTS = ("Torch-Pruning, LAMP", "Torch-Pruning, magnitude")
"""Ways that look at weights alone: every draw would give the same."""


def main() -> None:
    """Measure every way in every draw, print each line, and write the figures."""
    given = _arguments()
    torch.set_num_threads(given.threads)
    methods = dict(WAYS)
    if given.peers:
        sys.path.insert(0, str(given.peers))
        methods |= ways()
    chosen = [name for name in methods if not given.methods or name in given.methods]
    model, tokenizer = read_checkpoint(given.model)
    model.eval()
    tests = [_test(model, tokenizer, *part) for part in (("reviews", given.tested), (given.other, given.other_tested))]
    notes = _Notes(given.out)
    for test in tests:
        print(f"dense, {test.domain}: {_accuracy(test.dense, test):.2%} of {len(test.labels)}", flush=True)
    for draw in range(given.draws):
        calibration = _calibration(model, tokenizer, draw, given.calibration)
        for name in chosen:
            if draw and name in WITHOUT_TEXTS:
                continue
            missing = [share for share in SHARES if not notes.has(name, draw, share)]
            began = time.perf_counter()
            for share, pruned in zip(missing, methods[name](model, calibration, missing) if missing else ()):
                spent = time.perf_counter() - began
                notes.add([_point(pruned.eval(), test, name, share, draw) for test in tests], spent)
                began = time.perf_counter()
    _write(notes.points, tests, given)


class _Notes:
    """What has been measured, in a file that grows line by line."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "points.jsonl"
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self.points = [SweepPoint.from_json(line) for line in lines]

    def has(self, method: str, draw: int, share: float) -> bool:
        """Return whether a way was measured at a share in a draw."""
        setting = f"{share:.0%} removed"
        return any((p.method, p.draw, p.setting) == (method, draw, setting) for p in self.points)

    def add(self, points: Sequence[SweepPoint], seconds: float) -> None:
        """Write points down and print them."""
        self.points += points
        with self._path.open("a") as file:
            file.writelines(point.to_json() + "\n" for point in points)
        for point in points:
            told = f"{point.method:26} draw {point.draw} {point.setting:12} {point.domain:15} {point.accuracy:7.2%}"
            print(f"{told}  KL {point.divergence:.4f}  {seconds:6.1f} s", flush=True)


def _test(model: nn.Module, tokenizer: object, name: str, count: int) -> Test:
    data = load(name)
    labels = data.test_labels[:count]
    texts = decode_texts(data.test_texts[:count])
    # texts of like length together: less padding, the same answers
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    batches = text_batches([texts[at] for at in order], tokenizer, BATCH, _longest(model))
    with torch.inference_mode():
        dense = torch.cat([answers_of(model, batch) for batch in batches])
    return Test(name, batches, labels[order], dense)


def _longest(model: nn.Module) -> int:
    """Return the tokens of a text that are read: 64, or what the model reads at most."""
    return min(LONGEST, longest_text(model) or LONGEST)


def _calibration(model: nn.Module, tokenizer: object, draw: int, count: int) -> list[Labelled]:
    data = load("reviews")
    order = torch.randperm(len(data.train_labels), generator=torch.Generator().manual_seed(draw))[:count]
    batches = text_batches(decode_texts(data.train_texts[order]), tokenizer, BATCH, _longest(model))
    return [Labelled(batch, labels) for batch, labels in zip(batches, data.train_labels[order].split(BATCH))]


def _accuracy(answers: Tensor, test: Test) -> float:
    return (answers.argmax(-1) == test.labels).float().mean().item()


def _point(model: nn.Module, test: Test, method: str, share: float, draw: int) -> SweepPoint:
    with torch.inference_mode():
        answers = torch.cat([answers_of(model, batch) for batch in test.batches])
    right = int((answers.argmax(-1) == test.labels).sum())
    low, high = wilson_interval(right, len(test.labels), _Z)
    return SweepPoint(
        method=method,
        setting=f"{share:.0%} removed",
        removed=share,
        accuracy=right / len(test.labels),
        accuracy_low=low,
        accuracy_high=high,
        divergence=float(divergence(test.dense, answers).mean()),
        draw=draw,
        domain=test.domain,
    )


def _write(points: Sequence[SweepPoint], tests: Sequence[Test], given: argparse.Namespace) -> None:
    summary = {}
    for test in tests:
        dense = _accuracy(test.dense, test)
        print(f"\n{test.domain}: dense {dense:.2%} of {len(test.labels)}; points lost, mean of draws (least to most)")
        for method in dict.fromkeys(point.method for point in points):
            cells = []
            for share in SHARES:
                lost = [
                    (dense - point.accuracy) * 100
                    for point in points
                    if (point.method, point.domain) == (method, test.domain) and point.setting == f"{share:.0%} removed"
                ]
                cells.append(f"{sum(lost) / len(lost):5.2f} ({min(lost):.2f} to {max(lost):.2f})" if lost else "-")
            summary[f"{test.domain}, {method}"] = cells
            print(f"{method:26} " + "  ".join(f"{cell:24}" for cell in cells))
        sweep = Sweep(
            title=f"{given.title}, {test.domain}",
            points=(*_dense(test, points), *(point for point in points if point.domain == test.domain)),
            notes=(
                f"{given.calibration} calibration texts a draw, {given.draws} draws, {len(test.labels)} test texts.",
            ),
        )
        folder = given.out / test.domain
        folder.mkdir(exist_ok=True)
        (folder / "sweep.json").write_text(sweep.to_json(indent=1))
        write_report(sweep, folder / "sweep.html")
        write_pictures(sweep, folder)
    (given.out / "summary.json").write_text(json.dumps(summary, indent=1))


def _dense(test: Test, points: Sequence[SweepPoint]) -> Iterator[SweepPoint]:
    right = int((test.dense.argmax(-1) == test.labels).sum())
    low, high = wilson_interval(right, len(test.labels), _Z)
    for method in dict.fromkeys(point.method for point in points):
        yield SweepPoint(
            method=method,
            setting="dense",
            removed=0.0,
            accuracy=right / len(test.labels),
            accuracy_low=low,
            accuracy_high=high,
            divergence=0.0,
            domain=test.domain,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Accuracy after pruning without training.")
    parser.add_argument("model", type=Path, help="folder of a fine-tuned classifier and its tokenizer")
    parser.add_argument("--title", default="Pruning without training", help="what the pictures are called")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--calibration", type=int, default=512)
    parser.add_argument("--tested", type=int, default=2000)
    parser.add_argument("--other", default="reviews-amazon", help="another domain to test on")
    parser.add_argument("--other-tested", type=int, default=1000)
    parser.add_argument("--methods", nargs="*", default=[], help="some of the ways, by name")
    parser.add_argument("--peers", type=Path, help="folder with torch-pruning in it")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("pruning-accuracy"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
