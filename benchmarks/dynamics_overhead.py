"""What watching a training costs: charges of symmetries, Cockpit, and buffers for every weight.

    python benchmarks/dynamics_overhead.py [--nets vgg resnet] [--batches 32 128] [--cycles 7] [--every 10]
        [--width 1] [--cockpit FOLDER] [--authors CHECKOUT] [--watchers NAME ...]

Copies of one network (VGG-16 with batch normalisation, ResNet-18; 32x32 colour images) take the same steps in turn,
one of them unwatched, each step beginning with another copy. A cycle has as many steps as lie between two readings.
Told are medians over cycles of the ratio to the unwatched copy (least to most), and how much longer the optimizer's
step alone became, as a share of the unwatched step: forward and backward passes, whose time varies most, are out of
that figure.

Memory comes from a fresh process for each: bytes that Python and numpy allocated, of tensors that are held, and by how
much the resident set grew at most while training (Linux), all beyond those of the unwatched training. What finding
symmetries freed before is used again by the training: the last figure can be below 0.
"""

import argparse
import gc
import multiprocessing
import statistics
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from dynamics_peers.charges import ALL, ROWS, tracked
from dynamics_peers.cockpit_quantities import cockpit
from dynamics_peers.element_buffers import buffered, from_checkout
from dynamics_peers.training import Training, plain
from netwright.models.resnet import resnet
from netwright.models.vgg import vgg

CLASSES, SIDE = 10, 32
MIB = 1 << 20
COCKPIT_MOST = 32
"""Images of a batch up to which Cockpit takes part: it keeps a gradient of each, 6.3 GB for 32 on VGG-16."""


@dataclass(frozen=True)
class Setting:
    """What is trained, and where the peers are."""

    net: str
    batch: int
    width: float
    every: int
    cockpit: Path | None
    authors: Path | None
    watchers: tuple[str, ...] = ()

    def model(self) -> nn.Module:
        """Return the network, the same weights every time."""
        torch.manual_seed(0)
        shape = (3, SIDE, SIDE)
        if self.net == "vgg":
            return vgg(shape, CLASSES, depth=16, width=self.width, dropout=0.0)
        return resnet(shape, CLASSES, depth=18, width=self.width)

    def batch_of(self, seed: int) -> tuple[Tensor, Tensor]:
        """Return images and labels: noise takes as long as pictures do."""
        generator = torch.Generator().manual_seed(seed)
        images = torch.randn(self.batch, 3, SIDE, SIDE, generator=generator)
        return images, torch.randint(CLASSES, (self.batch,), generator=generator)


def contestants(setting: Setting) -> dict[str, Callable[[nn.Module], Training]]:
    """Return by name what makes a training out of a model, the unwatched one first; those asked for, or all."""

    def charges(kinds: tuple[str, ...]) -> Callable[[nn.Module], Training]:
        return lambda model: tracked(model, setting.batch_of(0)[0], setting.every, kinds)

    made: dict[str, Callable[[nn.Module], Training]] = {
        "unwatched": plain,
        "row charges": charges(ROWS),
        "all charges": charges(ALL),
        "element buffers": buffered,
    }
    if setting.authors:
        made["authors' optimizer"] = lambda model: from_checkout(model, setting.authors)
    if setting.cockpit and setting.batch <= COCKPIT_MOST:
        made["Cockpit, economy"] = lambda model: cockpit(model, setting.every, setting.cockpit)
    return {
        name: make for name, make in made.items() if not setting.watchers or name in ("unwatched", *setting.watchers)
    }


