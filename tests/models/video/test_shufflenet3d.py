import pytest
import torch
from torch import nn

from netwright.models.video.shufflenet3d import Unit3D, halved_shortcut, shufflenet3d
from netwright.records.errors import CandidateError


def unit_by_hand(inputs: int, outputs: int, groups: int, *, first: bool, ungrouped: bool) -> int:
    middle, leaving = outputs // 4, outputs - inputs if first else outputs
    convolutions = inputs * middle // (1 if ungrouped else groups) + 27 * middle + middle * leaving // groups
    return convolutions + 2 * (middle + middle + leaving)


def by_hand(stem: int, stages: tuple[int, ...], groups: int, classes: int) -> int:
    total, entering = 3 * stem * 27 + 2 * stem, stem
    for outputs, units in zip(stages, (4, 8, 4), strict=True):
        for index in range(units):
            total += unit_by_hand(entering, outputs, groups, first=index == 0, ungrouped=entering == 24)
            entering = outputs
    return total + entering * classes + classes


@pytest.mark.parametrize(
    ("width", "stem", "stages", "parameters", "millions"),
    [(0.5, 12, (120, 240, 480), 305_753, 71.7), (1.0, 24, (240, 480, 960), 1_041_965, 187.2)],
)
def test_the_counts_are_those_of_the_literature(count, width, stem, stages, parameters, millions):
    found, multiply_adds = count(shufflenet3d, 101, width=width)
    assert found == parameters == by_hand(stem, stages, 3, 101)
    assert multiply_adds == pytest.approx(millions, abs=0.05)


@pytest.mark.parametrize(("width", "published"), [(0.5, 0.55), (1.0, 1.52)])
def test_the_paper_counts_a_head_of_600_classes(count, width, published):
    assert round(count(shufflenet3d, 600, width=width)[0] / 1e6, 2) == published


@pytest.mark.parametrize(("groups", "stages"), [(1, (144, 288, 576)), (4, (272, 544, 1088)), (8, (384, 768, 1536))])
def test_other_groups_have_the_channels_of_the_literature(count, groups, stages):
    assert count(shufflenet3d, 101, groups=groups)[0] == by_hand(24, stages, groups, 101)


def test_a_stem_of_24_channels_alone_is_read_without_groups():
    firsts = [Unit3D(channels, 120, 3, starts=True).residual[0].groups for channels in (12, 24, 48)]
    assert firsts == [3, 1, 3]


def test_clips_of_any_size_are_answered(answers):
    assert answers(shufflenet3d, width=0.25) == [(2, 5)] * 3


def test_an_even_clip_is_halved_by_means_of_2x3x3():
    x = torch.rand(2, 3, 6, 7, 8)
    expected = nn.AvgPool3d((2, 3, 3), stride=2, padding=(0, 1, 1))(x)
    torch.testing.assert_close(halved_shortcut()(x), expected)
    torch.testing.assert_close(halved_shortcut()(x[:, :, :5])[:, :, :2], expected[:, :, :2])


@pytest.mark.parametrize(
    ("options", "message"), [({"groups": 5}, "groups"), ({"width": 0}, "width"), ({"dropout": 1}, "dropout")]
)
def test_senseless_options_are_refused(options, message):
    with pytest.raises(CandidateError, match=f"shufflenet3d.{message}"):
        shufflenet3d((3, 16, 32, 32), 5, **options)
