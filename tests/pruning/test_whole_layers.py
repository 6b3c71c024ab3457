"""Whole layers: influence against its definition, divergence against a model without the layer."""

import pytest
import torch

from netwright.pruning.answers import answers_of, divergence
from netwright.pruning.apply import apply_plan
from netwright.pruning.whole_layers import LAYER_SCORES, BlockInfluence, SkipDivergence, find_layer_score
from netwright.records.errors import InputError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer


def without(model, layer):
    found = read_transformer(model)
    kept = tuple(at for at in range(len(found.blocks)) if at != layer)
    site = SitePlan(place=found.stack, layer=0, unit="layers", count=len(found.blocks), kept=kept)
    return apply_plan(model, Plan(model="", fingerprint="", score="", budget="", sites=(site,)))


def test_skipping_a_block_costs_what_the_model_without_it_loses(classifier, batches):
    costs = SkipDivergence().layer_costs(read_transformer(classifier), batches)
    for layer, cost in enumerate(costs.tolist()):
        smaller = without(classifier, layer)
        with torch.inference_mode():
            lost = torch.cat([divergence(answers_of(classifier, one), answers_of(smaller, one)) for one in batches])
        assert cost == pytest.approx(float(lost.mean()), rel=1e-5)
        assert cost > 0


def test_influence_is_one_minus_the_mean_cosine_over_real_tokens(gpt2, batches):
    costs = BlockInfluence().layer_costs(read_transformer(gpt2), batches)
    with torch.inference_mode():
        seen = [gpt2(**batch, output_hidden_states=True).hidden_states for batch in batches]
    cosines = [
        float(torch.cosine_similarity(states[0][text, token].double(), states[1][text, token].double(), dim=0))
        for states, batch in zip(seen, batches, strict=True)
        for text, token in batch["attention_mask"].nonzero().tolist()
    ]
    assert float(costs[0]) == pytest.approx(1 - sum(cosines) / len(cosines))


def test_a_block_that_changes_nothing_costs_nothing(gpt2, batches):
    block = gpt2.transformer.h[1]
    for part in (block.attn.c_proj, block.mlp.c_proj):
        torch.nn.init.zeros_(part.weight)
        torch.nn.init.zeros_(part.bias)
    for score in LAYER_SCORES:
        first, second = score.layer_costs(read_transformer(gpt2), batches).tolist()
        assert second == pytest.approx(0.0, abs=1e-6)
        assert first > 1e-4


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(InputError, match="skip-divergence"):
        find_layer_score("skip-divergense")
