"""The counts by hand of the networks of the literature: formulas against the oracle on small sizes, and as figures."""

from functools import partial

import pytest
import torch
from tests.dynamics.nets.large import (
    PreNormTransformer,
    Sizes,
    pre_norm_families,
    resnet_families,
    total,
    vgg_families,
)
from tests.dynamics.nets.net import Net
from tests.dynamics.nets.truth import survey

from netwright.models.resnet import resnet
from netwright.models.vgg import vgg

CROSS_ENTROPY = torch.nn.CrossEntropyLoss()
SMALL = Sizes(layers=2, width=4, heads=2, hidden=5, vocabulary=6, positions=4)


def check(net: Net, zero: float = 1e-9) -> None:
    found = survey(net, zero)
    diagonal = sum(family.diagonal for family in net.expected)
    assert found.scales.dimension == net.count("scale") + net.count("rescale") + diagonal
    assert found.translations.dimension == net.count("translation")
    assert sum(found.null.values()) == net.count("null")
    for space in (found.scales, found.translations):
        assert space.largest_null < zero / 10
        assert space.smallest_other > 1000 * zero


def moved(net: Net, prefix: str = "") -> None:
    """Check that families name parameters that are there."""
    names = {name for name, _ in net.model().named_parameters()}
    assert {prefix + name for family in net.expected for name in family.parameters} <= names


def test_a_narrow_vgg():
    make = partial(vgg, (1, 32, 32), 3, depth=11, width=1 / 48, dropout=0.0)
    check(Net("vgg", make, (12, 1, 32, 32), vgg_families(make()), CROSS_ENTROPY))


def test_a_narrow_resnet():
    make = partial(resnet, (1, 12, 12), 3, depth=18, filters=[2, 2, 3, 3])
    check(Net("resnet", make, (4, 1, 12, 12), resnet_families(make()), CROSS_ENTROPY))


def test_a_small_pre_norm_transformer():
    net = Net(
        "pre-norm", lambda: PreNormTransformer(SMALL), (4, 4), pre_norm_families(SMALL), CROSS_ENTROPY, vocabulary=6
    )
    moved(net)
    check(net)


@pytest.mark.parametrize("name", ["bert", "gpt2", "llama"])
def test_a_small_transformer_of_the_library(name):
    pytest.importorskip("transformers", reason="needs the extra `text`")
    from tests.dynamics.nets import pretrained_forms as forms

    make, families = getattr(forms, name), getattr(forms, f"{name}_families")(SMALL)
    net = Net(name, lambda: forms.Logits(make(SMALL)), (5, 4), families, CROSS_ENTROPY, vocabulary=6)
    moved(net, "model.")
    # Llama's norms and turns are computed in float32 whatever the parameters are
    check(net, 1e-6 if name == "llama" else 1e-9)


def test_vgg_16_and_resnet_18_in_figures():
    with torch.device("meta"):
        small, published = (vgg_families(vgg((3, side, side), 10)) for side in (32, 224))
        eighteen = resnet_families(resnet((3, 32, 32), 10, depth=18))
    kinds = ("scale", "null", "rescale", "translation")
    assert [total(small, kind) for kind in kinds] == [4224, 4224, 4224, 513]
    assert [total(published, kind) for kind in kinds] == [4224, 4224, 4224 + 2 * 4096, 4097]
    assert [total(eighteen, kind) for kind in kinds] == [4800, 0, 2880, 513 + 896]


def test_bert_base_and_gpt_2_in_figures():
    pytest.importorskip("transformers", reason="needs the extra `text`")
    from tests.dynamics.nets.pretrained_forms import bert_families, gpt2_families

    base = bert_families(Sizes(12, 768, 12, 3072, 30522, 512, 2))
    two = gpt2_families(Sizes(12, 768, 12, 3072, 50257, 1024))
    kinds = ("scale", "rescale", "general linear", "null", "translation")
    # 12 layers of 2 * 12 * 64 * 65 / 2 = 49,920; 12 * 768 key biases; 12 (769 + 3073) before norms
    assert [total(base, kind) for kind in kinds] == [1, 24 + 768, 599_040, 9216, 30522 + 512 + 2 + 1534 + 769 + 46_104]
    assert [total(two, kind) for kind in kinds] == [0, 1 + 24 * 768, 599_040, 9216, 1024 + 768 + 46_104]