def main() -> None:
    """Time and weigh every watcher on every network and batch."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--nets", nargs="+", choices=("vgg", "resnet"), default=["vgg", "resnet"])
    arguments.add_argument("--batches", nargs="+", type=int, default=[32, 128])
    arguments.add_argument("--cycles", type=int, default=7)
    arguments.add_argument("--every", type=int, default=10)
    arguments.add_argument("--width", type=float, default=1.0)
    arguments.add_argument("--cockpit", type=Path, default=None, help="the folder of pip install --target")
    arguments.add_argument("--authors", type=Path, default=None, help="a copy of danielkunin/neural-mechanics")
    arguments.add_argument("--watchers", nargs="+", default=(), help="these alone, by the names of the printed rows")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    for net in given.nets:
        for batch in given.batches:
            peers = (given.cockpit, given.authors, tuple(given.watchers))
            setting = Setting(net, batch, given.width, given.every, *peers)
            print(f"{net}, batch {batch}, a reading every {given.every} steps, {given.cycles} cycles")
            _tell(_times(setting, given.cycles), _memory(setting))


def _times(setting: Setting, cycles: int) -> dict[str, list[tuple[float, float]]]:
    """Return by watcher the seconds of each cycle: whole steps, and the optimizer's part."""
    base, seconds = setting.model(), {}
    with ExitStack() as stack:
        trainings = {name: make(deepcopy(base)) for name, make in contestants(setting).items()}
        for training in trainings.values():
            stack.enter_context(training.watch)
        seconds = {name: [] for name in trainings}
        for cycle in range(cycles + 1):
            sums = dict.fromkeys(trainings, (0.0, 0.0))
            for step in range(setting.every):
                images, labels = setting.batch_of(cycle * setting.every + step)
                order = list(trainings)
                first = step % len(order)
                for name in order[first:] + order[:first]:
                    whole, part = trainings[name].step(images, labels)
                    sums[name] = (sums[name][0] + whole, sums[name][1] + part)
            # the first cycle warms up
            for name in trainings if cycle else ():
                seconds[name].append(sums[name])
    return seconds


def _memory(setting: Setting) -> dict[str, tuple[int, int, int]]:
    """Return by watcher bytes of Python, of tensors held, and the peak of the process."""
    context = multiprocessing.get_context("spawn")
    told = {}
    for name in contestants(setting):
        with ProcessPoolExecutor(1, context) as pool:
            told[name] = pool.submit(_weigh, setting, name).result()
    return told


def _weigh(setting: Setting, name: str) -> tuple[int, int, int]:
    torch.set_num_threads(1)
    # what is imported and cached once is no memory of a training
    small = replace(setting, width=0.05, batch=4)
    with contestants(small)[name](small.model()).watch:
        pass
    gc.collect()
    tracemalloc.start()
    training = contestants(setting)[name](setting.model())
    # the peak of the training, not that of finding symmetries before it (proc(5), clear_refs)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _resident("VmRSS:")
    with training.watch:
        for step in range(2 * setting.every + 1):
            training.step(*setting.batch_of(step))
        gc.collect()
        allocated, _ = tracemalloc.get_traced_memory()
        held = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in _tensors()}
    return allocated, sum(held.values()), _resident("VmHWM:") - before


def _resident(entry: str) -> int:
    """Return bytes; not of ru_maxrss, which a new program inherits from the process that started it."""
    return 1024 * int(Path("/proc/self/status").read_text(encoding="ascii").partition(entry)[2].split()[0])


def _tensors() -> list[Tensor]:
    # by type: asking an object for its class can wake lazy ones
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), Tensor)]
    return found + [tensor.grad for tensor in found if tensor.is_leaf and tensor.grad is not None]


def _tell(seconds: dict[str, list[tuple[float, float]]], memory: dict[str, tuple[int, int, int]]) -> None:
    base = seconds["unwatched"]
    bare = memory["unwatched"]
    print(f"  {'':<20} {'cycle':>9} {'longer by':>22} {'optimizer alone':>24} {'Python':>9} {'tensors':>9} {'peak':>9}")
    for name, cycles in seconds.items():
        ratios = [100 * (mine[0] / other[0] - 1) for mine, other in zip(cycles, base)]
        parts = [100 * (mine[1] - other[1]) / other[0] for mine, other in zip(cycles, base)]
        per_cycle = statistics.median(mine[0] for mine in cycles)
        more = "".join(f" {(mine - other) / MIB:6.2f} MB" for mine, other in zip(memory[name], bare))
        print(f"  {name:<20} {1000 * per_cycle:6.0f} ms {_spread(ratios):>22} {_spread(parts):>24}{more}")
    print("  cycle: of all its steps, median; memory beyond the unwatched training")


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):+.2f}% ({min(values):+.2f} to {max(values):+.2f})"


if __name__ == "__main__":
    main()
