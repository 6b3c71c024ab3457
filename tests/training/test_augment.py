import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.candidate import Recipe
from netwright.records.errors import CandidateError
from netwright.training.augment import REACH, flip, make_augmentation, shift

sides = st.integers(1, 24)


def draw(seed):
    return torch.Generator().manual_seed(seed)


def images(count, channels, height, width):
    return torch.randn(count, channels, height, width, generator=draw(1))


def moved(image, down, right):
    """One image (C, H, W) shifted pixel by pixel."""
    _, height, width = image.shape
    result = torch.empty_like(image)
    for i in range(height):
        for j in range(width):
            result[:, i, j] = image[:, min(max(i - down, 0), height - 1), min(max(j - right, 0), width - 1)]
    return result


@given(st.integers(1, 4), st.integers(1, 3), sides, sides, st.integers(0, 10**6))
def test_each_image_is_one_of_its_shifts_within_reach(count, channels, height, width, seed):
    batch = images(count, channels, height, width)
    before = batch.clone()
    shifted = shift(batch, draw(seed))
    assert torch.equal(batch, before)
    assert (shifted.shape, shifted.is_contiguous()) == (batch.shape, True)
    tall, wide = (max(1, round(REACH * side)) if side > 1 else 0 for side in (height, width))
    for image, result in zip(batch, shifted, strict=True):
        possible = (moved(image, d, r) for d in range(-tall, tall + 1) for r in range(-wide, wide + 1))
        assert any(torch.equal(result, candidate) for candidate in possible)


@given(st.integers(1, 4), st.integers(1, 3), sides, sides, st.integers(0, 10**6))
def test_each_image_is_itself_or_its_mirror_image(count, channels, height, width, seed):
    batch = images(count, channels, height, width)
    for image, result in zip(batch, flip(batch, draw(seed)), strict=True):
        assert torch.equal(result, image) or torch.equal(result, image.flip(2))


def test_all_shifts_and_both_mirror_images_are_equally_likely():
    batch = torch.arange(20.0).expand(6000, 1, 20, 20)
    first = shift(batch, draw(0))[:, 0, 0, 10]
    counts = (first - 10).long().add(2).bincount(minlength=5)
    # five shifts, each 1200 times give or take four standard deviations
    assert ((counts - 1200).abs() < 4 * (6000 * 0.2 * 0.8) ** 0.5).all()
    mirrored = int((flip(batch, draw(0))[:, 0, 0, 0] == 19).sum())
    assert abs(mirrored - 3000) < 4 * (6000 * 0.25) ** 0.5


@pytest.mark.parametrize("name", ["none", "shift", "flip", "shift-flip"])
def test_a_recipe_names_its_augmentation(name):
    augment = make_augmentation(Recipe(augment=name), (1, 20, 20))
    batch = images(64, 1, 20, 20)
    same = (augment(batch, draw(0)) == batch).flatten(1).all(1)
    changed = {"none": 0.0, "shift": 24 / 25, "flip": 0.5, "shift-flip": 1 - 1 / 50}[name]
    assert float((~same).float().mean()) == pytest.approx(changed, abs=0.2)
    assert torch.equal(augment(batch, draw(7)), augment(batch, draw(7)))


def test_the_global_random_state_takes_no_part():
    before = torch.get_rng_state()
    make_augmentation(Recipe(augment="shift-flip"), (1, 8, 8))(images(3, 1, 8, 8), draw(0))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("shape", [(29,), (4, 8)])
def test_rows_of_a_table_are_refused(shape):
    with pytest.raises(CandidateError, match=r"recipe.augment = 'flip' changes images .* leave augment out"):
        make_augmentation(Recipe(augment="flip"), shape)
    make_augmentation(Recipe(), shape)


@pytest.mark.parametrize("name", ["shift", "flip", "shift-flip", "corner-crop", "corner-crop-flip"])
def test_every_frame_of_a_clip_is_changed_alike(name):
    augment = make_augmentation(Recipe(augment=name), (3, 4, 20, 20))
    still = images(16, 3, 20, 20).mul(40).add(128).clamp(0, 255).to(torch.uint8)[:, :, None].expand(-1, -1, 4, -1, -1)
    changed = augment(still, draw(0))
    assert changed.dtype == torch.uint8
    assert torch.equal(changed, changed[:, :, :1].expand_as(changed))
    assert not torch.equal(changed, still)
    assert torch.equal(augment(still, draw(0)), changed)


@pytest.mark.parametrize(
    ("shape", "told"), [((3, 8, 8), "take one of shift, flip, shift-flip, or"), ((29,), "; leave augment out")]
)
def test_a_crop_at_a_corner_is_of_clips(shape, told):
    with pytest.raises(CandidateError, match=rf"'corner-crop' changes clips .*{told}"):
        make_augmentation(Recipe(augment="corner-crop"), shape)
