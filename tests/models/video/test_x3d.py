import pytest
import torch

from netwright.models.video.clip_squeeze_excite import ClipSqueezeExcite
from netwright.models.video.x3d import X3DBlock, x3d


@pytest.mark.parametrize(("frames", "side", "billions"), [(4, 160, 0.61), (13, 160, 1.96), (16, 224, 4.73)])
def test_the_counts_are_those_of_the_paper(count, frames, side, billions):
    # Feichtenhofer 2020, table 3 and its code: X3D-XS, -S and -M have 3.79 M parameters with 400 classes
    parameters, multiply_adds = count(x3d, 400, (3, frames, side, side))
    assert round(parameters / 1e6, 2) == 3.79
    assert round(multiply_adds / 1e3, 2) == billions


def test_every_second_block_of_a_stage_weighs_its_channels():
    blocks = [part for part in x3d((3, 4, 32, 32), 5, width=0.5).modules() if isinstance(part, X3DBlock)]
    weighs = [any(isinstance(part, ClipSqueezeExcite) for part in block.modules()) for block in blocks]
    assert weighs == [index % 2 == 0 for blocks in (3, 5, 11, 7) for index in range(blocks)]


def test_time_is_never_strided():
    features = x3d((3, 5, 32, 32), 5, width=0.5, depth=1)[:-8]
    assert features(torch.zeros(1, 3, 5, 32, 32)).shape[2] == 5


def test_clips_of_any_size_are_answered(answers):
    assert answers(x3d, width=0.25, depth=1) == [(2, 5)] * 3
