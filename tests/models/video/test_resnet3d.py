import pytest
import torch
from torch.nn import functional

from netwright.models.video.resnet3d import PaddedClipShortcut, resnet3d
from netwright.records.errors import CandidateError

PROJECTED = 64 * 256 + 256 * 512 + 512 * 1024 + 1024 * 2048 + 2 * (256 + 512 + 1024 + 2048)
"""Parameters of the four projections of a bottleneck network, and of their normalisations."""


def test_the_counts_are_those_of_the_literature(count):
    parameters, multiply_adds = count(resnet3d, 101, depth=50)
    assert parameters == 46_405_925
    assert multiply_adds == pytest.approx(10_068.7, abs=0.05)


@pytest.mark.parametrize(("depth", "millions"), [(18, 33.2), (34, 63.5), (101, 85.2)])
def test_other_depths_have_the_parameters_of_the_literature(count, depth, millions):
    # Hara et al. 2018, table 2 of the code's documentation, with 101 classes in place of 400
    assert count(resnet3d, 101, depth=depth)[0] / 1e6 == pytest.approx(millions, rel=0.005)


def test_shortcut_a_saves_the_projections(count):
    projected, padded = (count(resnet3d, 101, depth=50, shortcut=letter)[0] for letter in "BA")
    assert projected - padded == PROJECTED


def test_the_shortcut_without_parameters_is_a_mean_over_one_pixel_then_zeros():
    x = torch.rand(2, 3, 5, 6, 7)
    expected = torch.cat([functional.avg_pool3d(x, 1, 2), torch.zeros(2, 4, 3, 3, 4)], dim=1)
    assert torch.equal(PaddedClipShortcut(3, 7, 2)(x), expected)


@pytest.mark.parametrize("options", [{"depth": 18}, {"depth": 50, "shortcut": "A"}])
def test_clips_of_any_size_are_answered(answers, options):
    assert answers(resnet3d, width=0.1, **options) == [(2, 5)] * 3


@pytest.mark.parametrize(("options", "message"), [({"depth": 20}, "depth"), ({"shortcut": "C"}, "shortcut")])
def test_senseless_options_are_refused(options, message):
    with pytest.raises(CandidateError, match=f"resnet3d.{message}"):
        resnet3d((3, 16, 32, 32), 5, **options)
