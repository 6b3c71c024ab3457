"""What is done to a model after pruning works on a pruned one as on any other."""

import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional

from netwright.models.text.uneven import read_uneven
from netwright.pruning.apply import apply_plan
from netwright.pruning.save import save_pruned
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer


def prune(model):
    """Remove neurons of every block, all of the last, and a head of each."""
    found = read_transformer(model)
    left = [*((site, (11, 0)[site.layer]) for site in found.neurons), *((site, site.count - 1) for site in found.heads)]
    sites = tuple(
        SitePlan(
            place=site.block,
            layer=site.layer,
            unit=site.unit,
            count=site.count,
            kept=tuple(range(site.count))[site.count - count :] if count else (),
        )
        for site, count in left
    )
    return apply_plan(model, Plan(model=type(model).__name__, fingerprint="", score="", budget="", sites=sites))


class Adapted(nn.Module):
    """y = W x + b + B A x with W and b fixed (Hu et al. 2021, "LoRA", section 4.1)."""

    def __init__(self, inner, rank=2):
        super().__init__()
        self.inner = inner.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, inner.in_features) / inner.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(inner.out_features, rank))

    def forward(self, x):
        return self.inner(x) + x @ self.down.T @ self.up.T

    def merged(self):
        with torch.no_grad():
            self.inner.weight += self.up @ self.down
        return self.inner


def answers(model, batch):
    with torch.no_grad():
        return model(**batch).logits


def train(model, batches, loss, steps=12, lr=0.01):
    """Return the loss over all batches before and after some steps."""

    def total():
        return sum(float(loss(model, batch).detach()) for batch in batches)

    optimizer = torch.optim.Adam([weight for weight in model.parameters() if weight.requires_grad], lr=lr)
    before = total()
    for _ in range(steps):
        for batch in batches:
            optimizer.zero_grad()
            loss(model, batch).backward()
            optimizer.step()
    return before, total()


def to_labels(model, batch):
    return functional.cross_entropy(model(**batch).logits, batch["input_ids"][:, 0] % 3)


@pytest.fixture
def pruned(classifier):
    return prune(classifier)


def test_fine_tuning_goes_on_and_its_result_is_stored(pruned, batches, tmp_path):
    before, after = train(pruned, batches, to_labels)
    assert after < 0.7 * before
    save_pruned(pruned, tmp_path / "tuned")
    read = read_uneven(tmp_path / "tuned")
    torch.testing.assert_close(answers(read, batches[0]), answers(pruned, batches[0]), rtol=1e-5, atol=1e-6)
    again, lower = train(read, batches, to_labels, steps=2, lr=0.001)
    assert lower < again == pytest.approx(after, rel=1e-5)


def test_checkpointed_blocks_give_the_same_gradients(pruned, batches):
    # only what is in training mode is computed twice; without dropout both times agree
    for part in pruned.train().modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    calls = []
    maker = read_transformer(pruned).neurons[0].makers[0].path
    pruned.get_submodule(maker).register_forward_hook(lambda *_: calls.append(1))

    def gradients():
        calls.clear()
        pruned.zero_grad()
        to_labels(pruned, batches[0]).backward()
        return {name: weight.grad.clone() for name, weight in pruned.named_parameters() if weight.grad is not None}

    plain = gradients()
    assert len(calls) == 1
    pruned.activation_checkpointing_enable()
    found = gradients()
    assert len(calls) == 2
    assert plain.keys() == found.keys()
    for name, gradient in plain.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_low_rank_adapters_learn_and_merge(make_model, batches, tmp_path, family):
    pruned = prune(make_model(family)).requires_grad_(False)
    found = read_transformer(pruned)
    places = [maker.path for site in (*found.neurons, *found.heads) for maker in site.makers]
    for place in places:
        holder, _, name = place.rpartition(".")
        setattr(pruned.get_submodule(holder), name, Adapted(pruned.get_submodule(place)))
    before, after = train(pruned, batches, to_labels, lr=0.03)
    assert after < 0.8 * before
    adapted = answers(pruned, batches[0])
    for place in places:
        holder, _, name = place.rpartition(".")
        setattr(pruned.get_submodule(holder), name, pruned.get_submodule(place).merged())
    torch.testing.assert_close(answers(pruned, batches[0]), adapted, rtol=1e-4, atol=1e-5)
    save_pruned(pruned, tmp_path / "merged")
    read = answers(read_uneven(tmp_path / "merged"), batches[0])
    torch.testing.assert_close(read, answers(pruned, batches[0]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "llama"])
def test_dynamic_quantisation_stays_close(make_model, batches, family):
    pruned = prune(make_model(family))
    with warnings.catch_warnings():
        # torch announces that this moves to a package of its own, torchao; the method stays
        warnings.filterwarnings("ignore", "torch.ao.quantization is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
        small = torch.ao.quantization.quantize_dynamic(pruned, {nn.Linear}, dtype=torch.qint8)
    maps = [type(part).__module__ for part in small.modules() if type(part).__name__ == "Linear"]
    assert len(maps) > 10
    assert all("quantized" in module for module in maps)
    for batch in batches:
        plain, found = answers(pruned, batch), answers(small, batch)
        assert 0 < (found - plain).abs().max() < 0.15 * plain.std()


def test_distillation_brings_the_pruned_model_back_to_the_dense_one(classifier, batches):
    def divergence(student, batch):
        target = answers(classifier, batch).log_softmax(1)
        return functional.kl_div(student(**batch).logits.log_softmax(1), target, reduction="batchmean", log_target=True)

    before, after = train(prune(classifier), batches, divergence)
    assert after < 0.5 * before
