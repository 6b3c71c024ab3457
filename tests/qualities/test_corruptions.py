import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch import nn

from netwright.qualities import corruptions
from netwright.qualities.corruptions import CORRUPTIONS, corruption_accuracy, measure
from netwright.qualities.pixels import from_brightness, to_brightness
from netwright.records.errors import InputError


def pictures(n=20, side=28, channels=1, seed=0):
    return torch.rand(n, channels, side, side, generator=torch.Generator().manual_seed(seed))


def generator():
    return torch.Generator().manual_seed(3)


def test_noise_has_its_spread_and_no_bias():
    added = corruptions.noise(pictures(200), generator()) - pictures(200)
    assert float(added.std()) == pytest.approx(0.1, rel=0.01)
    assert abs(float(added.mean())) < 0.001


@pytest.mark.parametrize("side", [28, 56])
def test_blur_is_a_gaussian_filter(side):
    clean = pictures(2, side, channels=3)
    found = corruptions.blur(clean, generator())
    sigma = side / 28
    oracle = gaussian_filter(
        clean.numpy(), (0, 0, sigma, sigma), mode="nearest", radius=(0, 0, 3 * side // 28, 3 * side // 28)
    )
    assert np.allclose(found.numpy(), oracle, atol=1e-5)


def test_contrast_keeps_the_mean_of_each_image():
    clean = pictures(channels=3)
    found = corruptions.contrast(clean, generator())
    assert torch.allclose(found.mean((1, 2, 3)), clean.mean((1, 2, 3)), atol=1e-6)
    assert torch.allclose(found.std((1, 2, 3)), 0.4 * clean.std((1, 2, 3)), atol=1e-6)


def test_brightness_is_added():
    assert torch.allclose(corruptions.brighten(pictures(), generator()) - pictures(), torch.tensor(0.25))


def test_an_object_covers_a_ninth_somewhere():
    clean = pictures(300, 27) * 0.4
    covered = corruptions.occlude(clean, generator()) == 0.5
    assert bool((covered.sum((1, 2, 3)) == 81).all())
    corners = torch.stack([covered.any(3).int().argmax(2)[:, 0], covered.any(2).int().argmax(2)[:, 0]], 1)
    assert corners.amin(0).tolist() == [0, 0]
    assert corners.amax(0).tolist() == [18, 18]


@pytest.mark.parametrize("name", sorted(CORRUPTIONS))
def test_a_corruption_follows_from_its_seed(name):
    first, again = (CORRUPTIONS[name](pictures(), generator()) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == pictures().shape
    assert not torch.equal(first, pictures())


class Bright(nn.Module):
    """Says 1 where the mean brightness exceeds a half, and counts what it saw."""

    def forward(self, x):
        mean = to_brightness(x).mean((1, 2, 3))
        return torch.stack([torch.zeros_like(mean), mean - 0.5], 1)


def test_is_the_mean_of_the_accuracies_done_slowly():
    # grey of 0.4 is pushed over a half by brightness alone: 0.65; a square of 0.5 adds a ninth of 0.1
    inputs, labels = from_brightness(torch.full((40, 1, 12, 12), 0.4)), torch.zeros(40, dtype=torch.int64)
    found = corruption_accuracy(Bright(), inputs, labels)
    assert found.value == pytest.approx(4 / 5)
    assert found.notes[1] == ("clean 1.000; noise 1.000, blur 1.000, contrast 1.000, brightness 0.000, occlusion 1.000")
    assert found.low < 0.8 < found.high  # every image scores alike: Wilson's interval stands in


def test_inputs_stay_between_black_and_white():
    seen = []

    class Watching(nn.Module):
        def forward(self, x):
            seen.append(x.aminmax())
            return torch.zeros(len(x), 2)

    corruption_accuracy(Watching(), from_brightness(pictures()), torch.zeros(20, dtype=torch.int64))
    assert len(seen) == 6
    assert all(low >= -2 and high <= 2 for low, high in seen)


def test_the_interval_covers_at_its_level(stripes):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    images, labels = stripes(3000, seed=0)
    torch.manual_seed(0)
    with torch.no_grad():
        for k in range(3):
            model[1].weight[k] = images[labels == k].mean(0).flatten() + torch.randn(64)
    images, labels = stripes(30_000, seed=7)
    shuffled = torch.randperm(30_000)  # classes in turn would be a better sample than the interval assumes
    images, labels = images[shuffled], labels[shuffled]
    truth = corruption_accuracy(model, images, labels).value
    held = 0
    for part in range(150):
        some = slice(part * 200, (part + 1) * 200)
        found = corruption_accuracy(model, images[some], labels[some], seed=part)
        held += found.low <= truth <= found.high
    assert 0.84 <= held / 150 <= 0.96


def test_rows_of_a_table_are_not_corrupted(evidence):
    from dataclasses import replace

    with pytest.raises(InputError, match=r"shape \(3, 5\)"):
        corruption_accuracy(evidence.model, torch.zeros(3, 5), torch.zeros(3, dtype=torch.int64))
    (found,) = measure(replace(evidence, inputs=torch.zeros(200, 5)))
    assert "no images" in found.reason
