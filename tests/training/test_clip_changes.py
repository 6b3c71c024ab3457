import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import interpolate

from netwright.training.clip_changes import CORNERS, SCALES, corner_crop, flip_clips, shift_clips

CHANGES = [corner_crop, shift_clips, flip_clips]


def clips_of(count=6, frames=3, side=16, kind=torch.uint8):
    values = torch.randint(0, 256, (count, 3, frames, side, side + 4), generator=torch.Generator().manual_seed(0))
    return values.to(kind)


def draw(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("change", CHANGES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), kind=st.sampled_from([torch.uint8, torch.float32, torch.float64]))
def test_a_change_is_the_same_for_every_frame(change, seed, kind):
    # frames of a clip are equal before, so they are equal after
    still = clips_of(frames=1, kind=kind).expand(-1, -1, 5, -1, -1)
    changed = change(still, draw(seed))
    assert (changed.shape, changed.dtype) == (still.shape, kind)
    # but for the last digit of the interpolation, which decides how a byte half-way between two is rounded
    last = 1 if kind == torch.uint8 else 1e-3
    assert float((changed.double() - changed[:, :, :1].double()).abs().max()) <= last


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_follows_its_generator_and_leaves_its_argument(change):
    clips = clips_of()
    before = clips.clone()
    first, second, other = change(clips, draw(1)), change(clips, draw(1)), change(clips, draw(2))
    assert bool((first == second).all())
    assert not bool((first == other).all())
    assert bool((clips == before).all())


@pytest.mark.parametrize("change", CHANGES)
def test_clips_of_a_batch_are_drawn_one_by_one(change):
    same = clips_of(count=1).expand(40, -1, -1, -1, -1)
    assert len({tuple(clip.flatten().tolist()) for clip in change(same, draw(0))}) > 1


@pytest.mark.parametrize("change", CHANGES)
def test_an_empty_batch_stays_empty(change):
    assert change(clips_of()[:0], draw(0)).shape == (0, 3, 3, 16, 20)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999))
def test_a_crop_is_a_corner_or_the_centre_scaled_back(seed):
    clip = clips_of(count=1, frames=2, kind=torch.float64)
    changed = corner_crop(clip, draw(seed))
    height, width = clip.shape[-2:]
    found = []
    for scale in SCALES:
        rows, columns = round(height * scale), round(width * scale)
        for down, right in CORNERS:
            top, left = round((height - rows) * down), round((width - columns) * right)
            part = clip[0, :, :, top : top + rows, left : left + columns]
            # frame by frame and channel by channel: the slow reference
            each = [interpolate(plane[None, None], (height, width), mode="bilinear") for plane in part.flatten(0, 1)]
            found.append(torch.cat(each, 1).reshape(clip.shape))
    assert any(torch.allclose(changed, one) for one in found)


def test_every_crop_is_drawn():
    # no two pixels are alike, so every crop looks different; 5 scales x 5 places, of which scale 1 has one
    clip = torch.arange(400.0).reshape(1, 1, 1, 20, 20)
    seen = {tuple(corner_crop(clip, draw(seed)).flatten().tolist()) for seed in range(600)}
    assert len(seen) == (len(SCALES) - 1) * len(CORNERS) + 1


def test_bytes_are_cropped_as_numbers_are():
    clips = clips_of()
    exact = corner_crop(clips.double(), draw(3))
    assert (corner_crop(clips, draw(3)).double() - exact).abs().max() <= 0.501


def test_a_mirrored_clip_moves_the_other_way():
    frames = torch.zeros(1, 1, 4, 1, 4)
    for time in range(4):
        frames[0, 0, time, 0, time] = 1
    seen = {tuple(flip_clips(frames, draw(seed)).flatten(0, 3).argmax(-1).tolist()) for seed in range(20)}
    assert seen == {(0, 1, 2, 3), (3, 2, 1, 0)}
