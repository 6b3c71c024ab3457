"""How long finding the symmetries of a network takes, and how many there are.

    python benchmarks/dynamics_detection.py [--nets vgg-16-bn resnet-18 bert-base gpt-2] [--repeats 3]

Times `find_symmetries` as a whole: recording, the three ways of proposing, and confirmation by gradients in float64.
The transformers have random weights, need the extra `text`, and are judged without dropout (eval): while it draws, what
lies between a writer and its LayerNorm is no translation.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable

import torch
from torch import nn

from netwright.dynamics.find import find_symmetries
from netwright.models.resnet import resnet
from netwright.models.vgg import vgg

Made = tuple[nn.Module, object]


def _bert() -> Made:
    from transformers import BertConfig, BertForSequenceClassification

    return BertForSequenceClassification(BertConfig()).eval(), {"input_ids": torch.randint(0, 30_000, (8, 16))}


def _gpt2() -> Made:
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(GPT2Config()).eval(), {"input_ids": torch.randint(0, 50_000, (8, 16))}


NETS: dict[str, Callable[[], Made]] = {
    "vgg-16-bn": lambda: (vgg((3, 32, 32), 10, depth=16), torch.randn(32, 3, 32, 32)),
    "resnet-18": lambda: (resnet((3, 32, 32), 10, depth=18), torch.randn(32, 3, 32, 32)),
    "bert-base": _bert,
    "gpt-2": _gpt2,
}


def main() -> None:
    """Time each network and print its counts."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--nets", nargs="+", choices=NETS, default=list(NETS))
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    for name in given.nets:
        model, example = NETS[name]()
        seconds = []
        for _ in range(given.repeats):
            begun = time.perf_counter()
            found = find_symmetries(model, example)
            seconds.append(time.perf_counter() - begun)
        counts = Counter[str]()
        for row in found.record.symmetries:
            counts[row.kind] += row.count
        told = ", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items()))
        refuted = sum("refutes" in absence.reason for absence in found.absent)
        spread = f"({min(seconds):.1f} to {max(seconds):.1f})"
        print(f"{name}: {statistics.median(seconds):.1f} s {spread}; {told}; {refuted} proposals refuted", flush=True)


if __name__ == "__main__":
    main()
