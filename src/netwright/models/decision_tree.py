"""One decision tree, grown by scikit-learn and kept as tensors."""

from typing import Any

from torch import nn

from netwright.models.options import whole
from netwright.models.tree_ensemble import TreeEnsemble


def decision_tree(
    shape: tuple[int, ...],  # noqa: ARG001 - every factory has it; a tree reads values by number
    classes: int,
    *,
    max_depth: int | None = None,
    min_leaf: int = 1,
) -> nn.Module:
    """Return a classification tree (CART, Gini impurity) on the values of an input.

    It fits itself (`netwright.models.fits_itself`); afterwards it is walked by torch and gives the predictions of
    scikit-learn's `DecisionTreeClassifier`.

    Source: Breiman, Friedman, Olshen and Stone 1984, "Classification and Regression Trees", chapters 2 and 4.

    Args:
        shape: Of an input: (channels, height, width) of an image, (features,) of a row.
        classes: How many logits.
        max_depth: Levels below the root; without it the leaves are pure, or too small to split.
        min_leaf: Training samples that a leaf has at least.

    Returns:
        A module from (N, *shape) to the logarithm of the class probabilities, (N, classes).

    >>> import torch
    >>> tree = decision_tree((1, 1, 1), 2, max_depth=1)
    >>> tree.fit(torch.tensor([0.0, 1.0, 2.0, 3.0]).reshape(4, 1, 1, 1), torch.tensor([0, 0, 1, 1]), seed=0)
    >>> tree(torch.tensor([1.4, 1.6]).reshape(2, 1, 1, 1)).argmax(1).tolist()
    [0, 1]
    """
    if max_depth is not None:
        whole("decision-tree.max_depth", max_depth, 1, 1000)
    whole("decision-tree.min_leaf", min_leaf, 1, 1_000_000)

    def make_estimator(seed: int) -> Any:
        # imported here, because a fitted tree that is loaded again needs none of it
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed)

    return TreeEnsemble(classes, make_estimator)
