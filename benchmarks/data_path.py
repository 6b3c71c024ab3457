"""Fashion-MNIST to tensors, and the training loop against a bare PyTorch loop on the same model and batches.

Run: python benchmarks/data_path.py [--repeats 7]
"""

import argparse
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

from netwright.data.catalog import load
from netwright.data.images import to_inputs
from netwright.models.build import build
from netwright.records.candidate import Candidate
from netwright.training.loop import train

LOAD = (
    "import time, torch; from netwright.data.catalog import load; start = time.perf_counter();"
    "d = load('fashion-mnist'); t = d.train_images.sum(), d.test_images.sum(); print(time.perf_counter() - start)"
)


def bare(model: nn.Module, batches, optimizer) -> None:
    """The plain loop."""
    model.train()
    for inputs, labels in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        loss.item()


def ours(model: nn.Module, batches, optimizer) -> None:
    """The loop of this library."""
    for _ in train(model, batches, nn.functional.cross_entropy, optimizer):
        pass


def rate(loop, name: str, options: dict, images: int) -> float:
    """Return images a second of one pass."""
    torch.manual_seed(0)
    dataset = load("fashion-mnist")
    inputs, labels = to_inputs(dataset.train_images[:images]), dataset.train_labels[:images]
    batches = list(zip(inputs.split(64), labels.split(64)))
    model = build(Candidate(name="m", model=name, options=options), dataset.shape, len(dataset.classes))
    optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9)
    loop(model, batches[:4], optimizer)
    start = time.perf_counter()
    loop(model, batches, optimizer)
    return images / (time.perf_counter() - start)


def main() -> None:
    """Print medians and spreads; the two loops alternate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    torch.set_num_threads(1)
    loads = [
        float(subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True).stdout)
        for _ in range(repeats)
    ]
    print(
        f"Fashion-MNIST to tensors: {statistics.median(loads) * 1e3:.0f} ms "
        f"({min(loads) * 1e3:.0f} to {max(loads) * 1e3:.0f}; {repeats} fresh processes)"
    )
    for name, options, images in [("mlp", {}, 30_000), ("resnet", {"depth": 20, "width": 0.5}, 3_000)]:
        ratios = [rate(ours, name, options, images) / rate(bare, name, options, images) for _ in range(repeats)]
        print(
            f"{name}: throughput of the loop over a bare loop: {statistics.median(ratios):.3f} "
            f"({min(ratios):.3f} to {max(ratios):.3f}; {repeats} pairs)"
        )


if __name__ == "__main__":
    main()
