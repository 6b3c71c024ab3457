import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier
from torch import nn

from netwright.models.decision_tree import decision_tree
from netwright.models.googlenet import googlenet
from netwright.models.random_forest import random_forest
from netwright.qualities.interpretability import count_layers, measure, tree_facts, used_features


def test_a_tree_is_as_scikit_learn_says(stripes):
    images, labels = stripes(300, seed=0)
    tree = decision_tree((1, 8, 8), 3)
    tree.fit(images, labels, seed=0)
    oracle = DecisionTreeClassifier(random_state=0).fit(images.flatten(1).numpy(), labels.numpy())
    depth, rules = tree_facts(tree)
    assert (depth.value, rules.value) == (oracle.get_depth(), oracle.get_n_leaves())
    used = set(oracle.tree_.feature[oracle.tree_.children_left >= 0].tolist())
    assert set(used_features(tree, images).nonzero()[:, 0].tolist()) == used


def test_a_forest_counts_the_leaves_of_all_its_trees(stripes):
    images, labels = stripes(200, seed=0)
    forest = random_forest((1, 8, 8), 3, trees=7, max_depth=3)
    forest.fit(images, labels, seed=0)
    oracle = RandomForestClassifier(7, max_depth=3, random_state=0).fit(images.flatten(1).numpy(), labels.numpy())
    depth, rules = tree_facts(forest)
    assert depth.value == max(tree.get_depth() for tree in oracle.estimators_)
    assert rules.value == sum(tree.get_n_leaves() for tree in oracle.estimators_)
    assert rules.notes == ("leaves of 7 trees",)
    used = np.unique(np.concatenate([t.tree_.feature[t.tree_.children_left >= 0] for t in oracle.estimators_]))
    assert used_features(forest, images).nonzero()[:, 0].tolist() == used.tolist()


def test_a_tree_that_never_splits_looks_at_nothing():
    stump = decision_tree((1, 4, 4), 2)
    stump.fit(torch.rand(5, 1, 4, 4), torch.zeros(5, dtype=torch.int64), seed=0)
    depth, rules = tree_facts(stump)
    assert (depth.value, rules.value, int(used_features(stump, torch.rand(2, 1, 4, 4)).sum())) == (0, 1, 0)


def test_of_a_linear_model_the_columns_that_are_not_zero():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(20, 4))
    with torch.no_grad():
        model[1].weight[:, [3, 4, 17]] = 0
        model[1].weight[1:, 5] = 0  # used for one class only
    used = used_features(model, torch.randn(10, 20))
    assert (~used).nonzero()[:, 0].tolist() == [3, 4, 17]


def test_what_moves_all_logits_alike_counts_as_seen_by_the_logits():
    model = nn.Linear(2, 3)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 0.0]] * 3))
    assert used_features(model, torch.randn(4, 2)).tolist() == [True, False]


def test_a_unit_that_is_dead_everywhere_hides_its_input():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
    with torch.no_grad():
        model[0].weight.copy_(torch.eye(2))
        model[0].bias.copy_(torch.tensor([0.0, -100.0]))
    assert used_features(model, torch.rand(50, 2) + 0.1).tolist() == [True, False]


@pytest.mark.parametrize("auxiliary", [True, False])
def test_heads_that_only_train_do_not_count(auxiliary):
    # a stem of 3 convolutions, 9 modules of 6 each, and the classifier
    model = googlenet((3, 96, 96), 10, width=0.05, auxiliary=auxiliary)
    assert count_layers(model, torch.zeros(1, 3, 96, 96)) == 3 + 9 * 6 + 1


def test_a_layer_that_is_called_twice_counts_once():
    shared = nn.Linear(3, 3)
    assert count_layers(nn.Sequential(shared, nn.ReLU(), shared), torch.zeros(1, 3)) == 1


@pytest.mark.parametrize("evidence", ["tree"], indirect=True)
def test_names_what_it_looks_at(evidence):
    from dataclasses import replace

    rows, labels = torch.randn(300, 5), torch.zeros(300, dtype=torch.int64)
    labels[rows[:, 1] > 0.5] = 1
    labels[(rows[:, 1] > 0.5) & (rows[:, 3] > 0)] = 2
    tree = decision_tree((5,), 3, max_depth=2)
    tree.fit(rows, labels, seed=0)
    names = ("age", "amount", "country", "hour", "device")
    *_, features = measure(replace(evidence, model=tree, inputs=rows, labels=labels, features=names))
    assert features.value == 2
    assert features.notes == ("2 of 5 values of an input: amount, hour",)


@pytest.mark.parametrize("evidence", ["forest"], indirect=True)
def test_says_so_where_nothing_is_known(evidence):
    assert [one.quality for one in measure(evidence) if hasattr(one, "reason")] == [
        "interpretability.depth", "interpretability.rules", "interpretability.features",
    ]  # fmt: skip
