"""Decision trees as tensors: fitted by scikit-learn, walked by torch, all trees and inputs at once."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from netwright.records.errors import DataError

SMALLEST_PROBABILITY = 1e-7
"""Probabilities below are raised to this one, so that their logarithm is finite."""
TIE_BREAK = 1e-6
"""Added to the winner's logit: what wins in float64 wins in float32 and after a softmax, too."""
SIZED_BY_DATA = ("feature", "threshold", "left", "right", "votes", "root", "levels")


class TreeEnsemble(nn.Module):
    """P(k | x) = mean over trees of the share of class k in the leaf where x ends.

    All trees lie in the same buffers: `feature` and `threshold` of each inner node, its `left` and `right` child (an
    inner node, or ~leaf), `votes` (training samples of each class in each leaf), the `root` of each tree, and `levels`,
    the depth of the deepest tree. The buffers take the shapes of the state that is loaded. Before `fit` there is one
    tree, a leaf with a vote for every class.

    Args:
        classes: How many logits.
        make_estimator: From a seed to a classifier of scikit-learn, not fitted.
    """

    feature: Tensor
    threshold: Tensor
    left: Tensor
    right: Tensor
    votes: Tensor
    root: Tensor
    levels: Tensor

    def __init__(self, classes: int, make_estimator: Callable[[int], Any]) -> None:
        super().__init__()
        self.make_estimator = make_estimator
        self._hold(_no_tree(classes))
        self.register_load_state_dict_pre_hook(_adopt_shapes)  # type: ignore[no-untyped-call]

    def _hold(self, trees: Mapping[str, Tensor]) -> None:
        for name in SIZED_BY_DATA:
            self.register_buffer(name, trees[name])

    def forward(self, x: Tensor) -> Tensor:
        """Return log P(k | x), float32 (N, classes), for inputs (N, ...)."""
        values = x.flatten(1)
        node = self.root.expand(len(values), -1)
        for _ in range(int(self.levels)):
            inner = node.clamp(min=0)
            goes_left = values.gather(1, self.feature[inner].long()) <= self.threshold[inner]
            below = torch.where(goes_left, self.left[inner], self.right[inner])
            node = torch.where(node < 0, node, below)
        votes = self.votes[~node].double()
        shares = votes / votes.sum(2, keepdim=True)
        # cumsum adds one tree after the other, as scikit-learn does, so that even ties of rounding come out the same
        probabilities = shares.cumsum(1)[:, -1] / self.root.shape[0]
        logits = probabilities.clamp(min=SMALLEST_PROBABILITY).log().float()
        winner = probabilities.argmax(1, keepdim=True)
        return logits.scatter_add(1, winner, torch.full_like(logits[:, :1], TIE_BREAK))

    def fit(self, inputs: Tensor, labels: Tensor, seed: int) -> None:
        """Grow the trees.

        Args:
            inputs: float32 (N, ...).
            labels: int64 (N,).
            seed: Decides the bootstrap samples, the features that are tried, and ties between splits.

        Raises:
            DataError: There is no training sample.
        """
        if len(labels) == 0:
            raise DataError("the trees got no training sample; give them one or more")
        estimator = self.make_estimator(seed)
        estimator.fit(inputs.flatten(1).numpy(), labels.numpy())
        trees = [member.tree_ for member in getattr(estimator, "estimators_", [estimator])]
        self._hold(_flatten(trees, estimator.classes_, self.votes.shape[1]))


def _no_tree(classes: int) -> dict[str, Tensor]:
    return {
        "feature": torch.zeros(1, dtype=torch.int32),
        "threshold": torch.zeros(1, dtype=torch.float64),
        "left": torch.full((1,), ~0, dtype=torch.int32),
        "right": torch.full((1,), ~0, dtype=torch.int32),
        "votes": torch.ones(1, classes, dtype=torch.int32),
        "root": torch.full((1,), ~0, dtype=torch.int32),
        "levels": torch.zeros((), dtype=torch.int32),
    }


def _flatten(trees: list[Any], seen: np.ndarray[Any, Any], classes: int) -> dict[str, Tensor]:
    # starts with the one inner node of no tree, so that no buffer is empty where all trees are leaves
    parts: dict[str, list[Tensor]] = {name: [tensor] for name, tensor in _no_tree(classes).items()}
    inner_count, leaf_count = 1, 0
    parts["votes"], parts["root"] = [], []
    for tree in trees:
        is_inner = tree.children_left >= 0
        # the number of each node among all inner nodes, or ~(its number among all leaves)
        number = np.where(is_inner, inner_count + np.cumsum(is_inner) - 1, ~(leaf_count + np.cumsum(~is_inner) - 1))
        leaves = np.zeros((int((~is_inner).sum()), classes))
        leaves[:, seen] = tree.value[~is_inner, 0] * tree.weighted_n_node_samples[~is_inner, None]
        parts["feature"].append(torch.from_numpy(tree.feature[is_inner].astype(np.int32)))
        parts["threshold"].append(torch.from_numpy(tree.threshold[is_inner].astype(np.float64)))
        parts["left"].append(torch.from_numpy(number[tree.children_left[is_inner]].astype(np.int32)))
        parts["right"].append(torch.from_numpy(number[tree.children_right[is_inner]].astype(np.int32)))
        parts["votes"].append(torch.from_numpy(leaves.round().astype(np.int32)))
        parts["root"].append(torch.tensor([number[0]], dtype=torch.int32))
        inner_count += int(is_inner.sum())
        leaf_count += len(leaves)
    flat = {name: torch.cat(tensors) for name, tensors in parts.items() if name != "levels"}
    return {**flat, "levels": torch.tensor(max(tree.max_depth for tree in trees), dtype=torch.int32)}


def _adopt_shapes(module: nn.Module, state: Mapping[str, Any], prefix: str, *_: object) -> None:
    # a fresh instance cannot know how many nodes were grown; only the number of classes must agree
    for name in SIZED_BY_DATA:
        stored = state.get(prefix + name)
        held = getattr(module, name)
        if stored is not None and stored.ndim == held.ndim and stored.shape[1:] == held.shape[1:]:
            module.register_buffer(name, torch.empty_like(stored, device=held.device))
