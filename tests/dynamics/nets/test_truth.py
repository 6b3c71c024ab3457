"""The counts by hand against the oracle, network by network, and the symmetries that slices cannot show."""

from collections.abc import Mapping

import pytest
import torch
from tests.dynamics.nets import NETS, Net
from tests.dynamics.nets.attention import HEADS, WIDTH
from tests.dynamics.nets.truth import mixtures, probes, residual, survey
from torch import Tensor

BY_NAME = {net.name: net for net in NETS}
Tensors = Mapping[str, Tensor]


@pytest.mark.parametrize("net", NETS, ids=BY_NAME)
def test_the_symmetries_of_slices_are_those_counted_by_hand(net: Net):
    found = survey(net)
    diagonal = sum(family.diagonal for family in net.expected)
    assert found.scales.dimension == net.count("scale") + net.count("rescale") + diagonal
    assert found.translations.dimension == net.count("translation")
    for space in (found.scales, found.translations):
        assert space.largest_null < 1e-13
        assert space.smallest_other > 1e-3
    unseen = {name: family.count for family in net.expected if family.kind == "null" for name in family.parameters}
    assert found.null == unseen


def test_names_are_unique_and_every_family_moves_parameters_of_the_network():
    assert len(BY_NAME) == len(NETS)
    for net in NETS:
        names = {name for name, _ in net.model().named_parameters()}
        assert all(family.parameters and set(family.parameters) <= names for family in net.expected), net.name


def _head(values: Tensors, name: str, head: int) -> Tensor:
    """Return the rows of a head with its bias: (WIDTH, inputs + 1)."""
    rows = slice(head * WIDTH, (head + 1) * WIDTH)
    return torch.cat([values[f"{name}.weight"][rows], values[f"{name}.bias"][rows, None]], 1)


def _columns(values: Tensors, head: int) -> Tensor:
    return values["out.weight"][:, head * WIDTH : (head + 1) * WIDTH].T


# Rotary turns commute with the turn of each of 2 pairs as well as with its multiple: 4, of which 2 have a charge. A
# norm leaves X = 1, the difference of the two scales; the layer norm also 1 1^T, a shift of both along ones.
@pytest.mark.parametrize(
    ("name", "dimension"),
    [
        ("attention", WIDTH**2),
        ("attention, rotary", WIDTH),
        ("attention, queries and keys through RMS norm", 1),
        ("attention, queries and keys through layer norm", 2),
    ],
)
def test_queries_and_keys_of_one_head_mix_as_counted(name, dimension):
    for head in range(HEADS):
        found = mixtures(BY_NAME[name], lambda v, h=head: (_head(v, "query", h), _head(v, "key", h)))
        assert found.dimension == dimension


@pytest.mark.parametrize("name", ["attention", "attention, rotary", "attention, queries and keys through layer norm"])
def test_values_and_outputs_of_one_head_mix_in_any_way(name):
    for head in range(HEADS):
        found = mixtures(BY_NAME[name], lambda v, h=head: (_head(v, "value", h), _columns(v, h)))
        assert found.dimension == WIDTH**2


def test_heads_of_queries_that_share_keys_mix_only_together():
    shared, turned = (BY_NAME[f"attention, grouped queries{rest}"] for rest in ("", ", rotary"))

    def queries(v: Tensors, heads: range) -> Tensor:
        return torch.cat([_head(v, "query", head) for head in heads], 1)

    together = range(HEADS)
    assert mixtures(shared, lambda v: (queries(v, together), _head(v, "key", 0))).dimension == WIDTH**2
    assert mixtures(turned, lambda v: (queries(v, together), _head(v, "key", 0))).dimension == WIDTH
    assert mixtures(shared, lambda v: (_head(v, "query", 0), _head(v, "key", 0))).dimension == 0
    outputs = mixtures(shared, lambda v: (_head(v, "value", 0), torch.cat([_columns(v, h) for h in together], 1)))
    assert outputs.dimension == WIDTH**2


def test_a_linear_stream_mixes_in_any_way_and_a_rectified_one_by_channels_only():
    def stream(v: Tensors) -> tuple[Tensor, Tensor]:
        writers = [v["stem.weight"], v["stem.bias"][:, None], v["branch.2.weight"], v["branch.2.bias"][:, None]]
        return torch.cat(writers, 1), torch.cat([v["branch.0.weight"].T, v["head.weight"].T], 1)

    assert mixtures(BY_NAME["linear residual stream"], stream).dimension == 16
    assert mixtures(BY_NAME["residual stream"], stream).dimension == 4


def test_a_single_writer_of_a_stream_is_no_partner():
    def one(values: Tensors) -> Tensors:
        grown = {name: values[name] for name in ("stem.weight", "stem.bias")}
        return {**grown, "head.weight": -values["head.weight"]}

    assert residual(BY_NAME["residual stream"], one) > 1e-3


def test_bias_and_beta_of_a_frozen_batch_norm_shear():
    net = BY_NAME["batch norm in evaluation"]
    for channel in range(4):
        for model, values, gradients in probes(net, 5):
            undone = values["1.weight"][channel] / model[1].running_var[channel].sqrt()
            along = gradients["0.bias"][channel] - undone * gradients["1.bias"][channel]
            assert abs(along) < 1e-13 * gradients["0.bias"].norm()


def test_a_frozen_batch_norm_has_a_charge_about_its_running_mean():
    for model, values, gradients in probes(BY_NAME["batch norm in evaluation"], 5):
        rows = (gradients["0.weight"] * values["0.weight"]).sum((1, 2, 3))
        shifted = gradients["0.bias"] * (values["0.bias"] - model[1].running_mean)
        gains = gradients["1.weight"] * values["1.weight"]
        assert (rows + shifted - gains).norm() < 1e-13 * gains.norm() + 1e-15
        assert (rows + gradients["0.bias"] * values["0.bias"] - gains).norm() > 1e-3 * gains.norm()


def test_shifts_of_the_values_are_undone_by_the_output():
    shift = torch.randn(HEADS * WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    def direction(values: Tensors) -> Tensors:
        return {"value.bias": shift, "out.bias": -values["out.weight"] @ shift}

    assert residual(BY_NAME["attention"], direction) < 1e-14


@pytest.mark.parametrize("net", [net for net in NETS if net.count("scale")], ids=lambda net: net.name)
def test_scales_by_a_normalisation_hold_up_to_its_epsilon_only(net: Net):
    for family in net.expected:
        if family.kind == "scale":

            def direction(values: Tensors, names=family.parameters) -> Tensors:
                return {name: values[name] for name in names}

            assert residual(net, direction) < 1e-13
            assert (residual(net, direction, epsilon=True) < 1e-13) == family.exact
