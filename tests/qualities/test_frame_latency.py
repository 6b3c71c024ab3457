from dataclasses import replace

import pytest
import torch
from torch import nn

from netwright.qualities import frame_latency
from netwright.qualities.timing import Timing
from netwright.records.measurement import NotMeasured


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_a_call_on_a_clip_is_shared_among_its_frames(evidence, monkeypatch):
    asked = []

    def timed(model, example, **_):
        asked.append(tuple(example.shape))
        return Timing((0.08,) * 100, settled=True)

    monkeypatch.setattr(frame_latency, "time_model", timed)
    clips = torch.zeros(3, 3, 16, 8, 8, dtype=torch.uint8)
    p50, p99 = frame_latency.measure(replace(evidence, model=nn.Flatten(), inputs=clips))
    assert asked == [(1, 3, 16, 8, 8)]
    assert (p50.quality, p99.quality) == ("latency.frame.p50", "latency.frame.p99")
    assert p50.value == p99.value == pytest.approx(0.005)
    assert p50.notes[0] == "a call on 16 frames / 16"


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_what_has_no_frames_has_no_latency_of_one(evidence):
    assert all(isinstance(one, NotMeasured) for one in frame_latency.measure(evidence))
