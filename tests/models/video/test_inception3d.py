import pytest

from netwright.models.video.inception3d import inception3d


def test_the_parameters_are_those_of_the_literature(count):
    # 12,697,264 with the 400 classes of Kinetics (the released code), so 299 fewer rows of 1024 and a bias
    parameters, multiply_adds = count(inception3d, 101)
    assert parameters == 12_697_264 - 299 * 1025 == 12_390_789
    assert multiply_adds == pytest.approx(6_982.7, abs=0.05)


def test_the_published_clips_take_111_billion_multiply_adds(count):
    assert count(inception3d, 101, (3, 64, 224, 224))[1] == pytest.approx(111_150, abs=1)


def test_clips_of_any_size_are_answered(answers):
    assert answers(inception3d, width=0.1) == [(2, 5)] * 3
