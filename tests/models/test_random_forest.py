import torch

from netwright.models.random_forest import random_forest


def test_options_decide_how_many_trees_how_deep_and_how_fine():
    generator = torch.Generator().manual_seed(0)
    inputs, labels = torch.randn(200, 1, 2, 3, generator=generator), torch.arange(200) % 3
    model = random_forest((1, 2, 3), 3, trees=9, max_depth=3, min_leaf=6)
    model.fit(inputs, labels, 5)
    assert len(model.root) == 9
    assert int(model.levels) <= 3
    assert int(model.votes.sum(1).min()) >= 6
    # each tree grows on a bootstrap sample as large as the data
    assert int(model.votes.sum()) == 9 * 200


def test_it_learns():
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(400, 1, 2, 3, generator=generator)
    labels = (inputs.flatten(1)[:, :2].sum(1) > 0).long()
    model = random_forest((1, 2, 3), 2, trees=40)
    model.fit(inputs[:300], labels[:300], 0)
    assert float((model(inputs[300:]).argmax(1) == labels[300:]).float().mean()) > 0.85
