import pytest
import torch

from netwright.pruning.apply import apply_plan
from netwright.pruning.regression import Ridge
from netwright.pruning.repair import repair
from netwright.records.errors import InputError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import streamed


def plan_of(model, kept, unit="neurons"):
    found = read_transformer(model)
    places = found.neurons if unit == "neurons" else found.heads
    sites = tuple(
        SitePlan(place=site.block, layer=site.layer, unit=unit, count=site.count, kept=tuple(kept)) for site in places
    )
    return Plan(model=type(model).__name__, fingerprint="", score="by hand", budget="some", sites=sites)


def distance(model, dense, batches):
    with torch.no_grad():
        return sum((model(**batch).logits - dense(**batch).logits).square().sum().item() for batch in batches)


def make_twins(model):
    """Make every second neuron a copy of the one before it: half of them can go without any loss."""
    found = read_transformer(model)
    with torch.no_grad():
        for site in found.neurons:
            for maker in site.makers:
                module = found.module(maker.path)
                weight_of(module)[1::2] = weight_of(module)[::2]
                if module.bias is not None:
                    module.bias[1::2] = module.bias[::2]
    return model


def test_what_can_be_mended_is_mended_exactly(make_model, family, make_texts):
    model, batches = make_twins(make_model(family)).double(), make_texts(6, 8)
    plan = plan_of(model, range(0, 24, 2))
    small = apply_plan(model, plan)
    mended = repair(small, model, plan, batches, ridge=Ridge(1e-9))
    unseen = make_texts(2, 8, seed=5)
    assert distance(small, model, unseen) > 1e-4
    assert distance(mended, model, unseen) < 1e-9 * distance(small, model, unseen)


def test_mending_brings_the_answers_closer(make_model, family, make_texts):
    model, batches = make_model(family), make_texts(12, 8)
    plan = plan_of(model, range(12))
    small = apply_plan(model, plan)
    assert distance(repair(small, model, plan, batches), model, batches) < 0.85 * distance(small, model, batches)


def test_heads_are_mended_too(make_model, family, make_texts):
    model, batches = make_model(family), make_texts(12, 8)
    plan = plan_of(model, (1,), "heads")
    small = apply_plan(model, plan)
    assert distance(repair(small, model, plan, batches), model, batches) < 0.7 * distance(small, model, batches)


def test_the_last_reader_is_the_regression_that_it_claims_to_be(gpt2, make_texts):
    model, batches = gpt2.double(), make_texts(12, 8)
    plan = plan_of(model, range(8))
    mended = repair(apply_plan(model, plan), model, plan, batches, ridge=Ridge(0.0))
    goals, taken, residuals = [], [], []
    dense, small = read_transformer(model), read_transformer(mended)
    inputs = []
    small.module(small.neurons[1].reader).register_forward_pre_hook(lambda _, args: inputs.append(args[0]))
    norm = small.part(1, "ln_2")
    norm.register_forward_pre_hook(lambda _, args: residuals.append(args[0]))
    with torch.no_grad():
        for batch in batches:
            real = batch["attention_mask"] > 0
            with streamed(dense) as stream:
                model(**batch)
            mended(**batch)
            goals.append((stream.leaving[1] - residuals.pop())[real])
            taken.append(inputs.pop()[real])
    x = torch.cat(taken)
    x = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], dim=1)
    expected = torch.linalg.lstsq(x, torch.cat(goals)).solution
    reader = small.module(small.neurons[1].reader)
    torch.testing.assert_close(weight_of(reader), expected[:-1].T, rtol=1e-6, atol=1e-8)
    torch.testing.assert_close(reader.bias, expected[-1], rtol=1e-6, atol=1e-8)


def test_padding_plays_no_part(bert, make_texts):
    batches = make_texts(6, 4)
    longer = [
        {name: torch.nn.functional.pad(x, (0, 5), value=1 - (name != "input_ids")) for name, x in batch.items()}
        for batch in batches
    ]
    plan = plan_of(bert, range(12))
    small = apply_plan(bert, plan)
    one, other = (repair(small, bert, plan, texts) for texts in (batches, longer))
    for name, weight in one.state_dict().items():
        torch.testing.assert_close(weight, other.state_dict()[name], rtol=1e-3, atol=1e-4)


def test_both_models_stay_as_they_are(bert, batches):
    plan = plan_of(bert, range(12))
    small = apply_plan(bert, plan).train()
    before = {name: weight.clone() for name, weight in small.state_dict().items()}
    mended = repair(small, bert, plan, batches)
    assert all(torch.equal(weight, before[name]) for name, weight in small.state_dict().items())
    assert small.training
    assert not bert.training
    assert mended.training


def test_no_texts_are_refused(bert):
    plan = plan_of(bert, range(12))
    with pytest.raises(InputError, match="no calibration texts"):
        repair(apply_plan(bert, plan), bert, plan, [])
