import pytest
import torch
from tests.pruning.scores.questions import ask

from netwright.pruning.scores.synflow import SynFlow, _Tower
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import read_transformer


def flow_of(maps):
    """R of the tower written out: h <- h + |W2| prod_m (|W_m| h)^(1/m), from h = 1."""
    stream = torch.ones(len(maps[0][-1]), dtype=torch.float64)
    for *makers, reader in maps:
        made = torch.stack([maker @ stream for maker in makers]).log().mean(0).exp()
        stream = stream + reader @ made
    return stream.sum()


def sizes(transformer):
    return [
        [
            weight_of(transformer.module(path)).detach().double().abs()
            for path in (*(m.path for m in site.makers), site.reader)
        ]
        for site in transformer.neurons
    ]


@pytest.mark.parametrize("family", ["bert", "gpt2", "llama"])
def test_as_much_flow_enters_a_neuron_as_leaves_it_and_that_is_its_score(family, make_model):
    transformer = read_transformer(make_model(family))
    maps = [[one.requires_grad_() for one in of_site] for of_site in sizes(transformer)]
    flow_of(maps).backward()
    tower = _Tower(transformer, transformer.neurons)
    found = tower.flows([torch.ones(site.count, dtype=torch.float64) for site in transformer.neurons])
    factor = None
    for (*makers, reader), score in zip(maps, found, strict=True):
        leaves = (reader * reader.grad).sum(0)
        enters = sum((maker * maker.grad).sum(1) for maker in makers)
        assert torch.allclose(enters, leaves, rtol=1e-9)
        factor = score[0] / leaves[0] if factor is None else factor
        assert torch.allclose(score, factor * leaves.detach(), rtol=1e-9)


def test_costs_are_ranks_and_many_rounds_are_one_neuron_at_a_time(bert):
    removals, sites = ask(SynFlow(rounds=1000), bert, [])
    assert sorted(torch.cat([one.cost for one in removals]).tolist()) == list(range(48))
    rank = torch.cat([one.cost[one.order.argsort()] for one in removals])
    maps = sizes(read_transformer(bert))
    gone = []
    for _ in range(47):
        left = [[one.clone().requires_grad_() for one in of_site] for of_site in maps]
        flow_of(left).backward()
        flow = torch.cat([(reader * reader.grad).sum(0) for *_, reader in left]).detach()
        flow[gone] = torch.inf
        gone.append(int(flow.argmin()))
        maps[gone[-1] // 24][-1][:, gone[-1] % 24] = 0
    assert rank.argsort().tolist()[:47] == gone
    assert [site.count for site in sites] == [24, 24]
    # a single round ranks by the flow of the whole network, and that is another order
    assert not all(
        torch.equal(one.order, other.order) for one, other in zip(removals, ask(SynFlow(1), bert, [])[0], strict=True)
    )
