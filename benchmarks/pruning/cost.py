"""What pruning itself costs: seconds and memory for statistics, ranking, cutting and mending.

    python benchmarks/pruning/cost.py MODEL_FOLDER [--calibration 512] [--keep 0.5] [--threads 2] [--repeats 3]

MODEL_FOLDER holds a fine-tuned sequence classifier and its tokenizer in the layout of transformers; the calibration
texts are snippets of the training part of `reviews`. Every repeat is a process of its own: its memory is the peak above
what the process held with the model and the texts in place, beside the bytes of the model's weights.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import torch

from netwright.data.catalog import load
from netwright.data.text_bytes import decode_texts
from netwright.machine.hardware import memory_now, peak_memory
from netwright.models.text.batches import text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.apply import apply_plan
from netwright.pruning.offers import parameter_bytes
from netwright.pruning.plan import plan_pruning
from netwright.pruning.repair import repair

BATCH, LONGEST = 32, 64


def main() -> None:
    """Run the repeats and print their medians, or be one of them."""
    given = _arguments()
    if given.once:
        print(json.dumps(_once(given)))
        return
    command = [sys.executable, __file__, str(given.model), "--once"]
    command += [
        part for name in ("calibration", "keep", "threads") for part in (f"--{name}", str(getattr(given, name)))
    ]
    told = []
    for _ in range(given.repeats):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told.append(json.loads(done.stdout.splitlines()[-1]))
    print(f"{given.calibration} texts, {given.keep:.0%} kept, {given.threads} threads, {given.repeats} processes")
    for name in told[0]:
        values = [one[name] for one in told]
        print(f"{name:28} {median(values):9.1f}  ({min(values):.1f} to {max(values):.1f})")


def _once(given: argparse.Namespace) -> dict[str, float]:
    torch.set_num_threads(given.threads)
    model, tokenizer = read_checkpoint(given.model)
    data = load("reviews")
    batches = text_batches(decode_texts(data.train_texts[: given.calibration]), tokenizer, BATCH, LONGEST)
    model.eval()
    with torch.no_grad():
        model(**batches[0])
    before, begun = memory_now(), time.perf_counter()
    plan = plan_pruning(model, batches, budget=given.keep)
    planned = time.perf_counter()
    pruned = apply_plan(model, plan)
    repair(pruned, model, plan, batches)
    ended = time.perf_counter()
    weights = parameter_bytes(model)
    above = peak_memory() - before
    return {
        "plan, s": planned - begun,
        "cut and mend, s": ended - planned,
        "in all, s": ended - begun,
        "peak above the start, MB": above / 1e6,
        "the model's weights, MB": weights / 1e6,
        "peak over weights": above / weights,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What pruning costs.")
    parser.add_argument("model", type=Path, help="folder of a fine-tuned classifier and its tokenizer")
    parser.add_argument("--calibration", type=int, default=512)
    parser.add_argument("--keep", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
