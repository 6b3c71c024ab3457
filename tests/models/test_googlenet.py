import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.googlenet import DEPTHS, MODULES, googlenet


def published(**options) -> nn.Module:
    with torch.device("meta"):
        return googlenet((3, 224, 224), 1000, **options).eval()


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def by_hand() -> int:
    # table 1 of the paper, each convolution with inputs * outputs * side^2 weights and one bias an output
    def convolution(inputs: int, outputs: int, side: int) -> int:
        return inputs * outputs * side**2 + outputs

    total = convolution(3, 64, 7) + convolution(64, 64, 1) + convolution(64, 192, 3)
    inputs = 192
    for point, reduce_3, middle, reduce_5, wide, pooled in MODULES.values():
        total += convolution(inputs, point, 1) + convolution(inputs, reduce_3, 1) + convolution(reduce_3, middle, 3)
        total += convolution(inputs, reduce_5, 1) + convolution(reduce_5, wide, 5) + convolution(inputs, pooled, 1)
        inputs = point + middle + wide + pooled
    return total + inputs * 1000 + 1000


def test_the_published_form_has_the_parameters_of_the_paper():
    network = published(norm=False)
    auxiliary = sum(128 * c + 128 + 2048 * 1024 + 1024 + 1024 * 1000 + 1000 for c in (512, 528))
    assert by_hand() == 6_998_552
    assert auxiliary == 6_379_728
    assert parameters(network) - parameters(network.auxiliary) == by_hand()
    assert parameters(network) == by_hand() + auxiliary == 13_378_280


def test_the_widely_used_form_has_the_parameters_of_its_documentation():
    # torchvision's documentation of GoogLeNet_Weights.IMAGENET1K_V1: num_params 6624904, without auxiliary classifiers
    network = published(kernel=3)
    assert parameters(network) - parameters(network.auxiliary) == 6_624_904
    assert parameters(published(kernel=3, auxiliary=False)) == 6_624_904
    assert parameters(network) == 13_004_888


def test_the_default_form_swaps_each_bias_for_a_scale_and_a_shift():
    # 57 convolutions and 2 auxiliary ones have 7280 + 256 outputs
    assert parameters(published()) == 13_378_280 + 7_280 + 256
    assert parameters(published(auxiliary=False)) == 6_998_552 + 7_280


@pytest.mark.parametrize(("kernel", "billions"), [(5, 1.58), (3, 1.50)])
def test_the_multiply_adds_are_those_of_the_literature(kernel, billions):
    # Szegedy et al. 2015, section 1: a budget of 1.5 G multiply-adds; torchvision's documentation: 1.50 for kernel 3
    network = published(kernel=kernel)
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, 224, 224, device="meta"))
    assert counter.get_total_flops() / 2e9 == pytest.approx(billions, abs=0.01)


def test_the_maps_of_the_published_form_have_the_sides_and_channels_of_table_1():
    x = torch.zeros(1, 3, 224, 224, device="meta")
    seen = {}
    for name, part in published().parts.items():
        x = part(x)
        seen[name] = tuple(x.shape[1:])
    assert seen["stem"] == (192, 28, 28)
    assert [seen[name] for name in MODULES] == [
        *[(256, 28, 28), (480, 28, 28)],
        *[(512, 14, 14), (512, 14, 14), (512, 14, 14), (528, 14, 14), (832, 14, 14)],
        *[(832, 7, 7), (1024, 7, 7)],
    ]
    assert seen["features"] == (1024,)


@pytest.mark.parametrize("depth", DEPTHS)
def test_depth_counts_the_layers_with_weights_on_the_deepest_path(depth):
    network = googlenet((1, 28, 28), 10, depth=depth, width=0.05)
    modules = [name for name in network.parts if name in MODULES]
    assert depth == 3 + 2 * len(modules) + 1
    assert {name[0] for name in modules} == {"3", "4", "5"}
    assert modules[-1] == "5b"


@pytest.mark.parametrize(
    ("depth", "readers"), [(22, ["4a", "4d"]), (18, ["4a", "4d"]), (16, ["3b", "4e"]), (10, ["3b", "4e"])]
)
def test_the_auxiliary_classifiers_read_where_the_paper_says_or_the_ends_of_stages(depth, readers):
    assert list(googlenet((1, 28, 28), 10, depth=depth, width=0.05).auxiliary) == readers


def test_auxiliary_logits_come_in_training_only():
    network, x = googlenet((1, 8, 8), 10, depth=10, width=0.05), torch.zeros(2, 1, 8, 8)
    assert isinstance(network.train()(x), tuple)
    assert isinstance(network.eval()(x), torch.Tensor)
    assert isinstance(googlenet((1, 8, 8), 10, depth=10, width=0.05, auxiliary=False).train()(x), torch.Tensor)


@pytest.mark.parametrize("side", [3, 15, 16, 95, 96, 101])
def test_sides_around_the_changes_of_stem_work(side):
    network = googlenet((1, side, side + 9), 10, depth=10, width=0.05)
    assert [len(logits) for logits in network(torch.zeros(2, 1, side, side + 9))] == [2, 2, 2]
