import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.resnet import CIFAR_DEPTHS, PaddedShortcut, ResidualBlock, resnet
from netwright.records.errors import CandidateError


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


# torchvision's documentation of ResNet{18,34,50}_Weights: num_params, and GFLOPS, which counts multiply-adds
@pytest.mark.parametrize(
    ("depth", "count", "billions"), [(18, 11_689_512, 1.81), (34, 21_797_672, 3.66), (50, 25_557_032, 4.09)]
)
def test_the_imagenet_forms_have_the_parameters_and_multiply_adds_of_the_literature(depth, count, billions):
    with torch.device("meta"):
        network = resnet((3, 224, 224), 1000, depth=depth).eval()
        with FlopCounterMode(display=False) as counter:
            network(torch.zeros(1, 3, 224, 224))
    assert parameters(network) == count
    assert counter.get_total_flops() / 2e9 == pytest.approx(billions, abs=0.01)


# He et al. 2016, table 6: 0.27 M, 0.46 M, 0.66 M, 0.85 M, 1.7 M; to the digit: the counts without shortcut parameters
# in "Proper ResNet Implementation for CIFAR10/CIFAR100 in PyTorch" (Y. Idelbayev), plus its batch normalisations
@pytest.mark.parametrize(
    ("depth", "count", "millions"),
    [(20, 269_722, 0.27), (32, 464_154, 0.46), (44, 658_586, 0.66), (56, 853_018, 0.85), (110, 1_727_962, 1.7)],
)
def test_the_cifar_forms_have_the_parameters_of_the_paper(depth, count, millions):
    with torch.device("meta"):
        found = parameters(resnet((3, 32, 32), 10, depth=depth))
    assert found == count
    assert found / 1e6 == pytest.approx(millions, abs=0.03 if depth == 110 else 0.005)


@pytest.mark.parametrize("depth", [8, 20, 18, 34, 50])
def test_depth_counts_the_layers_with_weights_without_projections(depth):
    with torch.device("meta"):
        network = resnet((3, 32, 32), 10, depth=depth)
    in_residuals = sum(
        isinstance(layer, nn.Conv2d)
        for block in network.modules()
        if isinstance(block, ResidualBlock)
        for layer in block.residual
    )
    assert in_residuals + 2 == depth


def test_small_images_keep_their_sides_in_the_stem_of_an_imagenet_form():
    with torch.device("meta"):
        small, large = (resnet((3, side, side), 10, depth=18) for side in (95, 96))
    assert (small[0].kernel_size, large[0].kernel_size) == ((3, 3), (7, 7))


def test_the_shortcut_without_parameters_is_option_a():
    x = torch.arange(32.0).reshape(1, 2, 4, 4)
    y = PaddedShortcut(2, 4, 2)(x)
    assert y.shape == (1, 4, 2, 2)
    assert not y[:, [0, 3]].any()
    assert torch.equal(y[:, 1:3], x[:, :, ::2, ::2])


def test_a_block_whose_residual_is_zero_is_the_rectified_shortcut():
    x = torch.randn(1, 2, 3, 3)
    zero = nn.Conv2d(2, 2, 1)
    nn.init.zeros_(zero.weight)
    nn.init.zeros_(zero.bias)
    assert torch.equal(ResidualBlock(zero, nn.Identity())(x), x.relu())


def test_dropout_acts_in_every_residual_branch_between_its_convolutions():
    for depth in (8, 18, 50):
        with torch.device("meta"):
            blocks = [
                m for m in resnet((1, 28, 28), 10, depth=depth, dropout=0.3).modules() if isinstance(m, ResidualBlock)
            ]
        for block in blocks:
            kinds = [type(layer).__name__ for layer in block.residual]
            assert "Conv2d" in kinds[: kinds.index("Dropout")]
            assert "Conv2d" in kinds[kinds.index("Dropout") :]


def test_cifar_depths_leave_out_those_of_the_imagenet_forms():
    assert 20 in CIFAR_DEPTHS
    assert 50 not in CIFAR_DEPTHS


def test_filters_take_the_place_of_the_published_channels():
    assert parameters(resnet((1, 28, 28), 10, depth=8, filters=[16, 32, 64])) == parameters(
        resnet((1, 28, 28), 10, depth=8)
    )


@pytest.mark.parametrize("filters", [[32, 32, 64, 64], [32, 64, 64, 32], [8], [8, 16, 32, 64, 128, 256]])
def test_a_cifar_form_may_have_other_stages(filters):
    network = resnet((1, 28, 28), 10, depth=8, filters=filters, dropout=0.1).eval()
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert network[-1].in_features == filters[-1]


@pytest.mark.parametrize(("depth", "filters"), [(18, [16, 32, 64]), (8, []), (8, [16, 0, 64]), (8, [16, 2.5, 64])])
def test_filters_that_cannot_be(depth, filters):
    with pytest.raises(CandidateError, match=r"resnet\.filters"):
        resnet((1, 28, 28), 10, depth=depth, filters=filters)
