"""How much sooner networks of clips answer on one core by `netwright.structure.fast_form`, whole and layer by layer.

Four forms of one network read the same clip of bytes: as it is (naive eager), with its batch normalisations folded
into the convolutions, and either of them in its fast form. Then every convolution and pooling of the network is timed
by itself, in each distinct shape: as PyTorch does it on what it is used to (channels first), and by the fast route on
what its neighbours hand it (channels last). A ratio below 1 means that the fast route is sooner. Last comes the rule by
which the fast route is chosen: 1x1x1 convolutions as a product of matrices against oneDNN, by multiply-adds, at widths
and groups of the causal ShuffleNet and of a bottleneck; the product stops winning near `SMALL_PRODUCT`.

Forms take turns in one process on one thread. Times are processor time, medians over the rounds, with the 10th and
90th percentile; ratios are medians of the ratios of the rounds, so that a busy machine disturbs both sides alike.
Outputs are compared first: float32 to 1e-5, float64 to 1e-10.

Run: OMP_NUM_THREADS=1 python benchmarks/video/grouped_convolution.py [--model causal-shufflenet] [--frames 16]
     [--side 112] [--batch 1] [--rounds 41] [--json FILE]
"""

import argparse
import copy
import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from netwright.machine.hardware import describe_hardware
from netwright.models.video.causal_shufflenet import causal_shufflenet
from netwright.models.video.inception3d import inception3d
from netwright.models.video.mobilenet3d import mobilenet3d
from netwright.models.video.r2plus1d import r2plus1d
from netwright.models.video.resnet3d import resnet3d
from netwright.models.video.shufflenet3d import shufflenet3d
from netwright.models.video.x3d import x3d
from netwright.structure.fast_convolution import SMALL_PRODUCT, pointwise_product
from netwright.structure.fast_form import FASTER, fast_form
from netwright.structure.onednn import channels_last, onednn_convolution

FACTORIES = {
    "causal-shufflenet": causal_shufflenet, "shufflenet3d": shufflenet3d, "mobilenet3d": mobilenet3d,
    "resnet3d": resnet3d, "r2plus1d": r2plus1d, "inception3d": inception3d, "x3d": x3d,
}  # fmt: skip
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}
LEAST_SECONDS = 2e-3
"""A layer is called so often in a round that the clock can tell."""
WIDTHS = ((24, 30, 1), (120, 30, 3), (30, 120, 3), (480, 120, 3), (256, 64, 1), (64, 256, 1))
"""Inputs, outputs and groups."""
POSITIONS = (16, 98, 196, 784, 3136)
Call = Callable[[], object]


def folded(model: nn.Module) -> nn.Module:
    """Return a copy whose normalisations are part of the convolutions that were defined just before them."""
    made = copy.deepcopy(model)
    owners = {id(part): (owner, name) for owner in made.modules() for name, part in owner.named_children()}
    leaves = [part for part in made.modules() if not list(part.children())]
    for part, behind in pairwise(leaves):
        if isinstance(part, nn.Conv3d) and isinstance(behind, nn.BatchNorm3d):
            part.weight, part.bias = fuse_conv_bn_weights(
                part.weight, part.bias, behind.running_mean, behind.running_var, behind.eps, behind.weight, behind.bias
            )
            owner, name = owners[id(behind)]
            setattr(owner, name, nn.Identity())
    return made


def check(model: nn.Module, clips: Tensor) -> None:
    """Stop unless all forms answer alike, in float32 and in float64."""
    for dtype, tolerance in TOLERANCE.items():
        exact = copy.deepcopy(model).to(dtype)
        frames = clips.to(dtype) / 64 - 2
        expected = exact(frames)
        for form in (folded(exact), fast_form(exact), fast_form(folded(exact))):
            difference = float((form(frames) - expected).abs().max())
            if difference > tolerance:
                raise SystemExit(f"{dtype}: outputs differ by {difference:.1e}, more than {tolerance:.0e}")


def layers(model: nn.Module, clips: Tensor) -> dict[str, tuple[nn.Module, tuple[int, ...], int]]:
    """Return every distinct convolution and pooling with the shape that it reads and how often it stands there."""
    found: dict[str, tuple[nn.Module, tuple[int, ...], int]] = {}

    def seen(part: nn.Module, inputs: tuple[Tensor, ...], _: object) -> None:
        text = f"{tuple(inputs[0].shape)} {describe(part)}"
        found[text] = (part, tuple(inputs[0].shape), found[text][2] + 1 if text in found else 1)

    hooks = [part.register_forward_hook(seen) for part in model.modules() if type(part) in FASTER]
    model(clips)
    for hook in hooks:
        hook.remove()
    return found


def describe(part: nn.Module) -> str:
    """Return a layer in few words."""
    if isinstance(part, nn.Conv3d):
        kernel = "x".join(map(str, part.kernel_size))
        return f"conv {kernel} to {part.out_channels}, stride {part.stride[0]}{part.stride[1]}, groups {part.groups}"
    return f"{type(part).__name__} {part.kernel_size}"


