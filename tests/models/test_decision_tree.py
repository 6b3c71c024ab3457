import numpy as np
import torch
from sklearn.tree import DecisionTreeClassifier

from netwright.models.decision_tree import decision_tree


def test_it_is_one_tree_within_its_depth_and_leaf_size():
    generator = torch.Generator().manual_seed(0)
    inputs, labels = torch.randn(200, 1, 2, 3, generator=generator), torch.arange(200) % 3
    model = decision_tree((1, 2, 3), 3, max_depth=4, min_leaf=7)
    model.fit(inputs, labels, 5)
    assert len(model.root) == 1
    assert int(model.levels) <= 4
    assert int(model.votes.sum(1).min()) >= 7
    assert int(model.votes.sum()) == 200


def test_it_is_the_tree_of_scikit_learn():
    generator = torch.Generator().manual_seed(0)
    inputs, labels = torch.randn(200, 1, 2, 3, generator=generator), torch.arange(200) % 3
    model = decision_tree((1, 2, 3), 3)
    model.fit(inputs, labels, 5)
    tree = DecisionTreeClassifier(random_state=5).fit(inputs.flatten(1).numpy(), labels.numpy()).tree_
    inner = tree.feature >= 0
    # the first inner node stands for no tree
    assert np.array_equal(model.feature[1:].numpy(), tree.feature[inner])
    assert np.array_equal(model.threshold[1:].numpy(), tree.threshold[inner])
    assert int(model.levels) == tree.max_depth
