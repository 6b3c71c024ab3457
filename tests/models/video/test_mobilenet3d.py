import pytest

from netwright.models.video.mobilenet3d import mobilenet3d


def by_hand(classes: int) -> int:
    total, entering = 3 * 32 * 27 + 2 * 32, 32
    for outputs in (64, 128, 128, 256, 256, *[512] * 6, 1024, 1024):
        total += 27 * entering + 2 * entering + entering * outputs + 2 * outputs
        entering = outputs
    return total + entering * classes + classes


def test_the_counts_are_those_of_the_literature(count):
    parameters, multiply_adds = count(mobilenet3d, 101)
    assert parameters == by_hand(101) == 3_401_509
    assert multiply_adds == pytest.approx(232.5, abs=0.05)


def test_the_paper_counts_a_head_of_600_classes(count):
    assert round(count(mobilenet3d, 600)[0] / 1e6, 2) == 3.91


def test_clips_of_any_size_are_answered(answers):
    assert answers(mobilenet3d, width=0.1) == [(2, 5)] * 3
