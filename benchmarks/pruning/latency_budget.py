"""How well a time that is asked for is met: several latency budgets on one model, asked against measured.

    python benchmarks/pruning/latency_budget.py [MODEL_FOLDER] [--shares 0.9 0.8 0.7 0.6 0.5] [--batch 4x128]
        [--threads 1] [--rounds 30] [--layers 12] [--hidden 768] [--neurons 3072] [--out FILE]

MODEL_FOLDER holds a transformer and its tokenizer in the layout of transformers; without one, a BERT of the stated
shape has random weights. The latency table is measured once. Budgets are shares of the dense time; for each, told is
what the table foresees, what was measured, what was measured after the one correction that `netwright prune` makes
where the first is more than 5% off, and how many neurons stay. Units are ranked by the magnitude of their weights: what
is told here is about time. `met` means at most 5% above what was asked for.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import nn

from netwright.machine.hardware import describe_hardware
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.latency import Latency
from netwright.pruning.latency_table import LatencyTable, measure_latency_table
from netwright.pruning.paired_timing import PairedTiming, time_in_turn
from netwright.pruning.rank import Ranking, rank_units
from netwright.pruning.timed_batch import batch_of_shape
from netwright.records.errors import InputError
from netwright.records.pruning import Plan
from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import Batch

TOLERANCE = 0.05


def main() -> None:
    """Measure the table, then ask for each budget."""
    given = _arguments()
    model = read_checkpoint(given.model)[0] if given.model else _bert(given.layers, given.hidden, given.neurons)
    texts, tokens = (int(part) for part in given.batch.split("x"))
    batch = batch_of_shape(model, [{"input_ids": torch.randint(5, model.config.vocab_size, (4, 64))}], texts, tokens)
    table = measure_latency_table(read_transformer(model), batch, threads=given.threads, rounds=given.table_rounds)
    ranking = rank_units(model, (), "magnitude")
    print(describe_hardware())
    print(
        f"batch {given.batch}, threads {given.threads}: dense {1000 * table.dense:.1f} ms, rest {1000 * table.rest:.1f}"
    )
    rows = []
    for share in given.shares:
        try:
            row = _row(model, ranking, table, share * table.dense, batch, given)
        except InputError as error:
            print(f"  {share:.0%}: {error}")
            continue
        rows.append({"share": share, **row})
        print(_line(rows[-1]), flush=True)
    if given.out:
        given.out.write_text(json.dumps({"table": json.loads(table.to_json()), "rows": rows}, indent=1), "utf-8")


def _arguments() -> argparse.Namespace:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("model", nargs="?", type=Path, default=None)
    read.add_argument("--shares", nargs="+", type=float, default=[0.9, 0.8, 0.7, 0.6, 0.5])
    read.add_argument("--batch", default="4x128")
    read.add_argument("--threads", type=int, default=1)
    read.add_argument("--rounds", type=int, default=30)
    read.add_argument("--table-rounds", type=int, default=5)
    read.add_argument("--layers", type=int, default=12)
    read.add_argument("--hidden", type=int, default=768)
    read.add_argument("--neurons", type=int, default=3072)
    read.add_argument("--out", type=Path, default=None)
    return read.parse_args()


def _bert(layers: int, hidden: int, neurons: int) -> nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    heads = max(hidden // 64, 1)
    sizes = {"num_hidden_layers": layers, "hidden_size": hidden, "intermediate_size": neurons}
    return BertForSequenceClassification(BertConfig(num_attention_heads=heads, **sizes)).eval()


def _row(
    model: nn.Module, ranking: Ranking, table: LatencyTable, asked: float, batch: Batch, given: argparse.Namespace
) -> dict[str, object]:
    plan = ranking.plan(Latency(asked, table))
    foreseen, first = table.foreseen(plan), _timed(model, plan, batch, given)
    last, corrected = first, not asked * (1 - TOLERANCE) <= first.seconds_after.value <= asked
    if corrected:
        plan = ranking.plan(Latency(asked, table.corrected(foreseen, first.seconds_after.value)))
        last = _timed(model, plan, batch, given)
    measured = last.seconds_after
    return {
        "asked": asked,
        "foreseen": foreseen,
        "first": first.seconds_after.value,
        "corrected": corrected,
        "measured": measured.value,
        "low": measured.low,
        "high": measured.high,
        "dense": last.seconds_before.value,
        "kept": plan.kept,
        "met": measured.value <= asked * (1 + TOLERANCE),
    }


def _timed(model: nn.Module, plan: Plan, batch: Batch, given: argparse.Namespace) -> PairedTiming:
    return time_in_turn(model, apply_plan(model, plan), batch, rounds=given.rounds, threads=given.threads)


def _line(row: dict[str, object]) -> str:
    times = [f"{name} {1000 * row[name]:.1f}" for name in ("asked", "foreseen", "first", "measured")]
    ends = f"({1000 * row['low']:.1f} to {1000 * row['high']:.1f}) ms"
    off = f"{row['measured'] / row['asked'] - 1:+.1%}, {'met' if row['met'] else 'missed'}"
    dense = f"dense meanwhile {1000 * row['dense']:.1f} ms, {row['kept']:.0%} of the neurons stay"
    return f"  {row['share']:.0%}: {', '.join(times)} {ends}, {off}; {dense}"


if __name__ == "__main__":
    main()
