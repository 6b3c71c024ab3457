import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from netwright.qualities import inference_memory as room
from netwright.qualities.inference_memory import inference_memory, measure
from netwright.records.errors import InputError
from netwright.records.measurement import Measurement

MB = 1e6
needs_linux = pytest.mark.skipif(not room.can_be_seen(), reason="this system does not tell the largest resident memory")


class Holds(nn.Module):
    """Holds some tensors of eight megabytes at once, then lets go of them."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def forward(self, x):
        held = [torch.ones(int(2 * MB)) for _ in range(self.count)]
        return x + sum(part[0] for part in held)


PROGRAM = """
import torch
from torch import nn
from netwright.qualities.inference_memory import inference_memory

class Holds(nn.Module):
    def forward(self, x):
        held = [torch.ones(2_000_000) for _ in range({count})]
        return x + sum(part[0] for part in held)

print(inference_memory(nn.Sequential(*[Holds()] * {times}), torch.zeros(64, 2)).to_json())
"""


def alone(count, times):
    # in a process of its own: one that has let go of memory before need not grow
    program = [sys.executable, "-c", PROGRAM.format(count=count, times=times)]
    return Measurement.from_json(subprocess.run(program, capture_output=True, check=True).stdout)


@needs_linux
@pytest.mark.parametrize("count", [1, 4])
def test_is_what_is_held_at_once(count):
    found = alone(count, 1)
    assert found.value == pytest.approx(count * 8 * MB, rel=0.1)
    assert found.low <= found.value <= found.high
    assert found.notes[0] == "a batch of 64"


@needs_linux
def test_what_is_let_go_of_is_used_again():
    # 16 MB at once and 96 MB in all; what the allocator cannot fill again is in the figure
    assert 15 * MB < alone(2, 6).value < 48 * MB


@needs_linux
def test_the_model_itself_is_not_in_it():
    large = nn.Linear(4000, 2000)  # 32 MB of weights
    assert inference_memory(large, torch.zeros(64, 4000)).value < 8 * MB


@pytest.mark.parametrize(("batch", "repeats"), [(torch.zeros(2, 2, device="meta"), 3), (torch.zeros(2, 2), 0)])
def test_refuses_what_it_cannot_see(batch, repeats):
    with pytest.raises(InputError, match="resident growth is"):
        inference_memory(nn.Identity(), batch, repeats=repeats)


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_says_so_where_the_system_does_not_tell(evidence, monkeypatch, tmp_path):
    monkeypatch.setattr(room, "CLEAR", tmp_path / "no" / "such" / "file")
    assert "Linux" in measure(replace(evidence))[0].reason
