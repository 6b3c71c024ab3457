"""Which network of clips learns motions best: one recipe, several seeds, intervals over seeds.

    python benchmarks/video/motions_accuracy.py [--models NAME ...] [--seeds 3] [--size 1600] [--tests 800]
        [--epochs 12] [--resolution 32] [--optimizer adamw] [--lr 0.003] [--weight-decay 0.05]
        [--schedule one-cycle] [--batch 32] [--threads 1] [--only MODEL:SEED ...]
        [--runs runs.jsonl] [--json] [--out TABLE.md]

A NAME is a model of the catalog or `package.module:factory`; options follow it as `NAME?option=value&option=value`.
Every network is trained on the same clips of `motions` by the same recipe; a seed decides the first weights and the
order of the clips. Nothing is chosen by the test part: the weights after the last epoch are tested. The published
recipe is `--optimizer sgd --lr 0.1 --weight-decay 0.001 --schedule plateau --batch 16`.

Accuracy is told on the test clips as they are, on the same clips with their frames in random order, and on one frame
(the middle one) shown all the time: the sixteen motions are eight pairs, each the time reversal of the other, so that
without order half of the answers are right at best. `in pair` is the share of clips for which the right motion has a
larger logit than its reversal; chance is 50%. Intervals are Student's t over seeds, 95%, of the mean; the last table
has the same of the differences to the first network, seed by seed.

Parameters and multiply-adds are those of a network for 101 classes and one clip of 16 frames at 112x112. A finished run
is a line of the runs' file; started again, the command leaves it out, so that a larger --seeds adds seeds, and two
processes with different --only share the work.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
from motions_table import LEVEL, summary, table
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.data.motions import make
from netwright.data.split import the_rest, validation_indices
from netwright.machine.seeds import derive_seed, seed_everything
from netwright.models.build import build
from netwright.records.candidate import Candidate, Recipe
from netwright.structure.fast_form import fast_form
from netwright.training.epochs import train_epochs
from netwright.training.evaluate import predict_logits

MODELS = ("causal-slowfast", "causal-shufflenet", "shufflenet3d")
COUNTED = (3, 16, 112, 112), 101
FRAMES = 16
VALIDATION = 96
"""Clips beside the training clips, of actors of their own; only the schedule `plateau` heeds them."""
DATA_SEED = 41
"""Of the clips, the same for every run."""


@dataclass(frozen=True)
class Contestant:
    """A network that takes part.

    Args:
        label: How it is called.
        model: A name of the catalog, or `package.module:factory`.
        options: Of the factory.
    """

    label: str
    model: str
    options: tuple[tuple[str, Any], ...] = ()

    def network(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """Return the network, with weights from torch's global generator."""
        return build(Candidate(name="contestant", model=self.model, options=dict(self.options)), shape, classes)


@dataclass(frozen=True)
class Setting:
    """What is the same for all runs that are compared."""

    size: int
    tests: int
    resolution: int
    recipe: Recipe

    @property
    def name(self) -> str:
        """The setting in words."""
        return f"{self.size} clips, {self.tests} tested, {self.resolution} pixels, {self.recipe.to_json()}"


@dataclass(frozen=True, eq=False)
class Clips:
    """The clips of all runs: for training, for the schedule `plateau` to watch, for the test.

    Args:
        train: Clips and labels.
        validation: Of other actors than those that are trained on.
        test: Of other actors again.
        classes: How many motions.
    """

    train: tuple[Tensor, Tensor]
    validation: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]
    classes: int


@cache
def motions(size: int, tests: int, resolution: int) -> Clips:
    """Return the clips."""
    data = make(size + 2 * VALIDATION, tests, DATA_SEED, FRAMES, resolution)
    seen = validation_indices(data.train_labels, VALIDATION, data.train_origins)
    rest = the_rest(len(data.train_labels), seen, data.train_origins)[:size]
    clips, labels = data.train_clips, data.train_labels
    return Clips(
        (clips[rest], labels[rest]), (clips[seen], labels[seen]), (data.test_clips, data.test_labels), len(data.classes)
    )


def named(text: str) -> Contestant:
    """Return the contestant that `NAME?option=value&option=value` means; values are JSON, or else words."""
    model, _, tail = text.partition("?")
    pairs = [part.partition("=") for part in tail.split("&")] if tail else []
    return Contestant(text, model, tuple((name, _value(value)) for name, _, value in pairs))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def count(contestant: Contestant) -> dict[str, float]:
    """Return the parameters and the millions of multiply-adds of a network at the published size."""
    network = contestant.network(*COUNTED).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *COUNTED[0]))
    return {
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "mmacs": counter.get_total_flops() / 2e6,
    }


def run(contestant: Contestant, seed: int, setting: Setting) -> dict[str, Any]:
    """Train one network once, and return what is kept of it."""
    data = motions(setting.size, setting.tests, setting.resolution)
    seed_everything(derive_seed("weights", seed))
    network = contestant.network(tuple(data.train[0].shape[1:]), data.classes)
    begun, busy = time.perf_counter(), time.process_time()
    # the same weights and, up to rounding, the same numbers, in about three quarters of the time
    *_, last = train_epochs(fast_form(network), data.train, data.validation, setting.recipe, seed, None)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
    passes = len(data.train[1]) * setting.recipe.epochs
    return {
        "model": contestant.label,
        "seed": seed,
        "setting": setting.name,
        **count(contestant),
        **accuracies(network, *data.test),
        "train_loss": last.train_loss,
        "seconds": seconds,
        "cpu_ms_per_clip_epoch": 1000 * cpu / passes,
        "threads": torch.get_num_threads(),
    }


