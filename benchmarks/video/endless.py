"""What a stream costs that does not end: memory over an hour of video, and time against a window run again and again.

    python benchmarks/video/endless.py [--model causal-shufflenet] [--frames 108000] [--side 112] [--rounds 15]

Memory: frames go one at a time through the stream of the network; told is by how much the resident memory of the
process has grown since frame 2,000, at ten moments, and the size of the state that was foretold. Time: in each round
the stream takes 16 frames, one at a time, and the network reads two windows of 16 frames; a frame of the stream costs a
sixteenth of the first, and a frame of a sliding window half of the second. Batch normalisations are folded into the
convolutions on both sides; one thread. Told are the medians, and the median, least and greatest of the rounds' ratios.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from netwright.models.build import build
from netwright.records.candidate import Candidate
from netwright.streaming.streamer import Streamer, stream

CLASSES, WINDOW, WINDOWS = 101, 16, 2
HOUR = 108_000
"""Frames of an hour at 30 a second."""
SETTLED = 2_000
MB = 1e6


def main() -> None:
    """Measure memory, then time."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", default="causal-shufflenet", help="a network of clips of the catalog")
    arguments.add_argument("--frames", type=int, default=HOUR, help="of the endless stream; 0 leaves memory out")
    arguments.add_argument("--side", type=int, default=112, help="height and width of a frame")
    arguments.add_argument("--rounds", type=int, default=15, help="of the comparison; 0 leaves time out")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = _network(given.model, given.side)
    streamer = stream(network, torch.zeros(1, 3, WINDOW, given.side, given.side, dtype=torch.uint8))
    print(f"{given.model}, {given.side}x{given.side}, {CLASSES} classes, one thread, torch {torch.__version__}")
    if given.frames:
        _tell_memory(streamer, given.frames, given.side)
    if given.rounds:
        _tell_time(streamer, folded(network, _frames(given.side, WINDOW)), given.rounds, given.side)


def _network(name: str, side: int) -> nn.Module:
    network = build(Candidate(name=name, model=name), (3, WINDOW, side, side), CLASSES).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            # a fresh normalisation changes nothing, and folding it wrongly would not be seen
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return network.whole_clip() if hasattr(network, "whole_clip") else network


def _frames(side: int, count: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (1, 3, count, side, side), dtype=torch.uint8, generator=generator)


def folded(network: nn.Module, clip: Tensor) -> nn.Module:
    """Return a copy whose batch normalisations are folded into the convolution that each of them reads."""
    copy = deepcopy(network)
    makers: dict[int, tuple[nn.Conv3d, Tensor]] = {}
    pairs: dict[str, nn.Conv3d] = {}

    def made(module: nn.Module, _: object, output: Tensor) -> None:
        # the tensor is held, or another one could get its place in memory
        makers[id(output)] = (module, output)

    def read(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def note(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            if id(inputs[0]) in makers:
                pairs[name] = makers[id(inputs[0])][0]

        return note

    hooks = []
    for name, module in copy.named_modules():
        if isinstance(module, nn.Conv3d):
            hooks.append(module.register_forward_hook(made))
        elif isinstance(module, nn.BatchNorm3d):
            hooks.append(module.register_forward_pre_hook(read(name)))
    with torch.no_grad():
        copy(clip)
    for hook in hooks:
        hook.remove()
    for name, convolution in pairs.items():
        fused = fuse_conv_bn_eval(convolution, copy.get_submodule(name))
        convolution.weight, convolution.bias = fused.weight, fused.bias
        copy.set_submodule(name, nn.Identity())
    left = sum(isinstance(module, nn.BatchNorm3d) for module in copy.modules())
    with torch.no_grad():
        apart = (copy(clip) - network(clip)).abs().max().item()
    print(f"window: {len(pairs)} normalisations folded, {left} left; outputs {apart:.1e} apart")
    return copy


def _tell_memory(streamer: Streamer, count: int, side: int) -> None:
    frames = _frames(side, WINDOW).split(1, dim=2)
    state, answers, growth = None, 0, []
    settled = min(SETTLED, count // 10)
    moments = {settled + (count - settled) * part // 10 for part in range(1, 11)}
    base, began = 0, time.perf_counter()
    for index in range(1, count + 1):
        answer, state = streamer.step(frames[index % WINDOW], state)
        answers += answer is not None
        if index == settled:
            base = _resident()
        elif index in moments:
            growth.append((_resident() - base) / MB)
    seconds = time.perf_counter() - began
    print(f"memory: the state takes {streamer.memory().total / MB:.2f} MB at most, as foretold")
    print(f"  {count:,} frames, {answers:,} answers, {seconds:.0f} s; resident growth since frame {settled:,}:")
    print("  " + " ".join(f"{value:+.2f}" for value in growth) + f" MB; most {max(growth):+.2f} MB (asked: < 2 MB)")


def _resident() -> int:
    gc.collect()
    # page by page; the sums of /proc/self/status lag behind
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return 1024 * int(rollup.partition("Rss:")[2].split()[0])


@torch.inference_mode()
def _tell_time(streamer: Streamer, network: nn.Module, rounds: int, side: int) -> None:
    clip = _frames(side, WINDOW)
    frames = clip.split(1, dim=2)
    state, single, window = None, [], []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        for frame in frames:
            _, state = streamer.step(frame, state)
        between = time.perf_counter()
        for _ in range(WINDOWS):
            network(clip)
        ended = time.perf_counter()
        # the first round warms up
        if turn:
            single.append((between - began) / WINDOW)
            window.append((ended - between) / WINDOWS)
    ratios = [other / one for one, other in zip(single, window)]
    print(
        f"time: a frame of the stream {_milliseconds(single)}, of a sliding window of {WINDOW} {_milliseconds(window)}"
    )
    spread = f"{min(ratios):.1f} to {max(ratios):.1f} over {rounds} rounds"
    print(f"  {statistics.median(ratios):.1f} times cheaper ({spread}; asked: at least 8)")


def _milliseconds(seconds: list[float]) -> str:
    return f"{1e3 * statistics.median(seconds):.2f} ms"


if __name__ == "__main__":
    main()
