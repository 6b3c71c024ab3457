import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from netwright.data.motion_paths import CLASSES, PAIRS, draw_paths
from netwright.data.motion_scene import perform
from netwright.data.motion_textures import Textures, cast_of


def blobs(count):
    """Return pictures of bright blobs that differ."""
    random = torch.Generator().manual_seed(0)
    pictures = torch.zeros(count, 1, 28, 28)
    pictures[:, :, 4:24, 6:22] = torch.rand(count, 1, 20, 16, generator=random) * 0.5 + 0.4
    pictures[:, :, 4:10, 6:12] = 0
    return (255 * pictures).to(torch.uint8)


def textures(count=12, size=16):
    photos = torch.rand(2, 3, 2 * size, 3 * size, generator=torch.Generator().manual_seed(1))
    return cast_of(blobs(count), count, photos, np.random.default_rng(0))


def clips_of(labels, seed, shape=(8, 16)):
    labels = np.asarray(labels)
    return perform(labels, np.arange(len(labels)) % 12, textures(size=shape[1]), shape, np.random.default_rng(seed))


@pytest.mark.parametrize("shape", [(8, 16), (5, 33)])
def test_the_second_of_a_pair_is_a_draw_of_the_first_backwards_to_the_byte(shape):
    labels = np.arange(16).repeat(3)
    clips, partners = clips_of(labels, 4, shape), clips_of(labels ^ 1, 4, shape)
    assert clips.dtype == torch.uint8
    assert clips.shape == (48, 3, *shape, shape[1])
    assert torch.equal(partners, clips.flip(2))
    assert all((clip != clip.flip(1)).any() for clip in clips)


def test_clips_follow_from_the_random_state_alone():
    first, same, other = (clips_of([0, 3, 15], seed) for seed in (7, 7, 8))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_actors_are_where_their_paths_say():
    size, count = 40, 60
    full = torch.zeros(1, 2, 28, 28)
    full[:, :, 2:26, 2:26] = 1
    plain = Textures(full, torch.zeros(1, 3, 2 * size, 3 * size))
    labels = np.full(count, 2 * 2)
    clips = perform(labels, np.zeros(count, np.int64), plain, (4, size), np.random.default_rng(0)).float()
    paths = draw_paths(labels // 2, 4, np.random.default_rng(0))
    steps = (torch.arange(size) + 0.5) / size
    seen = 0
    for row in np.flatnonzero(paths.stranger.cover[:, 0] == 0):
        actor = paths.actor
        for frame in range(4):
            x, y, side = actor.x[row, frame], actor.y[row, frame], actor.size[row, frame]
            picture = clips[row, :, frame].sum(0)
            bright = (picture - picture.median()).abs() > 90
            if min(x, y, 1 - x, 1 - y) < side * 0.62 or bright.sum() < 20:
                continue
            seen += 1
            down, across = torch.meshgrid(steps, steps, indexing="ij")
            assert abs(float(across[bright].mean()) - x) < 0.03
            assert abs(float(down[bright].mean()) - y) < 0.03
            assert abs(float(bright.float().mean()) - (side * 24 / 28) ** 2) < 0.04
    assert seen > 10


def test_who_turns_clockwise_goes_from_the_top_to_the_right():
    size, top = 40, torch.zeros(1, 2, 28, 28)
    # a disc whose upper half alone is bright
    grid = torch.arange(28) - 13.5
    disc = (grid[:, None] ** 2 + grid**2 < 12**2).float()
    top[:, 1] = disc
    top[:, 0] = disc * (grid < 0)[:, None]
    plain = Textures(top, torch.zeros(1, 3, 2 * size, 3 * size))
    clip = perform(np.full(30, 4), np.zeros(30, np.int64), plain, (2, size), np.random.default_rng(3)).float()
    paths = draw_paths(np.full(30, 2), 2, np.random.default_rng(3))
    steps = (torch.arange(size) + 0.5) / size
    for row in np.flatnonzero(paths.stranger.cover[:, 0] == 0):
        turned = []
        for frame in range(2):
            x, y = float(paths.actor.x[row, frame]), float(paths.actor.y[row, frame])
            near = (steps[:, None] - y) ** 2 + (steps - x) ** 2 < (float(paths.actor.size[row, frame]) * 0.4) ** 2
            light = clip[row, :, frame].sum(0) * near
            weight = (light - light[near].mean()) * near
            right, up = (float((weight * way).sum()) for way in (steps - x, y - steps[:, None]))
            turned.append(np.arctan2(right, up))
        change = (turned[1] - turned[0]) % (2 * np.pi)
        assert 0.12 < change < 0.65


def test_neither_one_frame_nor_the_mean_of_frames_tells_the_two_of_a_pair_apart():
    right, tested = {"first": 0, "mean": 0}, 0
    for pair in range(len(PAIRS)):
        labels = 2 * pair + np.arange(480) % 2
        clips = clips_of(labels, 100 + pair, (8, 16))
        views = {"first": clips[:, :, 0], "mean": clips.float().mean(2)}
        for name, view in views.items():
            inputs = view.flatten(1).float().numpy() / 255
            probe = LogisticRegression(C=0.01, max_iter=200).fit(inputs[:320], labels[:320])
            right[name] += int((probe.predict(inputs[320:]) == labels[320:]).sum())
        tested += 160
    # one standard deviation is 0.014
    assert all(abs(count / tested - 0.5) < 0.05 for count in right.values())


def test_the_same_probe_sees_a_wall_in_one_frame():
    labels = np.where(np.arange(480) % 2, CLASSES.index("Approach"), CLASSES.index("MoveLeft"))
    frames = clips_of(labels, 1, (2, 16))[:, :, 0].flatten(1).float().numpy() / 255
    probe = LogisticRegression(C=0.01, max_iter=200).fit(frames[:320], labels[:320])
    assert probe.score(frames[320:], labels[320:]) > 0.65
