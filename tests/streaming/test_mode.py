"""Frames before and after a video in the two modes."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from netwright.streaming.mode import MODES, Causal, Delayed


@given(st.integers(1, 9), st.integers(1, 6), st.data())
def test_causal_windows_see_no_frame_later_than_those_they_stand_for(kernel: int, stride: int, data):
    padding = data.draw(st.integers(0, kernel - 1))
    left, right = Causal().pads(kernel, stride, padding, padding)
    assert right == 0
    assert padding <= left
    # the phase: output n is ready with frame n stride + phi, one of the stride frames that it stands for
    assert 0 <= kernel - 1 - left <= max(stride, kernel - padding) - 1
    frames = torch.zeros(1, 1, 4 * stride + kernel)
    at = kernel - 1 - left
    frames[0, 0, at + 1 :] = 1.0
    first = functional.conv1d(functional.pad(frames, (left, 0)), torch.ones(1, 1, kernel), stride=stride)[0, 0, 0]
    assert first == 0.0


def test_delayed_windows_stay_as_they_were():
    assert Delayed().pads(5, 2, 1, 3) == (1, 3)
    assert [mode.name for mode in MODES] == ["causal", "delayed"]
