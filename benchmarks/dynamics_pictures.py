"""The three panels of the slides: VGG-16 with batch normalisation on Fashion-MNIST at 32x32, measured against theory.

    python benchmarks/dynamics_pictures.py OUT [--steps 300] [--batch 32] [--width 1.0] [--only 0] [--data NAME]

Trains the network with and without momentum, for three weight decays each. Every training's record is kept in OUT, so
that a second call draws at once; the picture is written beside them.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from netwright.data.catalog import load
from netwright.dynamics.find import find_symmetries
from netwright.dynamics.track import track
from netwright.machine.seeds import seed_everything
from netwright.models.vgg import vgg
from netwright.records.dynamics import Dynamics
from netwright.report.write import write_panels, write_report
from netwright.training.batches import shuffled_batches
from netwright.training.loop import train

SIDE = 32
RATES = {0.0: 0.1, 0.9: 0.01}
DECAYS = (0.0, 1e-3, 1e-2)
READINGS = 60


@dataclass(frozen=True)
class Setting:
    """One training of the picture."""

    momentum: float
    decay: float

    @property
    def title(self) -> str:
        """Its column's title."""
        rate = RATES[self.momentum]
        return f"lr {rate:g}, momentum {self.momentum:g}, decay {self.decay:g}"

    @property
    def file(self) -> str:
        """Where its record is kept."""
        return f"vgg16-{self.momentum:g}-{self.decay:g}.json"


SETTINGS = tuple(Setting(momentum, decay) for momentum in RATES for decay in DECAYS)


def main() -> None:
    """Train what is missing, then draw."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--steps", type=int, default=300)
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--width", type=float, default=1.0)
    arguments.add_argument("--only", type=int, choices=range(len(SETTINGS)), help="train this setting alone")
    arguments.add_argument("--data", default="fashion-mnist")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for setting in SETTINGS if given.only is None else (SETTINGS[given.only],):
        file = given.out / setting.file
        if not file.exists():
            file.write_text(_watched(setting, given).to_json())
        record = Dynamics.from_json(file.read_bytes())
        exact, flow = (
            max(error for error in errors if error is not None)
            for errors in zip(
                *((series.largest_error, series.largest_flow_error) for series in record.series), strict=True
            )
        )
        print(f"{setting.title}: {record.steps} steps, exact law off by {exact:.1e}, continuous theory by {flow:.1e}")
        for alarm in record.alarms:
            print(f"  alarm: {alarm.kind} at {alarm.place}: {alarm.found}")
        write_report(record, file.with_suffix(".html"))
    records = [Dynamics.from_json((given.out / s.file).read_bytes()) for s in SETTINGS if (given.out / s.file).exists()]
    for path in write_panels(records, given.out):
        print(path)


def _watched(setting: Setting, given: argparse.Namespace) -> Dynamics:
    seed_everything(0)
    data = load(given.data)
    model = vgg((1, SIDE, SIDE), 10, depth=16, width=given.width, dropout=0.0)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=RATES[setting.momentum], momentum=setting.momentum, weight_decay=setting.decay
    )
    generator = torch.Generator().manual_seed(0)
    every = torch.arange(len(data.train_labels))
    order = every[torch.randperm(len(every), generator=generator)[: given.steps * given.batch]]
    inputs = data.train_inputs(order[: 4 * given.batch])
    symmetries = find_symmetries(model.train(), _enlarged(inputs[:8]))
    with track(model, optimizer, symmetries, max(1, given.steps // READINGS), title=setting.title) as watch:
        batches = _batches(data, order, given, generator)
        for step in train(model, batches, functional.cross_entropy, optimizer):
            if step.index % 50 == 0:
                print(f"  {setting.title}: step {step.index}, loss {step.loss:.3f}", flush=True)
    return watch.record()


def _batches(
    data: object, order: Tensor, given: argparse.Namespace, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    labels = data.train_labels[order]
    for part, own in shuffled_batches(order, labels, given.batch, generator):
        yield _enlarged(data.train_inputs(part)), own


def _enlarged(images: Tensor) -> Tensor:
    return functional.interpolate(images, size=(SIDE, SIDE), mode="bilinear", align_corners=False)


if __name__ == "__main__":
    main()
