"""Scores with one formula, against that formula unit by unit."""

import pytest
import torch
from tests.pruning.scores.questions import ask

from netwright.pruning.collect import collect
from netwright.pruning.scores.catalog import find_score
from netwright.pruning.statistics import Wanted
from netwright.records.errors import InputError
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer


def by_unit(removal):
    """The cost of each unit, in the order of the units."""
    return removal.cost[removal.order.argsort()]


def reader_and_statistics(model, batches, at=1, heads=False):
    transformer = read_transformer(model)
    site = (transformer.heads if heads else transformer.neurons)[at]
    (statistics,) = collect(transformer, [site], batches, Wanted(fisher=True))
    return weight_of(transformer.module(site.reader)).detach().double(), statistics, site


@pytest.mark.parametrize("heads", [False, True])
def test_what_a_unit_writes(bert, batches, heads):
    weight, statistics, site = reader_and_statistics(bert, batches, heads=heads)
    units = ("heads",) if heads else ("neurons",)
    columns = [range(unit * site.width, (unit + 1) * site.width) for unit in range(site.count)]
    length = weight.square().sum(0)
    wanda = [float(sum(statistics.square[j] * length[j] for j in of_unit)) ** 0.5 for of_unit in columns]
    flap = torch.stack([sum(statistics.variance[j] * length[j] for j in of_unit) for of_unit in columns])
    expected = {
        "wanda": torch.tensor(wanda, dtype=torch.float64),
        "flap": (flap - flap.mean()) / flap.std(correction=0),
        "mask-fisher": statistics.mask_fisher / 2,
        "taylor": statistics.mask_slope,
    }
    for name, cost in expected.items():
        assert torch.allclose(by_unit(ask(find_score(name), bert, batches, units)[0][1]), cost, rtol=1e-6), name


@pytest.mark.parametrize("family", ["bert", "gpt2", "llama"])
@pytest.mark.parametrize("unit", ["neurons", "heads"])
def test_magnitude_is_the_length_of_all_weights_of_a_unit(family, unit, make_model):
    model = make_model(family)
    removals, sites = ask(find_score("magnitude"), model, [], (unit,))
    site, found = sites[0], by_unit(removals[0])
    for at in range(site.count):
        units = torch.tensor([at])
        parts = [weight_of(model.get_submodule(site.reader))[:, site.inputs(units)]]
        for maker in site.makers:
            module = model.get_submodule(maker.path)
            parts.append(weight_of(module)[site.outputs(maker, module, units)])
        length = torch.cat([one.detach().flatten() for one in parts]).norm()
        assert float(found[at]) == pytest.approx(float(length), rel=1e-5)


def test_cosine_ranks_last_the_neuron_that_writes_the_decision(bert, batches):
    with torch.no_grad():
        state = bert.bert(**batches[0]).last_hidden_state[0, 0]
        weight_of(bert.bert.encoder.layer[0].output.dense)[:, 9] = -3 * state
    one = [{name: value[:1] for name, value in batches[0].items()}]
    # its own output has changed the state a little
    assert int(ask(find_score("cosine"), bert, one)[0][0].order[-1]) == 9


def test_cosine_refuses_heads(bert, batches):
    with pytest.raises(InputError, match="ranks neurons alone"):
        ask(find_score("cosine"), bert, batches, ("heads",))


def test_random_orders_differ_between_places_and_seeds(bert):
    scores = [type(find_score("random"))(seed) for seed in (0, 1)]
    (one, other), _ = ask(scores[0], bert, [])
    (third, _), _ = ask(scores[1], bert, [])
    assert len({tuple(removal.order.tolist()) for removal in (one, other, third)}) == 3