def take_turns(calls: dict[str, Call], rounds: int, least: float) -> dict[str, list[float]]:
    """Return seconds of processor time of each call in each round."""
    times = {}
    for name, call in calls.items():
        call()
        start = time.process_time()
        call()
        times[name] = max(1, int(least / max(time.process_time() - start, 1e-6)))
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(times[name]):
                call()
            seconds[name].append((time.process_time() - start) / times[name])
    return seconds


def ratio(seconds: dict[str, list[float]], above: str, below: str) -> tuple[float, float, float]:
    """Return the median ratio of two ways, and its 10th and 90th percentile."""
    each = np.array(seconds[above]) / np.array(seconds[below])
    low, middle, high = np.percentile(each, [10, 50, 90])
    return float(middle), float(low), float(high)


def whole(model: nn.Module, clips: Tensor, rounds: int) -> dict[str, list[float]]:
    """Time the forms of a network and print them."""
    plain = folded(model)
    forms = {"naive": model, "naive, folded": plain, "fast": fast_form(model), "fast, folded": fast_form(plain)}
    calls: dict[str, Call] = {name: (lambda form=form: form(clips)) for name, form in forms.items()}
    seconds = take_turns(calls, rounds, 0)
    print(f"{'form':16s} {'median':>9s}  {'10 to 90 %':>16s}  of naive (10 to 90 %)   of naive, folded")
    for name, found in seconds.items():
        low, middle, high = np.percentile(found, [10, 50, 90]) * 1e3
        told = [ratio(seconds, name, base) for base in ("naive", "naive, folded")]
        print(
            f"{name:16s} {middle:6.2f} ms  {low:6.2f} to {high:6.2f}  "
            + "   ".join(f"{at:.3f} ({least:.3f} to {most:.3f})" for at, least, most in told)
        )
    return seconds


def each_layer(model: nn.Module, clips: Tensor, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Time every distinct layer and print it."""
    print(f"\n{'times':>5s} {'naive':>9s} {'fast':>9s} {'ratio':>6s}  layer")
    found = {}
    for text, (part, shape, count) in layers(model, clips).items():
        first = torch.randn(shape)
        last = first.contiguous(memory_format=torch.channels_last_3d)
        fast = fast_form(part)
        calls: dict[str, Call] = {"naive": lambda: part(first), "fast": lambda: fast(last)}  # noqa: B023
        seconds = found[text] = take_turns(calls, rounds, LEAST_SECONDS)
        naive, sooner = (float(np.median(seconds[name])) * 1e6 for name in ("naive", "fast"))
        print(f"{count:5d} {naive:6.0f} us {sooner:6.0f} us {ratio(seconds, 'fast', 'naive')[0]:6.2f}  {text}")
    return found


def rule(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Time both ways of a 1x1x1 convolution and print them by multiply-adds."""
    print(f"\nThe product is taken up to {SMALL_PRODUCT / 1e6:g} M multiply-adds.")
    print(f"{'M multiply-adds':>15s} {'product':>9s} {'oneDNN':>9s} {'ratio':>6s}  1x1x1 convolution")
    found = {}
    cases = [
        (inputs * outputs // groups * positions, positions, groups, torch.randn(outputs, inputs // groups, 1, 1, 1))
        for inputs, outputs, groups in WIDTHS
        for positions in POSITIONS
    ]
    for multiply_adds, positions, groups, weight in sorted(cases, key=lambda case: case[:2]):
        bias = torch.randn(len(weight))
        x = channels_last(torch.randn(1, weight.shape[1] * groups, 1, 1, positions))
        ones, zeros = (1, 1, 1), (0, 0, 0)
        calls: dict[str, Call] = {
            "product": lambda: pointwise_product(x, weight, bias, groups),  # noqa: B023
            "oneDNN": lambda: onednn_convolution(x, weight, bias, ones, zeros, ones, groups),  # noqa: B023
        }
        text = f"{x.shape[1]} to {len(weight)}, groups {groups}, {positions} positions"
        seconds = found[text] = take_turns(calls, rounds, LEAST_SECONDS)
        product, library = (float(np.median(seconds[name])) * 1e6 for name in calls)
        told = f"{multiply_adds / 1e6:15.2f} {product:6.0f} us {library:6.0f} us"
        print(f"{told} {ratio(seconds, 'product', 'oneDNN')[0]:6.2f}  {text}")
    return found


def main() -> None:
    """Compare, time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=sorted(FACTORIES), default="causal-shufflenet")
    for option, default in (("--frames", 16), ("--side", 112), ("--batch", 1), ("--rounds", 41)):
        parser.add_argument(option, type=int, default=default)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    shape = (3, arguments.frames, arguments.side, arguments.side)
    model = FACTORIES[arguments.model](shape, 101).eval()
    clips = torch.randint(0, 256, (arguments.batch, *shape), dtype=torch.uint8)
    with torch.no_grad():
        check(model, clips)
        print(f"{arguments.model}, {arguments.batch} clip(s) of {shape}, one thread; {describe_hardware()}")
        told = {"whole": whole(model, clips, arguments.rounds)}
        told["layers"] = each_layer(folded(model), clips, arguments.rounds)
        told["rule"] = rule(arguments.rounds)
    if arguments.json:
        arguments.json.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
