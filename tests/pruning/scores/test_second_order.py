from dataclasses import replace

import pytest
import torch

from netwright.pruning.collect import collect
from netwright.pruning.score import Question
from netwright.pruning.scores.second_order import SecondOrder
from netwright.records.errors import InputError
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer

EXACT = SecondOrder(damping=1e-9, fisher_damping=1e-6, together=1)


def asked(model, batches, score):
    transformer = read_transformer(model)
    statistics = collect(transformer, transformer.neurons, batches, score.wanted)
    return Question(transformer, transformer.neurons, batches, statistics)


@pytest.mark.parametrize("family", ["bert", "gpt2", "llama"])
def test_costs_are_the_least_divergence_that_a_fit_of_what_stays_can_reach(family, make_model, make_texts):
    model = make_model(family).double()
    question = asked(model, make_texts(count=8, size=8), EXACT)
    removal = EXACT.rank(question)[1]
    statistics, site = question.statistics[1], question.sites[1]
    moment = statistics.covariance
    if family == "llama":
        moment = moment + torch.outer(statistics.mean, statistics.mean)
    gone, stay = removal.order[:10], removal.order[10:]
    weight = weight_of(model.get_submodule(site.reader)).detach()
    change = torch.zeros_like(weight)
    change[:, gone] = -weight[:, gone]
    change[:, stay] = torch.linalg.solve(moment[stay][:, stay], moment[stay][:, gone] @ weight[:, gone].T).T
    expected = 0.5 * float(torch.trace(statistics.fisher @ change @ moment @ change.T))
    # `rising` moves cost between neighbours: the sum may only be lower before the end of a block
    assert 0.5 * expected < float(removal.cost[:10].sum()) < 1.001 * expected
    whole = 0.5 * float(torch.trace(statistics.fisher @ weight @ moment @ weight.T))
    assert float(removal.cost.sum()) == pytest.approx(whole, rel=1e-3)


def test_a_copy_of_a_neuron_and_a_neuron_that_never_moves_cost_nothing(make_model, batches):
    model = make_model("bert", hidden_act="relu")
    first, second = model.bert.encoder.layer[0].intermediate.dense, model.bert.encoder.layer[0].output.dense
    with torch.no_grad():
        first.weight[3], first.bias[3] = 2 * first.weight[7], 2 * first.bias[7]
        first.weight[5], first.bias[5] = 0, 1
        second.weight[:, 5] = 100
    removal = SecondOrder(together=1).rank(asked(model, batches, SecondOrder()))[0]
    order, most = removal.order.tolist(), float(removal.cost[-1])
    assert float(removal.cost[order.index(5)]) == 0
    assert float(removal.cost[min(order.index(3), order.index(7))]) < 1e-3 * most
    assert float(removal.cost[max(order.index(3), order.index(7))]) > 1e-2 * most


def test_a_place_that_no_answer_depends_on_costs_nothing(bert, batches):
    question = asked(bert, batches, EXACT)
    still = [replace(one, fisher=torch.zeros_like(one.fisher)) for one in question.statistics]
    removals = EXACT.rank(replace(question, statistics=still))
    assert all(float(removal.cost.max()) < 1e-20 for removal in removals)


def test_missing_statistics_are_named(bert, batches):
    question = asked(bert, batches, EXACT)
    bare = [replace(one, fisher=None) for one in question.statistics]
    with pytest.raises(InputError, match="'fisher', which was not collected"):
        EXACT.rank(replace(question, statistics=bare))
