"""General linear symmetries of the library's own transformers: BERT, GPT-2 and a block like Llama's."""

import pytest
import torch
from tests.dynamics.heads.test_propose import EXACT, _proposed, _worst
from torch import nn

transformers = pytest.importorskip("transformers")
TOKENS = {"input_ids": torch.randint(0, 50, (2, 6), generator=torch.Generator().manual_seed(0))}
ROTARY = "rotary embedding leaves one scale a frequency pair"


def _bert(attention: str) -> nn.Module:
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 20}
    config = transformers.BertConfig(vocab_size=50, attn_implementation=attention, **sizes)
    return transformers.BertForSequenceClassification(config)


def _gpt2(attention: str) -> nn.Module:
    tokens = {"vocab_size": 50, "bos_token_id": 1, "eos_token_id": 2}
    config = transformers.GPT2Config(n_embd=24, n_layer=2, n_head=3, attn_implementation=attention, **tokens)
    return transformers.GPT2LMHeadModel(config)


def _llama(attention: str) -> nn.Module:
    sizes = {"hidden_size": 24, "num_hidden_layers": 2, "intermediate_size": 20, "vocab_size": 50}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6}
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(attn_implementation=attention, **sizes, **heads))


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize(("make", "layer"), [(_bert, "bert.encoder.layer"), (_gpt2, "transformer.h")])
def test_both_pairs_of_every_layer(make, layer, attention):
    model = make(attention).eval()
    found = _proposed(model, TOKENS)
    assert not found.absent
    # 3 heads of 8 coordinates: 3 * 8 * 9 / 2 charges a layer and pair
    assert [family.symmetry.count for family in found.families] == [108] * 4
    ends = ["q -> k, 3 heads", "v -> o, 3 heads"] * 2
    for at, (family, end) in enumerate(zip(found.families, ends, strict=True)):
        assert family.symmetry.place.startswith(f"{layer}.{at // 2}.")
        assert family.symmetry.place.endswith(end)
    assert _worst(model, TOKENS, found.families) < EXACT


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_rotary_leaves_values_and_outputs(attention):
    model = _llama(attention).eval()
    found = _proposed(model, TOKENS)
    # 2 heads of values with 6 coordinates, each read by 2 heads of queries: 2 * 6 * 7 / 2
    assert [(family.symmetry.place, family.symmetry.count) for family in found.families] == [
        (f"model.layers.{layer}.self_attn: v -> o, 2 heads", 42) for layer in range(2)
    ]
    assert [(absence.place, absence.reason) for absence in found.absent] == [
        (f"model.layers.{layer}.self_attn: q -> k", ROTARY) for layer in range(2)
    ]
    assert _worst(model, TOKENS, found.families) < EXACT
