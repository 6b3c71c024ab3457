from dataclasses import dataclass, replace

import pytest
import torch
from torch import nn

from netwright.qualities import stream
from netwright.qualities.timing import Timing
from netwright.records.errors import ModelError
from netwright.records.measurement import NotMeasured


@dataclass(frozen=True)
class Seen:
    bytes: int


class Growing:
    """A stream whose state grows up to its third frame, then shrinks."""

    def __init__(self) -> None:
        self.frames = []

    def step(self, chunk, state):
        self.frames.append(chunk[0, 0, 0, 0, 0].item())
        count = len(self.frames)
        return None, Seen(100 * (count if count <= 3 else 1))


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_frames_go_in_one_by_one_and_the_largest_state_counts(evidence, monkeypatch):
    def timed(model, example, **_):
        for _ in range(6):
            model(example)
        return Timing((0.002,) * 100, settled=True)

    monkeypatch.setattr(stream, "time_model", timed)
    clips = torch.arange(4, dtype=torch.uint8).reshape(1, 1, 4, 1, 1).expand(2, 3, 4, 8, 8)
    growing = Growing()
    found = stream.measure(replace(evidence, model=nn.Flatten(), inputs=clips, stream=lambda: growing))
    assert growing.frames == [0, 1, 2, 3, 0, 1]
    assert [(one.quality, one.value) for one in found] == [
        ("stream.state", 300.0), ("latency.stream.p50", 0.002), ("latency.stream.p99", 0.002),
    ]  # fmt: skip


def refused():
    raise ModelError("0: group_norm cannot run on a stream")


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
@pytest.mark.parametrize(("make", "why"), [(None, "nobody said"), (refused, "0: group_norm cannot run on a stream")])
def test_a_model_that_cannot_run_on_a_stream_says_why(evidence, make, why):
    clips = torch.zeros(1, 3, 4, 8, 8, dtype=torch.uint8)
    found = stream.measure(replace(evidence, inputs=clips, stream=make))
    assert all(isinstance(one, NotMeasured) and why in one.reason for one in found)


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_what_has_no_frames_is_no_stream(evidence):
    assert all(isinstance(one, NotMeasured) for one in stream.measure(evidence))
