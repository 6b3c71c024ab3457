"""The share of a transformer's time that its feed-forward networks take."""

import time
from statistics import median
from typing import Any

import torch
from torch import nn

from netwright.pruning.paired_timing import WARM_UP, seconds_of, undisturbed
from netwright.qualities.timing import Clock
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.stream import Batch


def feed_forward_share(
    transformer: Transformer, batch: Batch, *, rounds: int = 10, threads: int = 1, clock: Clock = time.perf_counter_ns
) -> float:
    """Return which share of a call's time passes between the first map of a feed-forward network and its last.

    It bounds what removing neurons can save: without any, the call takes 1 - share of its time.

    Args:
        transformer: The network; it stays as it is.
        batch: What it is called with.
        rounds: Calls that count; the median of their shares is returned.
        threads: Threads that torch may compute with.
        clock: Tells the time, in nanoseconds.

    Returns:
        The share, in [0, 1].
    """
    spent = [0.0]
    on_cpu = all(parameter.device.type == "cpu" for parameter in transformer.model.parameters())

    def now() -> float:
        if not on_cpu:
            torch.accelerator.synchronize()
        return clock() / 1e9

    def enter(_: nn.Module, __: tuple[Any, ...]) -> None:
        spent[0] -= now()

    def leave(_: nn.Module, __: tuple[Any, ...], ___: Any) -> None:
        spent[0] += now()

    handles = []
    for site in transformer.neurons:
        handles.append(transformer.module(site.makers[0].path).register_forward_pre_hook(enter))
        handles.append(transformer.module(site.reader).register_forward_hook(leave))
    shares = []
    try:
        with undisturbed((transformer.model,), threads):
            for number in range(-WARM_UP, rounds):
                spent[0] = 0.0
                whole = seconds_of(transformer.model, batch, clock)
                if number >= 0:
                    shares.append(spent[0] / whole)
    finally:
        for handle in handles:
            handle.remove()
    return median(shares)
