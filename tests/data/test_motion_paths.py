import numpy as np
import pytest
from scipy.stats import ks_2samp

from netwright.data.motion_paths import CLASSES, PAIRS, draw_paths

FRAMES = 16


def paths_of(pair, count, seed=0, frames=FRAMES):
    return draw_paths(np.full(count, pair), frames, np.random.default_rng(seed))


def figures(paths):
    """Return all that a single frame can show, each (N, T), with products that tell of places in two directions."""
    poses = (paths.actor, paths.partner, paths.stranger)
    one = [getattr(pose, name) for pose in poses for name in ("x", "y", "size", "angle", "cover")]
    one += [paths.zoom, paths.pan_x, paths.pan_y]
    first, second = paths.actor, paths.partner
    side = paths.wall[0][:, None]
    return [
        *one, first.x * first.y, first.cover * first.size, first.x * np.cos(first.angle),
        (first.x - second.x) * first.y, (first.x - second.x) ** 2 + (first.y - second.y) ** 2,
        paths.zoom * first.x, first.x + 10 * side, first.y + 10 * side,
    ]  # fmt: skip


def steps(values):
    """Return the steps from frame to frame but for those from the end of a cycle to its start, the largest ones."""
    moves = np.diff(values, axis=1)
    return np.where(np.abs(moves) > 4 * np.median(np.abs(moves), axis=1, keepdims=True), np.nan, moves)


def test_eight_pairs_make_sixteen_classes():
    assert len(CLASSES) == len(set(CLASSES)) == 16
    assert [CLASSES[2 * pair : 2 * pair + 2] for pair in range(8)] == list(PAIRS)


@pytest.mark.parametrize("pair", range(len(PAIRS)))
def test_a_frame_shows_the_same_whether_time_runs_forwards_or_backwards(pair):
    paths = paths_of(pair, 3000, seed=pair)
    for values in figures(paths):
        for frame in (0, 3):
            found = ks_2samp(values[:1500, frame], values[1500:, FRAMES - 1 - frame])
            assert found.pvalue > 1e-4


def test_a_motion_that_starts_at_its_start_would_be_found_out():
    cover = paths_of(4, 3000).actor.cover
    aligned = cover[np.argsort(cover[:, 0])[:1500]]
    assert ks_2samp(aligned[:, 0], aligned[:, -1]).pvalue < 1e-4


def test_left_and_up_go_at_a_steady_pace_and_come_in_again():
    for pair, across in ((0, True), (1, False)):
        actor = paths_of(pair, 200).actor
        way = steps(actor.x if across else actor.y)
        pace = np.nanmedian(way, axis=1)
        assert (pace < 0).all()
        assert np.nanmax(np.abs(way - pace[:, None])) < 1e-5
        cycle = (1 + actor.size[:, 0]) / -pace
        assert cycle.min() >= 13 - 1e-3
        assert cycle.max() <= 28 + 1e-3


def test_clockwise_turns_by_the_same_angle_in_every_frame():
    angle = paths_of(2, 200).actor.angle
    turn = np.diff(angle, axis=1) % (2 * np.pi)
    assert np.ptp(turn, axis=1).max() < 1e-5
    assert turn.min() > 2 * np.pi / 28.1
    assert turn.max() < 2 * np.pi / 12.9


def test_zooming_in_enlarges_the_whole_scene_by_the_same_factor_in_every_frame():
    grows = steps(np.log(paths_of(3, 200).zoom))
    assert np.nanmin(grows) > 0
    assert np.nanmax(np.nanmax(grows, axis=1) - np.nanmin(grows, axis=1)) < 1e-5


def test_who_appears_does_so_gradually_and_is_gone_at_once():
    cover = paths_of(4, 200).actor.cover
    fades = np.diff(cover, axis=1)
    gone = fades < 0
    assert (fades[~gone] < 1 / 12.9).all()
    assert (cover[:, 1:][gone] < 1 / 12.9).all()
    assert (cover[:, :-1][gone] > 1 - 1 / 12.9).all()


def test_who_accelerates_goes_farther_in_every_frame():
    actor = paths_of(5, 200).actor
    moves = np.diff(np.stack([actor.x, actor.y]), axis=2)
    length = np.hypot(*moves)
    # the way from the end of a cycle to its start leads back
    ahead = (moves[:, :, :1] * moves).sum(0) > 0
    both = ahead[:, 1:] & ahead[:, :-1] & (length[:, :1] < 0.4)
    assert both.mean() > 0.6
    assert (np.diff(length, axis=1)[both] > 0).all()


def test_who_approaches_goes_behind_the_wall():
    paths = paths_of(6, 400)
    sides, widths = paths.wall
    assert set(sides.tolist()) == {0, 1, 2, 3}
    assert (widths >= 0.3).all()
    actor = paths.actor
    way = np.choose(sides[:, None], [actor.x, 1 - actor.x, actor.y, 1 - actor.y])
    assert np.nanmax(steps(way)) < 0
    half = actor.size / 2
    assert (way + half > widths[:, None] - 1e-5).all()
    assert (way - half < 1 + 1e-5).all()
    # some are wholly behind it, some wholly before it
    hidden, shown = (way + half < widths[:, None] + 0.15), (way - half > widths[:, None])
    assert hidden.any(axis=1).mean() > 0.5
    assert shown.any(axis=1).mean() > 0.5


def test_other_motions_have_no_wall_and_no_partner():
    paths = draw_paths(np.arange(8).repeat(20), FRAMES, np.random.default_rng(0))
    assert (paths.wall[1] > 0).tolist() == (np.arange(8).repeat(20) == 6).tolist()
    assert (paths.partner.cover[:, 0] > 0).tolist() == (np.arange(8).repeat(20) == 7).tolist()
    assert 0.3 < (paths.stranger.cover[:, 0] > 0).mean() < 0.85


def test_what_is_caught_waits_and_then_goes_along():
    paths = paths_of(7, 200)
    apart = np.hypot(paths.actor.x - paths.partner.x, paths.actor.y - paths.partner.y)
    held = apart < 0.42 * (paths.actor.size + paths.partner.size) + 1e-5
    away = np.hypot(paths.partner.x - paths.partner.x.mean(), paths.partner.y - paths.partner.y.mean())
    # before it is held the catcher comes nearer; afterwards both go away with the same distance between them
    nearer = np.diff(apart, axis=1)
    waits, goes = ~held[:, 1:] & ~held[:, :-1], held[:, 1:] & held[:, :-1]
    assert (nearer[waits] < 0).all()
    assert np.abs(nearer[goes]).max() < 1e-5
    assert 0.35 < held.mean() < 0.65
    assert away[held].mean() > away[~held].mean() + 0.1


def test_draws_follow_from_the_random_state():
    first, same, other = (paths_of(0, 3, seed).actor.x for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
