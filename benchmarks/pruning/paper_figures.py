"""Figures 4 and 5 of the anatomy paper on a classifier of one's own: accuracy and time against neurons removed.

    python benchmarks/pruning/paper_figures.py MODEL_FOLDER [--data reviews] [--tested 2000] [--calibration 512]
        [--draws 3] [--timed 1] [--threads 1] [--out DIR]

MODEL_FOLDER holds a fine-tuned sequence classifier and its tokenizer in the layout of transformers. Lines:

- rule, one text: the paper's presets as they are (five of BERT for encoders, seven of GPT-2 for decoders), fitted to
  the model's depth, with the cosines of one calibration text;
- rule, one text, zeroed: the same plans carried out as in the paper, by zeros instead of smaller matrices;
- rule, root mean square: the presets with the cosines of all calibration texts;
- rule, scaled: the thresholds of the third preset, all scaled by one factor until the share of a budget goes;
- arbitrary: the paper's baseline, aligned and opposed neurons stay and of the others a random part goes;
- random: neurons at random.

Every draw has calibration texts of its own, from the training part; accuracy is that of the test part, with its 95%
Wilson interval. Times are for all test texts, in the first draws only (--timed): each model is called batch by batch in
turn with the dense one, and its share of the dense time in the same rounds is multiplied with the median dense time, so
that a load that changes meanwhile does not enter. The figures are written as JSON, a page and pictures.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, median

import torch
from torch import Tensor, nn

from netwright.data.catalog import load
from netwright.data.text_bytes import decode_texts
from netwright.machine.hardware import describe_hardware
from netwright.models.text.batches import text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.answers import answers_of, divergence
from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.criterion.arbitrary import Arbitrary
from netwright.pruning.criterion.below import Below
from netwright.pruning.criterion.presets import PRESETS, Preset
from netwright.pruning.criterion.reductions import OneText, RootMeanSquare
from netwright.pruning.criterion.rule import Criterion
from netwright.pruning.mask import mask_plan
from netwright.pruning.paired_timing import seconds_of
from netwright.pruning.rank import rank_units
from netwright.pruning.scores.random import Random
from netwright.qualities.intervals import wilson_interval
from netwright.records.pruning import Plan, Sweep, SweepPoint
from netwright.report.write import write_pictures, write_report
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import Batch

SHARES = (0.3, 0.5, 0.7, 0.85)
"""Of the neurons that go under a budget."""
BATCH = 32
LONGEST = 64
"""Tokens of a text, if nothing else is asked for; most snippets are shorter."""
ZEROED = "rule, one text"
"""The method that is carried out by zeros too."""
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Variant:
    """A way to prune at one setting."""

    method: str
    setting: str
    plan: Plan


@dataclass(frozen=True)
class Test:
    """The texts that accuracy is measured on, and what the dense model answers."""

    batches: Sequence[Batch]
    labels: Tensor
    dense: Tensor
    domain: str


def main() -> None:
    """Measure every setting in every draw, and write the figures."""
    given = _arguments()
    torch.set_num_threads(given.threads)
    model, tokenizer = read_checkpoint(given.model)
    data = load(given.data)
    texts = decode_texts(data.train_texts)
    tested = text_batches(decode_texts(data.test_texts[: given.tested]), tokenizer, BATCH, given.longest)
    with evaluation_mode(model), torch.inference_mode():
        dense = torch.cat([answers_of(model, batch) for batch in tested])
    test = Test(tested, data.test_labels[: given.tested], dense, given.data)
    points, dense_times = [], []
    for draw in range(given.draws):
        order = torch.randperm(len(texts), generator=torch.Generator().manual_seed(draw)).tolist()
        batches = text_batches([texts[at] for at in order[: given.calibration]], tokenizer, BATCH, given.longest)
        for variant in _variants(model, batches, draw):
            ways = _ways(model, variant)
            times = _seconds([model, *ways.values()], test.batches) if draw < given.timed else None
            dense_times += times[:1] if times else []
            shares = [taken / times[0] for taken in times[1:]] if times else [None] * len(ways)
            for (method, pruned), share in zip(ways.items(), shares, strict=True):
                changes = {"removed": 1 - variant.plan.kept, "seconds": share, "draw": draw}
                points.append(_tested(pruned, test, method, variant.setting).model_copy(update=changes))
            last = points[-1]
            print(f"{draw} {last.method:26} {last.setting:34} {last.removed:6.1%} {last.accuracy:6.1%}", flush=True)
    second = median(dense_times) if dense_times else None
    _write(Sweep(title=given.title, points=_with_dense(points, test, second), notes=_notes(given, model)), given.out)


def _variants(model: nn.Module, batches: Sequence[Batch], draw: int) -> Iterator[Variant]:
    # a single text needs no padding
    length = int(batches[0]["attention_mask"][0].sum())
    alone = [{name: value[:1, :length] for name, value in batches[0].items()}]
    presets = _presets(model)
    for method, reduction, own in (
        (ZEROED, OneText(), alone),
        ("rule, root mean square", RootMeanSquare(), batches),
    ):
        for preset in presets:
            yield Variant(method, preset.text, rank_units(model, own, Criterion(preset, reduction)).plan(Below()))
    for method, score in (
        ("rule, scaled", Criterion(presets[2], RootMeanSquare())),
        ("arbitrary", Arbitrary(seed=draw)),
        ("random", Random(seed=draw)),
    ):
        ranking = rank_units(model, batches, score)
        for share in SHARES:
            yield Variant(method, f"{share:.0%} removed", ranking.plan(Neurons(1 - share)))


def _presets(model: nn.Module) -> list[Preset]:
    family = "GPT-2" if read_transformer(model).adapter.decision == "last" else "BERT"
    return [preset for preset in PRESETS.values() if preset.family == family]


def _ways(model: nn.Module, variant: Variant) -> dict[str, nn.Module]:
    ways = {variant.method: apply_plan(model, variant.plan)}
    if variant.method == ZEROED:
        ways[f"{variant.method}, zeroed"] = mask_plan(model, variant.plan)
    return ways


def _tested(model: nn.Module, test: Test, method: str, setting: str) -> SweepPoint:
    with evaluation_mode(model), torch.inference_mode():
        answers = torch.cat([answers_of(model, batch) for batch in test.batches])
    return _point(answers, test, method, setting)


def _seconds(models: Sequence[nn.Module], batches: Sequence[Batch]) -> list[float]:
    taken = [0.0] * len(models)
    with torch.inference_mode():
        for model in models:
            seconds_of(model.eval(), batches[0], time.perf_counter_ns)
        for turn, batch in enumerate(batches):
            # what disturbs the machine disturbs each of them, and none is always the first
            for at in range(len(models)):
                who = (at + turn) % len(models)
                taken[who] += seconds_of(models[who], batch, time.perf_counter_ns)
    return taken


def _point(answers: Tensor, test: Test, method: str, setting: str) -> SweepPoint:
    right = int((answers.argmax(-1) == test.labels).sum())
    low, high = wilson_interval(right, len(test.labels), _Z)
    return SweepPoint(
        method=method,
        setting=setting,
        removed=0.0,
        accuracy=right / len(test.labels),
        accuracy_low=low,
        accuracy_high=high,
        divergence=float(divergence(test.dense, answers).mean()),
        domain=test.domain,
    )


def _with_dense(points: Sequence[SweepPoint], test: Test, second: float | None) -> tuple[SweepPoint, ...]:
    found = []
    for method in dict.fromkeys(point.method for point in points):
        found.append(_point(test.dense, test, method, "dense").model_copy(update={"seconds": second}))
        for point in points:
            if point.method == method:
                share = point.seconds
                seconds = None if share is None or second is None else share * second
                found.append(point.model_copy(update={"seconds": seconds}))
    return tuple(found)


def _notes(given: argparse.Namespace, model: nn.Module) -> tuple[str, ...]:
    hardware = describe_hardware()
    return (
        f"{type(model).__name__} of {len(read_transformer(model).blocks)} layers; a draw has {given.calibration} "
        f"calibration texts; {given.tested} test texts of {given.data}.",
        f"Times with {given.threads} thread(s) on {getattr(hardware, 'cpu', hardware)}, batches of {BATCH} texts.",
        "The paper took BERT-base and GPT-2 on IMDB: shares and accuracies are not to be compared number by number.",
    )


def _write(sweep: Sweep, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper_figures.json").write_text(sweep.model_dump_json(indent=1), encoding="utf-8")
    print(write_report(sweep, folder / "paper_figures.html"))
    for path in write_pictures(sweep, folder):
        print(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Figures 4 and 5 of the anatomy paper.")
    parser.add_argument("model", type=Path, help="folder of a fine-tuned classifier and its tokenizer")
    parser.add_argument("--data", default="reviews", help="a data set of texts with the labels of the classifier")
    parser.add_argument("--tested", type=int, default=2000, help="test texts")
    parser.add_argument("--calibration", type=int, default=512, help="calibration texts of a draw")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--timed", type=int, default=1, help="draws in which times are measured")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--longest", type=int, default=LONGEST, help="tokens of a text; longer ones are cut")
    parser.add_argument("--title", default="")
    parser.add_argument("--out", type=Path, default=Path("paper_figures"))
    given = parser.parse_args()
    given.title = given.title or f"{given.model.name} on {given.data}"
    return given


if __name__ == "__main__":
    main()
