import pytest
import torch
from torch import nn

from netwright.pruning import collect as collecting
from netwright.pruning.collect import collect
from netwright.pruning.statistics import Wanted
from netwright.records.errors import ModelError
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer

ALL = Wanted(covariance=True, fisher=True)


def all_sites(transformer):
    return [*transformer.neurons, *transformer.heads]


def alone(batches):
    """Every text by itself, without its padding."""
    for batch in batches:
        for tokens, mask in zip(batch["input_ids"], batch["attention_mask"], strict=True):
            yield {name: value[mask > 0][None] for name, value in (("input_ids", tokens), ("attention_mask", mask))}


class Probe:
    """The slow way: one text and one class at a time, with the gradients that `backward` leaves behind."""

    def __init__(self, model, path):
        reader = model.get_submodule(path)
        self.handles = [reader.register_forward_pre_hook(self.take), reader.register_forward_hook(self.write)]

    def take(self, _, args):
        self.taken = args[0].detach()[0]

    def write(self, _, __, result):
        result.retain_grad()
        self.written = result

    def close(self):
        for handle in self.handles:
            handle.remove()


def slow_statistics(transformer, site, batches):
    model, reader = transformer.model, transformer.module(site.reader)
    probe, rows, texts = Probe(model, site.reader), [], 0
    fisher = torch.zeros((len(weight_of(reader)),) * 2, dtype=torch.float64)
    squares = torch.zeros(site.count, dtype=torch.float64)
    slope = torch.zeros(site.count, dtype=torch.float64)
    for batch in alone(batches):
        texts += 1
        per_text = torch.zeros(site.count, dtype=torch.float64)
        for label in range(3):
            logs = model(**batch).logits.log_softmax(-1)[0]
            logs[label].backward()
            g, chance = probe.written.grad[0].double(), float(logs[label].detach().exp())
            fisher += chance * g.T @ g
            written = probe.taken.double() * (g @ weight_of(reader).detach().double())
            per_text += chance * written.sum(0).reshape(site.count, -1).sum(-1).square()
        squares += per_text
        slope += per_text.sqrt()
        rows.append(probe.taken.double())
    probe.close()
    return torch.cat(rows), fisher / texts, squares / texts, slope / texts


def close(found, expected, rtol=1e-3):
    return torch.allclose(found.double(), expected, rtol=rtol, atol=1e-4 * float(expected.abs().max()))


def test_every_family_agrees_with_texts_one_by_one(classifier, batches):
    transformer = read_transformer(classifier)
    sites = [transformer.neurons[0], transformer.heads[1]]
    found = collect(transformer, sites, batches, ALL)
    for site, one in zip(sites, found, strict=True):
        rows, fisher, squares, slope = slow_statistics(transformer, site, batches)
        assert (one.tokens, one.texts) == (len(rows), 12)
        assert close(one.mean, rows.mean(0))
        assert close(one.square, rows.square().mean(0))
        assert close(one.covariance, rows.T.cov(correction=0))
        assert float(fisher.abs().max()) > 0
        assert close(one.fisher, fisher)
        assert close(one.mask_fisher, squares)
        assert close(one.mask_slope, slope)


def test_the_mask_fisher_is_the_curvature_of_the_divergence_in_a_mask(make_model, batches):
    model = make_model("bert").double()
    transformer = read_transformer(model)
    site = transformer.neurons[1]
    (found,) = collect(transformer, [site], batches, Wanted(fisher=True))
    reader = weight_of(transformer.module(site.reader))

    def answers():
        with torch.no_grad():
            return torch.cat([model(**batch).logits for batch in batches]).log_softmax(-1)

    dense, unit, step = answers(), int(found.mask_fisher.argmax()), 1e-3
    reader.data[:, unit] *= 1 - step
    masked = answers()
    divergence = float((dense.exp() * (dense - masked)).sum(-1).mean())
    assert divergence == pytest.approx(step**2 * float(found.mask_fisher[unit]) / 2, rel=0.02)


def test_a_language_model_repeats_with_its_seed(language_model, batches):
    transformer = read_transformer(language_model)
    one, again, other = (collect(transformer, transformer.neurons, batches, ALL, seed=seed)[0] for seed in (0, 0, 1))
    assert torch.equal(one.fisher, again.fisher)
    assert not torch.equal(one.fisher, other.fisher)
    assert float(one.fisher.trace()) == pytest.approx(float(other.fisher.trace()), rel=1.0)


def test_cutting_batches_changes_nothing(bert, batches, monkeypatch):
    transformer = read_transformer(bert)
    whole = collect(transformer, all_sites(transformer), batches, ALL)
    monkeypatch.setattr(collecting, "TEXTS_AT_ONCE", 3)
    cut = collect(transformer, all_sites(transformer), batches, ALL)
    for one, other in zip(whole, cut, strict=True):
        assert one.texts == other.texts
        assert close(one.covariance, other.covariance.double())
        assert close(one.fisher, other.fisher)


def test_only_what_is_wanted_is_there(bert, batches):
    transformer = read_transformer(bert)
    (bare,) = collect(transformer, transformer.neurons[:1], batches, Wanted())
    assert bare.covariance is bare.fisher is bare.mask_fisher is bare.mask_slope is None
    (some,) = collect(transformer, transformer.neurons[:1], batches, Wanted(covariance=True))
    assert some.fisher is None
    assert close(some.covariance.diagonal(), bare.variance)


def test_the_model_is_left_as_it_was(bert, batches):
    bert.train()
    bert.bert.encoder.layer[0].eval()
    frozen, trained = bert.bert.pooler.dense.weight, bert.classifier.weight
    frozen.requires_grad_(False)
    trained.grad = torch.ones_like(trained)
    before = {name: value.clone() for name, value in bert.state_dict().items()}
    modes = [part.training for part in bert.modules()]
    transformer = read_transformer(bert)
    collect(transformer, transformer.neurons, batches, ALL)
    assert modes == [part.training for part in bert.modules()]
    assert (frozen.requires_grad, trained.requires_grad) == (False, True)
    assert torch.equal(trained.grad, torch.ones_like(trained))
    assert sum(weight.grad is not None for weight in bert.parameters()) == 1
    assert all(torch.equal(value, before[name]) for name, value in bert.state_dict().items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in bert.modules())


class Wrapped(nn.Module):
    """A model in another one, whose answer is a tuple."""

    def __init__(self, model, quiet=False):
        super().__init__()
        self.inner, self.quiet = model, quiet

    def forward(self, **batch):
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.quiet):
            return (self.inner(**batch).logits,)


def test_a_wrapper_around_the_model_does_not_matter(gpt2, batches):
    bare, wrapped = read_transformer(gpt2), read_transformer(Wrapped(gpt2))
    one, other = (collect(found, found.neurons, batches, ALL)[1] for found in (bare, wrapped))
    assert torch.equal(one.fisher, other.fisher)


def test_what_cannot_be_collected_is_told(bert, batches):
    transformer = read_transformer(Wrapped(bert, quiet=True))
    with pytest.raises(ModelError, match="no gradient"):
        collect(transformer, transformer.neurons, batches, ALL)
    transformer = read_transformer(bert)
    with pytest.raises(ModelError, match="saw no token in 0"):
        collect(transformer, transformer.neurons, [], ALL)
    bert.bert.encoder.layer[0].output.dense.weight.data[0, 0] = torch.nan
    with pytest.raises(ModelError, match="not finite"):
        collect(transformer, transformer.neurons[1:], batches, Wanted())
