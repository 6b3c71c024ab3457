import pytest
from torch import nn

from netwright.models.video.r2plus1d import r2plus1d


def test_the_counts_are_those_of_torchvision(count):
    # documentation of R2Plus1D_18_Weights.KINETICS400_V1: num_params 31505325, 40.52 GFLOPS for 16 frames of 112x112
    parameters, multiply_adds = count(r2plus1d, 400)
    assert parameters == 31_505_325
    assert multiply_adds / 1e3 == pytest.approx(40.52, abs=0.005)


def test_101_classes_leave_31_35_million(count):
    assert count(r2plus1d, 101)[0] == 31_505_325 - 299 * 513


def test_every_kernel_is_split():
    kernels = {
        part.kernel_size for part in r2plus1d((3, 8, 32, 32), 5, width=0.1).modules() if isinstance(part, nn.Conv3d)
    }
    assert kernels == {(1, 7, 7), (3, 1, 1), (1, 3, 3), (1, 1, 1)}


@pytest.mark.parametrize("depth", [18, 34])
def test_clips_of_any_size_are_answered(answers, depth):
    assert answers(r2plus1d, width=0.1, depth=depth) == [(2, 5)] * 3
