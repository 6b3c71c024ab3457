"""How much quicker a transformer of BERT-base's shape gets when neurons of its feed-forward networks really go.

    python benchmarks/pruning/speed.py [--layers 12] [--hidden 768] [--neurons 3072] [--batches 4x128 1x128]
        [--threads 1 2] [--rounds 20] [--out FILE]

Weights are random: time does not depend on them. Shares of the neurons go, the same number from every layer (even), or
different ones, falling from layer to layer as a global budget may leave them (uneven), and in multiples of 32 (uneven,
32). The dense model and the smaller one are called in turn; told is the median over rounds of the ratio of their times
with its 95% interval, beside it the share of the dense time that passes in the feed-forward networks, and the speed-up
that this share allows at most: 1 / (1 - share x removed).
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from netwright.machine.hardware import describe_hardware
from netwright.pruning.apply import apply_plan
from netwright.pruning.feed_forward_share import feed_forward_share
from netwright.pruning.paired_timing import time_in_turn
from netwright.pruning.timed_batch import batch_of_shape
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import Transformer, read_transformer

SHARES = (0.3, 0.5, 0.7, 0.9)
TILT = 0.8
"""How far the first and the last layer are from the mean width, where widths differ."""
LIKED = 32


def main() -> None:
    """Time every shape, thread count, share and allocation."""
    given = _arguments()
    model = _bert(given.layers, given.hidden, given.neurons)
    found = read_transformer(model)
    print(describe_hardware())
    print(f"BERT, {given.layers} layers of {given.hidden}, {given.neurons} neurons, {given.rounds} rounds")
    rows = []
    for shape in given.batches:
        texts, tokens = (int(part) for part in shape.split("x"))
        seen = [{"input_ids": torch.randint(5, model.config.vocab_size, (4, 64))}]
        batch = batch_of_shape(model, seen, texts, tokens)
        for threads in given.threads:
            share = feed_forward_share(found, batch, rounds=max(given.rounds // 2, 1), threads=threads)
            print(f"batch {shape}, threads {threads}: feed-forward networks take {share:.1%} of the dense time")
            for removed, name, widths in _allocations(found):
                smaller = apply_plan(model, _plan(found, widths))
                timing = time_in_turn(model, smaller, batch, rounds=given.rounds, threads=threads)
                row = {"batch": shape, "threads": threads, "share": share, "removed": removed, "widths": name}
                row |= {f"speedup_{end}": getattr(timing.speedup, end) for end in ("value", "low", "high")}
                row |= {"dense": timing.seconds_before.value, "pruned": timing.seconds_after.value}
                rows.append(row)
                print(_line(row), flush=True)
    if given.out:
        given.out.write_text(json.dumps({"hardware": describe_hardware(), "rows": rows}, indent=1), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--layers", type=int, default=12)
    read.add_argument("--hidden", type=int, default=768)
    read.add_argument("--neurons", type=int, default=3072)
    read.add_argument("--batches", nargs="+", default=["4x128", "1x128"])
    read.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    read.add_argument("--rounds", type=int, default=20)
    read.add_argument("--out", type=Path, default=None)
    return read.parse_args()


def _bert(layers: int, hidden: int, neurons: int) -> nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    heads = max(hidden // 64, 1)
    sizes = {"num_hidden_layers": layers, "hidden_size": hidden, "intermediate_size": neurons}
    return BertForSequenceClassification(BertConfig(num_attention_heads=heads, **sizes)).eval()


def _allocations(found: Transformer) -> Iterator[tuple[float, str, list[int]]]:
    layers, count = len(found.neurons), found.neurons[0].count
    slopes = [1 + TILT * (1 - 2 * at / max(layers - 1, 1)) for at in range(layers)]
    for removed in SHARES:
        kept = 1 - removed
        yield removed, "even", [round(kept * count)] * layers
        # what is left over above the full width would change the share, so the tilt ends where a layer is whole
        tilt = min(1.0, (1 / kept - 1) / TILT)
        uneven = [round(kept * count * (1 + (slope - 1) * tilt)) for slope in slopes]
        yield removed, "uneven", uneven
        yield removed, f"uneven, {LIKED}", [max(round(width / LIKED), 1) * LIKED for width in uneven]


def _plan(found: Transformer, widths: list[int]) -> Plan:
    sites = tuple(
        SitePlan(place=site.block, layer=site.layer, unit="neurons", count=site.count, kept=tuple(range(width)))
        for site, width in zip(found.neurons, (min(w, found.neurons[0].count) for w in widths))
    )
    return Plan(model="", fingerprint="", score="none", budget="", sites=sites)


def _line(row: dict[str, object]) -> str:
    most = 1 / (1 - row["share"] * row["removed"])
    times = f"{1000 * row['dense']:8.1f} ms -> {1000 * row['pruned']:8.1f} ms"
    speedup = f"{row['speedup_value']:.2f}x ({row['speedup_low']:.2f} to {row['speedup_high']:.2f})"
    return f"  {row['removed']:.0%} removed, {row['widths']:<11} {times}   {speedup}, at most {most:.2f}x"


if __name__ == "__main__":
    main()
