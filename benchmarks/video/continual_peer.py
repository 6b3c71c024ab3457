"""Our streams against the package continual-inference, on operations that it supports: the same frames, equal outputs.

    pip install --target FOLDER --no-deps continual-inference
    python benchmarks/video/continual_peer.py --peer FOLDER [--chunks 1 8] [--frames 64] [--rounds 15] [--out FILE]

Networks of windows without temporal padding, so that both answer at the same frames: a stack of 3x3x3 convolutions
with batch normalisation, one of (2+1)D convolutions, one of depthwise convolutions between 1x1x1 ones, and one with an
average pool over time. Both sides get the same weights; the peer's batch normalisations stay, since it has no folding;
`--no-norm` leaves them out on both sides. Both run all frames in turn in one process, on one thread; told is the median
over rounds of the ratio of their times (peer / ours: above 1, ours is quicker) and its quartiles.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from statistics import median, quantiles

import torch
from torch import Tensor, nn

from netwright.machine.hardware import describe_hardware
from netwright.streaming.streamer import Streamer, stream

CHANNELS = 24


def main() -> None:
    """Time every network at every chunk size."""
    given = _arguments()
    sys.path.insert(0, str(given.peer))
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    print(
        f"{describe_hardware()}; {given.frames} frames of {given.size} x {given.size}, {given.rounds} rounds, 1 thread"
    )
    rows = []
    for name, layers in _networks().items():
        torch.manual_seed(0)
        kept = [layer for layer in layers if given.norm or not isinstance(layer, nn.BatchNorm3d)]
        network = nn.Sequential(*kept).eval()
        clip = torch.randn(1, 3, given.frames, given.size, given.size)
        for chunk in given.chunks:
            row = {"network": name, "chunk": chunk, **_compared(network, clip, chunk, given.rounds)}
            rows.append(row)
            spread = f"{row['low']:.2f} to {row['high']:.2f}"
            times = f"ours {row['ours'] * 1e3:.2f} ms, peer {row['peer'] * 1e3:.2f} ms a frame"
            apart = f"max difference {row['difference']:.1e}"
            print(
                f"{name}, chunk {chunk}: {row['ratio']:.2f}x ({spread}); {times}; {apart}",
                flush=True,
            )
    if given.out:
        given.out.write_text(json.dumps({"hardware": describe_hardware(), "rows": rows}, indent=1), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--peer", type=Path, required=True)
    read.add_argument("--chunks", nargs="+", type=int, default=[1, 8])
    read.add_argument("--frames", type=int, default=64)
    read.add_argument("--size", type=int, default=28)
    read.add_argument("--rounds", type=int, default=15)
    read.add_argument("--no-norm", dest="norm", action="store_false")
    read.add_argument("--out", type=Path, default=None)
    return read.parse_args()


def _networks() -> dict[str, list[nn.Module]]:
    """Return layers whose windows have no temporal padding."""

    def normed(*convolutions: nn.Module) -> list[nn.Module]:
        return [layer for one in convolutions for layer in (one, nn.BatchNorm3d(one.out_channels), nn.ReLU())]

    def conv(inputs: int, outputs: int, time: int, side: int, groups: int = 1) -> nn.Conv3d:
        return nn.Conv3d(inputs, outputs, (time, side, side), padding=(0, side // 2, side // 2), groups=groups)

    wide = 3 * CHANNELS
    return {
        "3x3x3": normed(conv(3, CHANNELS, 3, 3), *(conv(CHANNELS, CHANNELS, 3, 3) for _ in range(3))),
        "(2+1)D": normed(
            conv(3, CHANNELS, 1, 3), *(conv(CHANNELS, CHANNELS, *size) for size in ((3, 1), (1, 3), (3, 1), (1, 3)))
        ),
        "depthwise": normed(
            conv(3, wide, 1, 3), conv(wide, wide, 3, 3, wide), conv(wide, wide, 1, 1), conv(wide, wide, 5, 3, wide),
            conv(wide, wide, 1, 1),
        ),
        "pooled": [
            *normed(conv(3, CHANNELS, 3, 3)), nn.AvgPool3d((4, 1, 1), 1), *normed(conv(CHANNELS, CHANNELS, 3, 3)),
        ],
    }  # fmt: skip


def _compared(network: nn.Sequential, clip: Tensor, chunk: int, rounds: int) -> dict[str, float]:
    ours, peer = stream(network, clip[:, :, :32], mode="delayed"), _peer(network)
    runs: tuple[Callable[[], Tensor], Callable[[], Tensor]] = (
        lambda: _our_run(ours, clip, chunk),
        lambda: _peer_run(peer, clip, chunk),
    )
    taken: tuple[list[float], list[float]] = ([], [])
    difference = (runs[0]() - runs[1]()).abs().max().item()
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            runs[which]()
            taken[which].append((time.perf_counter() - began) / clip.shape[2])
    ratios = [peer_time / our_time for our_time, peer_time in zip(*taken, strict=True)]
    low, _, high = quantiles(ratios, n=4)
    return {
        "ratio": median(ratios), "low": low, "high": high, "ours": median(taken[0]), "peer": median(taken[1]),
        "difference": difference,
    }  # fmt: skip


def _peer(network: nn.Sequential) -> nn.Module:
    import continual

    return continual.continual(deepcopy(network)).eval()


def _our_run(streamer: Streamer, clip: Tensor, chunk: int) -> Tensor:
    state, made = None, []
    for part in clip.split(chunk, dim=2):
        answer, state = streamer.step(part, state)
        if answer is not None:
            made.append(answer)
    return torch.cat(made, dim=2)


@torch.no_grad()
def _peer_run(peer: nn.Module, clip: Tensor, chunk: int) -> Tensor:
    peer.clean_state()
    made = []
    for part in clip.split(chunk, dim=2):
        if chunk == 1:
            answer = peer.forward_step(part.squeeze(2))
            answer = answer.unsqueeze(2) if isinstance(answer, Tensor) else None
        else:
            answer = peer.forward_steps(part)
        if isinstance(answer, Tensor) and answer.shape[2]:
            made.append(answer)
    return torch.cat(made, dim=2)


if __name__ == "__main__":
    main()
