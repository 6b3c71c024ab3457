"""A random forest, grown by scikit-learn and kept as tensors."""

from typing import Any

from torch import nn

from netwright.models.options import whole
from netwright.models.tree_ensemble import TreeEnsemble


def random_forest(
    shape: tuple[int, ...],  # noqa: ARG001 - every factory has it; a tree reads values by number
    classes: int,
    *,
    trees: int = 100,
    max_depth: int | None = None,
    min_leaf: int = 1,
) -> nn.Module:
    """Return a random forest on the values of an input: trees on bootstrap samples, sqrt(D) features tried a split.

    It fits itself (`netwright.models.fits_itself`); afterwards it is walked by torch and gives the predictions of
    scikit-learn's `RandomForestClassifier`.

    Source: Breiman 2001, "Random Forests", sections 1 and 4.

    Args:
        shape: Of an input: (channels, height, width) of an image, (features,) of a row.
        classes: How many logits.
        trees: How many trees.
        max_depth: Levels below a root; without it the leaves are pure, or too small to split.
        min_leaf: Training samples that a leaf has at least.

    Returns:
        A module from (N, *shape) to the logarithm of the mean class probabilities, (N, classes).

    >>> import torch
    >>> forest = random_forest((1, 1, 1), 2, trees=10)
    >>> forest.fit(torch.arange(20.0).reshape(20, 1, 1, 1), (torch.arange(20) >= 10).long(), seed=0)
    >>> forest(torch.tensor([3.0, 16.0]).reshape(2, 1, 1, 1)).argmax(1).tolist(), len(forest.root)
    ([0, 1], 10)
    """
    whole("random-forest.trees", trees, 1, 10_000)
    if max_depth is not None:
        whole("random-forest.max_depth", max_depth, 1, 1000)
    whole("random-forest.min_leaf", min_leaf, 1, 1_000_000)

    def make_estimator(seed: int) -> Any:
        # imported here, because a fitted forest that is loaded again needs none of it
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            trees, max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed, n_jobs=1
        )

    return TreeEnsemble(classes, make_estimator)
