"""What a process of its own does in the tests of backends; imported by it by name."""

import torch
from pydantic import TypeAdapter
from torch import nn

from netwright.qualities.backends import Effort, run_backends
from netwright.records.backend import BackendRun


def small_model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 3))


def run_all(payload, tell):
    effort = Effort(calls=20, seconds=0.05)
    inputs = torch.randn(40, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    runs = run_backends("small", small_model(), inputs, payload.split(), threads=2, effort=effort)
    return TypeAdapter(tuple[BackendRun, ...]).dump_json(runs).decode()
