import pytest
import torch
from tests.pruning.scores.questions import ask

from netwright.pruning.scores.catalog import SCORES, find_score
from netwright.records.errors import InputError
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.read import read_transformer

OF_NEURONS = ("cosine", "criterion", "arbitrary")
"""Scores that know no heads."""
PRESERVING = ("criterion", "arbitrary")
"""Scores by which some neurons must stay."""
SCALES = 2.0 ** torch.arange(-4, 4).repeat(3)


def orders(removals):
    return [removal.order.tolist() for removal in removals]


def merged(removals):
    """The units of all places in the order in which a global budget would remove them."""
    costs = torch.cat([removal.cost for removal in removals])
    names = [(place, unit) for place, removal in enumerate(removals) for unit in removal.order.tolist()]
    return [names[at] for at in costs.argsort(stable=True).tolist()]


def rescaled(model):
    """Multiply what makes neuron j by a power of two, and what reads it by the inverse."""
    for site in read_transformer(model).neurons:
        maker, reader = (model.get_submodule(path) for path in (site.makers[0].path, site.reader))
        with torch.no_grad():
            weight_of(maker).mul_(SCALES[:, None])
            bias_of(maker).mul_(SCALES)
            weight_of(reader).div_(SCALES)
    return model


@pytest.mark.parametrize("name", SCORES)
def test_every_score_ranks_every_family(name, classifier, batches):
    before = {key: value.clone() for key, value in classifier.state_dict().items()}
    units = ("neurons",) if name in OF_NEURONS else ("neurons", "heads")
    removals, sites = ask(find_score(name), classifier, batches, units)
    assert len(removals) == len(sites)
    for removal, site in zip(removals, sites, strict=True):
        assert removal.order.dtype == torch.int64
        assert sorted(removal.order.tolist()) == list(range(site.count))
        assert removal.cost.dtype == torch.float64
        assert removal.cost.shape == (site.count,)
        # units that must stay come last, at an infinite cost
        counted = removal.cost[removal.cost.isfinite()]
        assert removal.cost[len(counted) :].isposinf().all()
        assert len(counted) == site.count or name in PRESERVING
        assert bool((counted.diff() >= 0).all())
        assert counted.unique().numel() > 1 or name in PRESERVING
    again, _ = ask(find_score(name), classifier, batches, units)
    assert orders(removals) == orders(again)
    assert all(torch.equal(one.cost, other.cost) for one, other in zip(removals, again, strict=True))
    assert all(torch.equal(value, before[key]) for key, value in classifier.state_dict().items())


@pytest.mark.parametrize("name", [name for name in SCORES if SCORES[name]().rescale_invariant])
def test_an_invariant_plan_does_not_see_the_scale_of_relu_neurons(name, make_model, batches):
    dense, other = make_model("bert", hidden_act="relu"), rescaled(make_model("bert", hidden_act="relu"))
    assert torch.allclose(dense(**batches[0]).logits, other(**batches[0]).logits, atol=1e-5)
    assert merged(ask(find_score(name), dense, batches)[0]) == merged(ask(find_score(name), other, batches)[0])


@pytest.mark.parametrize("name", [name for name in SCORES if not SCORES[name]().rescale_invariant])
def test_another_plan_does(name, make_model, batches):
    dense, other = make_model("bert", hidden_act="relu"), rescaled(make_model("bert", hidden_act="relu"))
    assert merged(ask(find_score(name), dense, batches)[0]) != merged(ask(find_score(name), other, batches)[0])


def test_some_score_is_not_invariant():
    assert [name for name in SCORES if not find_score(name).rescale_invariant] == ["magnitude"]


def test_titles_tell_scores_apart():
    assert len({find_score(name).title for name in SCORES}) == len(SCORES)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean magnitude"):
        find_score("magnitud")


def test_a_score_of_ones_own_is_taken_as_it_is():
    own = SCORES["flap"]()
    assert find_score(own) is own
