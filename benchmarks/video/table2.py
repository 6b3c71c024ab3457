"""Table 2 of "3D Causal ShuffleNet in Dual Paths", rebuilt from the networks themselves: every head counted alike.

The paper's column of parameters mixes heads: 0.61 M has the 101 classes of UCF101, while 0.55, 1.52 and 3.91 M have
the 600 of Kinetics-600. Here each network is built twice, once with either head. Multiply-adds are those of one clip
of the row's input, through one network. Two-stream rows are two networks, one of frames and one of optical flow.

Accuracies are published ones, top-1 on UCF101, and each says where its training began.

Run: python benchmarks/video/table2.py [--json FILE] [--out FILE.md]
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.video.causal_shufflenet import causal_shufflenet
from netwright.models.video.inception3d import inception3d
from netwright.models.video.mobilenet3d import mobilenet3d
from netwright.models.video.r2plus1d import r2plus1d
from netwright.models.video.resnet3d import resnet3d
from netwright.models.video.shufflenet3d import shufflenet3d

UCF101, KINETICS = 101, 600
LIGHT = (3, 16, 112, 112)
SCRATCH = "UCF101 from scratch"
KINETICS_600 = "Kinetics-600, then UCF101"
KINETICS_400 = "Kinetics-400, then UCF101"
IMAGENET = "ImageNet, then UCF101"
HEADINGS = (
    "model", "input", "paper, M", f"{UCF101} classes, M", f"{KINETICS} classes, M", "paper's head", "MMACs",
    "top-1, %", "trained on", f"top-1 % per M ({UCF101} classes)",
)  # fmt: skip
WARNING = (
    "A from-scratch run is not comparable: the first row alone was trained on UCF101 from scratch; all others began\n"
    "with weights of a larger data set, so their accuracies tell of that data too, and not of the architecture alone."
)
NOTES = (
    "Two streams: both networks' parameters are counted, as if the second read 3 channels (flow has 2, which is some\n"
    "thousand fewer); multiply-adds are one network's.",
    "R(2+1)D: 18 layers are built here; the published accuracy is of a deeper pair, and 33.3 M is neither of them.",
)
CLOSE = 0.02
"""Within this share of the paper's figure, a head explains it."""


@dataclass(frozen=True)
class Published:
    """A row of the paper's table: a factory, the input, and what the paper and its sources say."""

    name: str
    factory: Callable[..., nn.Module]
    shape: tuple[int, int, int, int]
    millions: float
    top1: float
    origin: str
    streams: int = 1


@dataclass(frozen=True)
class Row:
    """A row as it is counted here; parameters and multiply-adds in millions."""

    name: str
    shape: tuple[int, int, int, int]
    paper: float
    ucf101: float
    kinetics: float
    head: str
    multiply_adds: float
    top1: float
    origin: str
    top1_per_million: float


TABLE = (
    Published("causal ShuffleNet, two paths", causal_shufflenet, LIGHT, 0.61, 70.12, SCRATCH),
    Published("3D-ShuffleNetV1 0.5x", partial(shufflenet3d, width=0.5), LIGHT, 0.55, 64.39, KINETICS_600),
    Published("3D-ShuffleNetV1 1.0x", shufflenet3d, LIGHT, 1.52, 76.00, KINETICS_600),
    Published("3D-MobileNetV1 1.0x", mobilenet3d, LIGHT, 3.91, 70.95, KINETICS_600),
    Published("R3D-50", partial(resnet3d, depth=50), LIGHT, 44.54, 88.92, KINETICS_600),
    Published("I3D, two streams", inception3d, (3, 64, 224, 224), 25.0, 93.4, IMAGENET, streams=2),
    Published("R(2+1)D, two streams", r2plus1d, (3, 32, 112, 112), 33.3, 97.3, KINETICS_400, streams=2),
)


def count(factory: Callable[..., nn.Module], shape: tuple[int, ...], classes: int) -> tuple[float, float]:
    """Return millions of parameters, and of multiply-adds for one clip; nothing is computed but shapes."""
    with torch.device("meta"):
        network = factory(shape, classes).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, *shape, device="meta"))
    return sum(parameter.numel() for parameter in network.parameters()) / 1e6, counter.get_total_flops() / 2e6


def counted(published: Published) -> Row:
    """Return a row with the figures of the network itself."""
    (ucf101, multiply_adds), (kinetics, _) = (
        count(published.factory, published.shape, classes) for classes in (UCF101, KINETICS)
    )
    ucf101, kinetics = ucf101 * published.streams, kinetics * published.streams
    heads = {f"{UCF101} classes": ucf101, f"{KINETICS} classes": kinetics}
    nearest = min(heads, key=lambda head: abs(heads[head] - published.millions))
    explained = abs(heads[nearest] - published.millions) <= CLOSE * published.millions
    return Row(
        published.name, published.shape, published.millions, ucf101, kinetics, nearest if explained else "neither",
        multiply_adds, published.top1, published.origin, published.top1 / ucf101,
    )  # fmt: skip


def cells(row: Row) -> tuple[str, ...]:
    """Return a row as text."""
    return (
        row.name, "x".join(map(str, row.shape[1:])), f"{row.paper:.2f}", f"{row.ucf101:.3f}", f"{row.kinetics:.3f}",
        row.head, f"{row.multiply_adds:,.1f}", f"{row.top1:.2f}", row.origin, f"{row.top1_per_million:.1f}",
    )  # fmt: skip


def plain(rows: list[Row]) -> str:
    """Return the table in columns."""
    lines = [HEADINGS, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def markdown(rows: list[Row]) -> str:
    """Return the table and what must be said beside it, as markdown."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *map(cells, rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join([table, f"**{WARNING}**", *NOTES]) + "\n"


def main() -> None:
    """Count every network and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--out", type=Path, help="write markdown")
    arguments = parser.parse_args()
    rows = [counted(published) for published in TABLE]
    print("\n\n".join([plain(rows), WARNING, *NOTES]))
    if arguments.json:
        told = {"rows": [asdict(row) for row in rows], "warning": WARNING, "notes": NOTES}
        arguments.json.write_text(json.dumps(told, indent=1))
    if arguments.out:
        arguments.out.write_text(markdown(rows))


if __name__ == "__main__":
    main()
