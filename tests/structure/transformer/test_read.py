import pytest
import torch
from tests.pruning.conftest import FAMILIES, make_classifier
from torch import nn

from netwright.records.errors import ModelError
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.adapter import Adapter, Maker
from netwright.structure.transformer.read import read_transformer

EXPECTED = {
    "bert": ("bert.encoder.layer", "first", "post", ""),
    "roberta": ("roberta.encoder.layer", "first", "post", ""),
    "distilbert": ("distilbert.transformer.layer", "first", "post", ""),
    "gpt2": ("transformer.h", "last", "pre", "transformer.ln_f"),
    "llama": ("model.layers", "last", "pre", "model.norm"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_found_with_its_parts(family):
    found = read_transformer(make_classifier(family))
    stack, decision, norms, final = EXPECTED[family]
    assert (found.stack, found.adapter.decision, found.adapter.norms, found.final_norm) == (
        stack,
        decision,
        norms,
        final,
    )
    assert found.blocks == (f"{stack}.0", f"{stack}.1")
    assert [site.count for site in found.neurons] == [24, 24]
    # of grouped queries a unit is a key with all its queries
    assert [(site.count, site.width) for site in found.heads] == [(2, 8) if family == "llama" else (4, 4)] * 2
    for site in (*found.neurons, *found.heads):
        assert weight_of(found.module(site.reader)).shape == (16, site.count * site.width)
        for maker in site.makers:
            assert len(weight_of(found.module(maker.path))) % (maker.parts * site.count) == 0


def test_a_transformer_is_found_inside_whatever_holds_it():
    class Holder(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.ModuleDict({"model": make_classifier("gpt2")})

    assert read_transformer(Holder()).stack == "inner.model.transformer.h"


def test_what_is_not_known_says_what_was_looked_for_and_what_to_do():
    with pytest.raises(ModelError, match=r"(?s)looked for intermediate\.dense \+ output\.dense.*mlp\.c_fc.*adapters="):
        read_transformer(nn.Sequential(nn.Linear(2, 2)))


def test_shared_layers_are_refused():
    from transformers import AlbertConfig, AlbertModel

    sizes = {
        "hidden_size": 16,
        "embedding_size": 8,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "vocab_size": 30,
    }
    with pytest.raises(ModelError, match="its layers share one set of weights"):
        read_transformer(AlbertModel(AlbertConfig(num_hidden_layers=3, **sizes)))
    model = make_classifier("bert")
    model.bert.encoder.layer[1].output = model.bert.encoder.layer[0].output
    with pytest.raises(ModelError, match=r"layer\.0 and bert\.encoder\.layer\.1 share output\.dense\.weight"):
        read_transformer(model)


def test_wrapped_maps_and_several_stacks_are_refused():
    class Adapted(nn.Linear):
        pass

    model = make_classifier("bert")
    model.bert.encoder.layer[0].intermediate.dense = Adapted(16, 24)
    with pytest.raises(ModelError, match=r"intermediate\.dense is Adapted, not a plain linear map; merge adapters"):
        read_transformer(model)
    pair = nn.ModuleDict({"one": make_classifier("bert"), "two": make_classifier("gpt2")})
    with pytest.raises(ModelError, match="2 stacks of blocks"):
        read_transformer(pair)


def test_an_architecture_of_ones_own_needs_an_adapter_and_nothing_else():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.up, self.down = nn.Linear(8, 12), nn.Linear(12, 8)
            self.q, self.k, self.v, self.o = (nn.Linear(8, 8) for _ in range(4))
            self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
            self.size = 4

    mine = Adapter(
        name="mine", into=("up",), out="down", heads_into=(Maker("q"), Maker("k"), Maker("v")), heads_out="o",
        head_size="size", norms="pre", attention_norm="norm1", feed_forward_norm="norm2", decision="last",
    )  # fmt: skip
    found = read_transformer(nn.Sequential(nn.ModuleList([Block(), Block()])), (mine,))
    assert [site.count for site in found.neurons] == [12, 12]
    assert [site.count for site in found.heads] == [2, 2]


def test_units_of_a_fused_map_lie_in_three_runs():
    site = read_transformer(make_classifier("gpt2")).heads[0]
    maker = site.makers[0]
    fused = nn.Linear(16, 48)
    assert site.outputs(maker, fused, torch.tensor([2])).tolist() == [*range(8, 12), *range(24, 28), *range(40, 44)]