def accuracies(network: nn.Module, clips: Tensor, labels: Tensor) -> dict[str, float]:
    """Return the accuracy on clips as they are, between the two motions of a pair, without order and on one frame."""
    answer = partial(predict_logits, network, batch_size=100)
    logits, rows = answer(clips), torch.arange(len(labels))
    draws = torch.Generator().manual_seed(DATA_SEED)
    shuffled = torch.stack([clip[:, torch.randperm(clip.shape[1], generator=draws)] for clip in clips])
    middle = clips.shape[2] // 2
    single = clips[:, :, middle : middle + 1].expand_as(clips)
    right = {
        "ordered": logits.argmax(1) == labels,
        "in_pair": logits[rows, labels] > logits[rows, labels ^ 1],
        "shuffled": answer(shuffled).argmax(1) == labels,
        "single": answer(single).argmax(1) == labels,
    }
    return {name: good.double().mean().item() for name, good in right.items()}


def finished(path: Path, setting: Setting) -> list[dict[str, Any]]:
    """Return the runs of a setting that are in a file."""
    if not path.exists():
        return []
    runs = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return [one for one in runs if one["setting"] == setting.name]


def perform(contestants: Sequence[Contestant], given: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do the runs that are not in the file yet, one line of the file each."""
    setting, path = setting_of(given), Path(given.runs)
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = list(_wanted(contestants, given.seeds, given.only))
    for index, (contestant, seed) in enumerate(wanted, 1):
        done = {(one["model"], one["seed"]) for one in finished(path, setting)}
        if (contestant.label, seed) in done:
            continue
        say(f"[{index}/{len(wanted)}] {contestant.label}, seed {seed} ...")
        result = run(contestant, seed, setting)
        with path.open("a") as file:
            file.write(json.dumps(result) + "\n")
        say(
            f"[{index}/{len(wanted)}] {contestant.label}, seed {seed}: ordered {result['ordered']:.1%}, in pair "
            f"{result['in_pair']:.1%}, {result['seconds']:.0f} s, {result['cpu_ms_per_clip_epoch']:.2f} ms a clip"
        )


def _wanted(
    contestants: Sequence[Contestant], seeds: int, only: Sequence[str] | None
) -> Iterator[tuple[Contestant, int]]:
    for seed in range(seeds):
        for contestant in contestants:
            if only is None or f"{contestant.label}:{seed}" in only or contestant.label in only:
                yield contestant, seed


def arguments(description: str, out: str) -> argparse.ArgumentParser:
    """Return the parser of what all these commands take."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--size", type=int, default=1600)
    parser.add_argument("--tests", type=int, default=800)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--resolution", type=int, default=32)
    parser.add_argument("--optimizer", default="adamw")
    parser.add_argument("--lr", type=float, default=0.003)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--schedule", default="one-cycle")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="MODEL[:SEED]")
    parser.add_argument("--runs", default=f"out/{out}.jsonl", help="finished runs, one a line")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.add_argument("--out", type=Path, help="write the table of markdown")
    return parser


def setting_of(given: argparse.Namespace) -> Setting:
    """Return the setting that was asked for."""
    recipe = Recipe(
        optimizer=given.optimizer,
        lr=given.lr,
        weight_decay=given.weight_decay,
        epochs=given.epochs,
        batch_size=given.batch,
        schedule=given.schedule,
    )
    return Setting(given.size, given.tests, given.resolution, recipe)


def compare(contestants: Sequence[Contestant], given: argparse.Namespace) -> None:
    """Do the runs, and tell what came out."""
    torch.set_num_threads(given.threads)
    perform(contestants, given, partial(print, file=sys.stderr, flush=True))
    setting = setting_of(given)
    rows = summary([one.label for one in contestants], finished(Path(given.runs), setting))
    text = table(rows, note(setting))
    if given.out is not None:
        given.out.write_text(text + "\n")
    print(json.dumps({"setting": setting.name, "level": LEVEL, "rows": rows}) if given.json else text)


def note(setting: Setting) -> str:
    """Return what a table's reader must know."""
    recipe = setting.recipe
    return (
        f"{setting.size:,} training and {setting.tests:,} test clips of {FRAMES} frames, {setting.resolution} pixels; "
        f"{recipe.optimizer}, lr {recipe.lr:g}, weight decay {recipe.weight_decay:g}, {recipe.schedule}, batches of "
        f"{recipe.batch_size}, {recipe.epochs} epochs, from scratch. ±: {LEVEL:.0%} t intervals over seeds (first "
        "weights and order of the clips; the clips are the same). Parameters and MMACs: 101 classes, 16x112x112. "
        "ms a clip: processor time of one training pass over a clip."
    )


def main() -> None:
    """Compare the networks."""
    parser = arguments(__doc__ or "", "motions_accuracy")
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    given = parser.parse_args()
    compare([named(name) for name in given.models], given)


if __name__ == "__main__":
    main()
