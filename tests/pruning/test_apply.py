import pytest
import torch

from netwright.pruning.apply import apply_plan
from netwright.pruning.fingerprint import fingerprint
from netwright.pruning.mask import mask_plan
from netwright.records.errors import ModelError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer


def random_plan(model, seed=0, units=("neurons",), sizes=None):
    """Return a plan that keeps random units: of block i `sizes[i]` neurons, and one head fewer than there are."""
    generator = torch.Generator().manual_seed(seed)
    found = read_transformer(model)
    sites = []
    for site in (*found.neurons, *found.heads):
        if site.unit not in units:
            continue
        left = (sizes or (10, 3))[site.layer] if site.unit == "neurons" else site.count - 1
        kept = torch.randperm(site.count, generator=generator)[:left].sort().values
        sites.append(
            SitePlan(place=site.block, layer=site.layer, unit=site.unit, count=site.count, kept=tuple(kept.tolist()))
        )
    return Plan(model=type(model).__name__, fingerprint="", score="random", budget="some", sites=tuple(sites))


def layers_plan(model, kept):
    found = read_transformer(model)
    site = SitePlan(place=found.stack, layer=0, unit="layers", count=len(found.blocks), kept=kept)
    return Plan(model=type(model).__name__, fingerprint="", score="by hand", budget="some", sites=(site,))


def logits(model, batch):
    with torch.no_grad():
        return model(**batch).logits


@pytest.mark.parametrize("units", [("neurons",), ("heads",), ("neurons", "heads")])
def test_the_smaller_model_computes_what_the_masked_one_does(classifier, batches, units):
    plan = random_plan(classifier, units=units)
    small, masked = apply_plan(classifier, plan), mask_plan(classifier, plan)
    for batch in batches:
        torch.testing.assert_close(logits(small, batch), logits(masked, batch), rtol=1e-5, atol=1e-5)
        assert (logits(small, batch) - logits(classifier, batch)).abs().max() > 1e-3


def test_matrices_shrink_and_the_dense_model_stays_as_it_is(classifier, batches):
    before = {name: weight.clone() for name, weight in classifier.state_dict().items()}
    small = apply_plan(classifier, random_plan(classifier, units=("neurons", "heads")))
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in classifier.parameters())
    found = read_transformer(small)
    assert [site.count for site in found.neurons] == [10, 3] == small.config.ffn_sizes
    assert [site.count for site in found.heads] == small.config.head_counts
    assert all(torch.equal(weight, before[name]) for name, weight in classifier.state_dict().items())
    assert not hasattr(classifier.config, "ffn_sizes")


def test_a_place_without_neurons_keeps_its_bias(classifier, batches):
    plan = random_plan(classifier, sizes=(0, 5))
    for batch in batches:
        small, masked = logits(apply_plan(classifier, plan), batch), logits(mask_plan(classifier, plan), batch)
        torch.testing.assert_close(small, masked, rtol=1e-5, atol=1e-5)


def test_a_layer_that_goes_is_gone(make_model, family, batches):
    model = make_model(family)
    small = apply_plan(model, layers_plan(model, (1,)))
    assert len(read_transformer(small).blocks) == 1
    assert small.config.num_hidden_layers == 1
    skipped = read_transformer(model).module(read_transformer(model).blocks[0])
    handle = skipped.register_forward_hook(lambda _, args, result: args[0])
    expected = logits(model, batches[0])
    handle.remove()
    torch.testing.assert_close(logits(small, batches[0]), expected, rtol=1e-5, atol=1e-5)


def test_a_smaller_decoder_writes_text_with_its_cache(language_model):
    small = apply_plan(language_model, layers_plan(language_model, (1,)))
    start = torch.tensor([[3, 4, 5]])
    written = small.generate(start, max_new_tokens=4, do_sample=False, pad_token_id=1, eos_token_id=None)
    again = small.generate(start, max_new_tokens=4, do_sample=False, use_cache=False, pad_token_id=1, eos_token_id=None)
    assert written.shape == (1, 7)
    assert torch.equal(written, again)


def test_training_goes_on_in_the_smaller_model(classifier, batches):
    small = apply_plan(classifier, random_plan(classifier, units=("neurons", "heads"))).train()
    small(**batches[0], labels=torch.zeros(len(batches[0]["input_ids"]), dtype=torch.int64)).loss.backward()
    assert all(weight.grad is not None for name, weight in small.named_parameters() if "pooler" not in name)


def test_a_plan_for_another_model_is_refused(make_model):
    plan = random_plan(make_model("bert"))
    with pytest.raises(ModelError, match=r"made for another model than this GPT2.*bert\.encoder\.layer\.0.*not here"):
        apply_plan(make_model("gpt2"), plan)
    with pytest.raises(ModelError, match="had 24 neurons, and has 20 here"):
        apply_plan(make_model("bert", intermediate_size=20), plan)
    with pytest.raises(ModelError, match="had 2 layers, and has 3 here"):
        apply_plan(make_model("bert", num_hidden_layers=3), layers_plan(make_model("bert"), (1,)))


def test_a_plan_for_other_weights_is_refused(make_model):
    model = make_model("bert")
    plan = random_plan(model).model_copy(update={"fingerprint": fingerprint(model)})
    assert apply_plan(model, plan).config.ffn_sizes == [10, 3]
    other = make_model("bert", seed=1)
    with pytest.raises(ModelError, match="made for other weights of BertForSequenceClassification"):
        apply_plan(other, plan)
    assert apply_plan(other, plan.model_copy(update={"fingerprint": ""})).config.ffn_sizes == [10, 3]


def test_a_plan_that_leaves_nothing_is_refused(bert):
    plan = random_plan(bert, units=("heads",))
    empty = plan.sites[0].model_copy(update={"kept": ()})
    with pytest.raises(ModelError, match=r"removes every head of bert\.encoder\.layer\.0; keep one"):
        apply_plan(bert, plan.model_copy(update={"sites": (empty,)}))
    with pytest.raises(ModelError, match="removes every layer"):
        apply_plan(bert, layers_plan(bert, ()))
    wrong = plan.sites[0].model_copy(update={"kept": (3, 1)})
    with pytest.raises(ModelError, match=r"not in 0 \.\.\. 3, ascending"):
        apply_plan(bert, plan.model_copy(update={"sites": (wrong,)}))
