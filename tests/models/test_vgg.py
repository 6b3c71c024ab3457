import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.vgg import STAGES, vgg
from netwright.records.errors import CandidateError

# torchvision's documentation of VGG{11,13,16,19}_Weights and VGG{11,13,16,19}_BN_Weights: num_params, and GFLOPS, which
# counts multiply-adds; Simonyan and Zisserman 2015, table 2: 133, 133, 138 and 144 million
PUBLISHED = [
    (11, 132_863_336, 132_868_840, 7.61),
    (13, 133_047_848, 133_053_736, 11.31),
    (16, 138_357_544, 138_365_992, 15.47),
    (19, 143_667_240, 143_678_248, 19.63),
]


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def on_meta(*arguments, **options) -> nn.Module:
    with torch.device("meta"):
        return vgg(*arguments, **options)


@pytest.mark.parametrize(("depth", "plain", "normalised", "billions"), PUBLISHED)
def test_the_published_forms_have_the_parameters_and_multiply_adds_of_the_literature(
    depth, plain, normalised, billions
):
    network = on_meta((3, 224, 224), 1000, depth=depth, norm="none").eval()
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, 224, 224))
    assert parameters(network) == plain
    assert parameters(on_meta((3, 224, 224), 1000, depth=depth, norm="batch")) == normalised
    assert counter.get_total_flops() / 2e9 == pytest.approx(billions, abs=0.01)


# Frankle and Carbin 2019, section 4: VGG-19 on CIFAR-10 has 20.0 M weights; for 16: kuangliu/pytorch-cifar, 14.7 M
@pytest.mark.parametrize(("depth", "count", "millions"), [(16, 14_728_266, 14.7), (19, 20_040_522, 20.0)])
def test_the_forms_for_small_images_have_the_parameters_of_the_literature(depth, count, millions):
    found = parameters(on_meta((3, 32, 32), 10, depth=depth))
    assert found == count
    assert found / 1e6 == pytest.approx(millions, abs=0.05)


@pytest.mark.parametrize("depth", STAGES)
def test_depth_counts_the_layers_with_weights_of_the_published_form(depth):
    large, small = (on_meta((3, side, side), 10, depth=depth) for side in (96, 95))
    count = [sum(isinstance(m, nn.Conv2d | nn.Linear) for m in network.modules()) for network in (large, small)]
    assert count == [depth, depth - 2]


@pytest.mark.parametrize(
    ("side", "last"), [(8, 1), (28, 1), (32, 1), (33, 2), (64, 2), (95, 3), (96, 3), (224, 7), (256, 8)]
)
def test_the_five_poolings_round_up(side, last):
    network = on_meta((1, side, side), 10, depth=11, width=0.1)
    before_the_head = next(i for i, layer in enumerate(network) if isinstance(layer, nn.AdaptiveAvgPool2d))
    x = torch.zeros(2, 1, side, side, device="meta")
    assert network[:before_the_head](x).shape[2:] == (last, last)
    assert network(x).shape == (2, 10)


def test_a_single_convolution_differs_between_the_norms_by_its_normalisation_only():
    plain, normalised = (vgg((1, 8, 8), 3, depth=11, width=0.1, norm=norm) for norm in ("none", "batch"))
    kinds = [[type(layer) for layer in network] for network in (plain, normalised)]
    assert [kind for kind in kinds[1] if kind is not nn.BatchNorm2d] == kinds[0]
    assert all(kinds[1][i + 1] is nn.BatchNorm2d for i, kind in enumerate(kinds[1]) if kind is nn.Conv2d)


def test_dropout_silences_the_inputs_of_the_layers_after_the_features():
    for side, count in ((28, 1), (96, 2)):
        layers = list(on_meta((1, side, side), 10, depth=11, dropout=0.3))
        after = [layers[i + 1] for i, layer in enumerate(layers) if isinstance(layer, nn.Dropout)]
        assert [layer.p for layer in layers if isinstance(layer, nn.Dropout)] == [0.3] * count
        assert all(isinstance(layer, nn.Linear) for layer in after)


@pytest.mark.parametrize(("option", "value"), [("depth", 12), ("norm", "layer"), ("norm", True), ("dropout", 1)])
def test_values_that_cannot_be(option, value):
    with pytest.raises(CandidateError, match=rf"vgg\.{option}"):
        vgg((1, 28, 28), 10, **{option: value})
