"""Faults on purpose: what proves that a study survives them."""

import os
import resource
import signal
from collections.abc import Sequence
from itertools import islice
from math import nan

import torch
from torch import nn

from netwright.records.recovery import FaultKind
from netwright.records.trial import Trial

_BLOCK = 2**28


def plan_faults(trials: Sequence[Trial], kinds: Sequence[FaultKind]) -> dict[str, tuple[FaultKind, ...]]:
    """Return which trials meet which faults: each candidate meets each kind once, on its first trials.

    Args:
        trials: Every trial of the design, in its order.
        kinds: The faults to inject, each once.

    Returns:
        Trial id -> faults, one an attempt; a candidate with fewer trials than kinds meets several in one trial.

    >>> from netwright.records.candidate import Candidate
    >>> mlp = Candidate(name="mlp", model="mlp")
    >>> plan_faults([Trial(candidate=mlp, size=n, seed=0) for n in (10, 20)], ["kill", "oom", "nan"])
    {'mlp-n10-s0': ('kill', 'nan'), 'mlp-n20-s0': ('oom',)}
    """
    by_candidate: dict[str, list[str]] = {}
    for trial in trials:
        by_candidate.setdefault(trial.candidate.name, []).append(trial.id)
    planned: dict[str, tuple[FaultKind, ...]] = {}
    for names in by_candidate.values():
        for index, kind in enumerate(kinds):
            name = names[index % len(names)]
            planned[name] = (*planned.get(name, ()), kind)
    return planned


def arm(kind: FaultKind, model: nn.Module, step: int) -> None:
    """Let a fault happen in this process when a model begins a training step.

    Args:
        kind: `kill` ends the process by SIGKILL; `oom` asks for memory until it is refused; `nan` puts a NaN into the
            first parameter; `disk` lets every later write fail, as a full disk does.
        model: The model that is trained.
        step: The step, counted from 1 over the training steps of this process.
    """
    steps = 0

    def count(module: nn.Module, _: object) -> None:
        nonlocal steps
        steps += module.training
        if steps == step and module.training:
            strike(kind, module)

    model.register_forward_pre_hook(count)


def strike(kind: FaultKind, model: nn.Module) -> None:
    """Let a fault happen in this process now.

    Args:
        kind: As for `arm`; a model without parameters has none that a NaN could enter.
        model: The model that is trained.
    """
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "oom":
        _exhaust()
    elif kind == "nan":
        _spoil(model)
    else:
        _fill_disk()


def _exhaust() -> None:
    held = []
    while True:
        held.append(bytearray(_BLOCK))


def _spoil(model: nn.Module) -> None:
    with torch.no_grad():
        for parameter in islice(model.parameters(), 1):
            parameter.fill_(nan)


def _fill_disk() -> None:
    # no file of this process may grow any more: each write fails, without touching anybody else's disk
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
