"""The criterion against the paper's comparison written out, neuron by neuron."""

from math import inf

import pytest
import torch

from netwright.pruning.budgets.budget import Choice, Offer
from netwright.pruning.criterion.below import Below
from netwright.pruning.criterion.presets import PRESETS
from netwright.pruning.criterion.reductions import LargestMagnitude, OneText, RootMeanSquare, SignedMean
from netwright.pruning.criterion.rule import Criterion, measure
from netwright.pruning.criterion.thresholds import Thresholds
from netwright.pruning.score import Question
from netwright.records.errors import InputError
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer


def asked(model, batches, sites=None):
    found = read_transformer(model)
    return Question(found, found.neurons if sites is None else sites(found), batches, ())


def removed(removal, cost):
    return set(removal.order[removal.cost < cost].tolist())


def slow_cosine(first, second):
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    lengths = (sum(a * a for a in first) * sum(b * b for b in second)) ** 0.5
    return dot / lengths


def hidden_states(model, batch):
    # h_0 ... h_L as the library itself hands them out, for the first text
    with torch.no_grad():
        states = model(**batch, output_hidden_states=True).hidden_states
    last = int(batch["attention_mask"][0].sum()) - 1
    place = 0 if model.config.model_type == "bert" else last
    return [state[0, place].double().tolist() for state in states]


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
@pytest.mark.parametrize("one_sided", [(), (1,)])
def test_what_goes_is_what_the_paper_compares(make_model, batches, kind, one_sided):
    model = make_model(kind)
    rule = Thresholds(0.6, 0.05, beta_start=0, one_sided_layers=one_sided)
    states = hidden_states(model, batches[0])
    removals = Criterion(rule).rank(asked(model, batches))
    thresholds = rule.of([slow_cosine(state, states[-1]) for state in states[:-1]])
    transformer = read_transformer(model)
    seen = 0
    for layer, site in enumerate(transformer.neurons):
        columns = weight_of(transformer.module(site.reader)).detach().double().T.tolist()
        cosines = [slow_cosine(column, states[-1]) for column in columns]
        bound = thresholds[layer]
        wanted = {
            j for j, n in enumerate(cosines) if bound > 0 and (n < bound if layer in one_sided else abs(n) < bound)
        }
        assert removed(removals[layer], 1.0) == wanted
        seen += len(wanted)
    assert 0 < seen < sum(site.count for site in transformer.neurons)


def test_costs_are_factors_on_the_thresholds(bert, batches):
    once = Criterion(Thresholds(0.1, 0.02, beta_start=0)).rank(asked(bert, batches))
    thrice = Criterion(Thresholds(0.3, 0.06, beta_start=0)).rank(asked(bert, batches))
    for one, three in zip(once, thrice, strict=True):
        assert one.order.tolist() == three.order.tolist()
        torch.testing.assert_close(one.cost, 3 * three.cost)
        assert bool((one.cost.diff() >= 0).all())


def test_opposed_neurons_of_a_one_sided_layer_go_first(bert, batches):
    criterion = Criterion(Thresholds(0.5, one_sided_layers=(1,)))
    removal = criterion.rank(asked(bert, batches))[1]
    cosines = measure(read_transformer(bert), batches, criterion)[1].cosines
    opposed = int((cosines < 0).sum())
    assert 0 < opposed < len(cosines)
    assert removal.cost[:opposed].tolist() == [0.0] * opposed
    assert removal.order.tolist() == cosines.argsort(stable=True).tolist()


@pytest.mark.parametrize("one_sided", [(), (0, 1)])
def test_a_threshold_that_is_not_positive_removes_none(bert, batches, one_sided):
    removals = Criterion(Thresholds(-0.5, one_sided_layers=one_sided), RootMeanSquare()).rank(asked(bert, batches))
    thresholds = [one.threshold for one in measure(read_transformer(bert), batches, Criterion(Thresholds(-0.5)))]
    assert min(thresholds) < 0
    for removal, threshold in zip(removals, thresholds, strict=True):
        if threshold <= 0:
            assert set(removal.cost.tolist()) == {inf}


def test_signs_cancel_in_the_mean_only(bert, batches):
    cosines = {
        kind: measure(read_transformer(bert), batches, Criterion(Thresholds(0.1), kind()))[1].cosines
        for kind in (SignedMean, RootMeanSquare, LargestMagnitude)
    }
    assert bool((cosines[SignedMean].abs() <= cosines[RootMeanSquare] + 1e-12).all())
    assert bool((cosines[RootMeanSquare] <= cosines[LargestMagnitude] + 1e-12).all())


def test_texts_are_counted_over_batches(bert, batches):
    whole = measure(read_transformer(bert), batches, Criterion(Thresholds(0.1), OneText(5)))
    alone = measure(read_transformer(bert), batches[1:2], Criterion(Thresholds(0.1), OneText(1)))
    torch.testing.assert_close(whole[0].cosines, alone[0].cosines)
    assert whole[1].threshold == pytest.approx(alone[1].threshold)


def test_the_target_may_stand_before_the_last_normalisation(gpt2, batches):
    after = measure(read_transformer(gpt2), batches, Criterion(Thresholds(0.1)))
    before = measure(
        read_transformer(gpt2), batches, Criterion(Thresholds(0.1), target="before the last normalisation")
    )
    assert not torch.allclose(after[1].cosines, before[1].cosines)


@pytest.mark.parametrize("name", ["bert-4", "gpt2-7"])
def test_presets_rank_a_model_of_any_depth(classifier, batches, name):
    question = asked(classifier, batches)
    removals = Criterion(PRESETS[name], RootMeanSquare()).rank(question)
    for site, removal in zip(question.sites, removals, strict=True):
        assert sorted(removal.order.tolist()) == list(range(site.count))


def test_what_neurons_write_may_be_scaled(bert, batches):
    criterion = Criterion(Thresholds(0.3, one_sided_layers=(1,)))
    block = bert.bert.encoder.layer
    factors = torch.rand(24, generator=torch.Generator().manual_seed(0)) + 0.5
    for layer in block:
        # a ReLU would let the network stay what it is
        layer.intermediate.intermediate_act_fn = torch.nn.ReLU()
    before = criterion.rank(asked(bert, batches))
    with torch.no_grad():
        for layer in block:
            layer.intermediate.dense.weight.mul_(factors[:, None])
            layer.intermediate.dense.bias.mul_(factors)
            layer.output.dense.weight.div_(factors)
    assert criterion.rescale_invariant
    for one, other in zip(before, criterion.rank(asked(bert, batches)), strict=True):
        assert one.order.tolist() == other.order.tolist()


def test_heads_are_refused(bert, batches):
    with pytest.raises(InputError, match="ranks neurons, and was asked about the heads"):
        Criterion(Thresholds(0.1)).rank(asked(bert, batches, lambda found: found.heads))


def test_what_must_stay_stays_under_a_bound(bert, batches):
    removals = Criterion(Thresholds(0.6)).rank(asked(bert, batches))
    offers = [Offer("block", at, "neurons", one, 1, 4, 2.0, 20) for at, one in enumerate(removals)]
    assert Below(inf).widths(Choice(offers, 1, 4, 2.0)) == [20, 20]
    assert Below(0.0).widths(Choice(offers, 1, 4, 2.0)) == [24, 24]
    with pytest.raises(InputError, match="give 0 or more"):
        Below(-1.0)
