"""Facts that decide whether a person can follow a model: how deep it is, how many rules it has, what it looks at."""

import torch
from torch import Tensor, nn

from netwright.models.tree_ensemble import TreeEnsemble
from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.qualities.found import Found, not_measured
from netwright.records.measurement import Conditions, Measurement
from netwright.structure.evaluation_mode import evaluation_mode

DEPTH, RULES, FEATURES = "interpretability.depth", "interpretability.rules", "interpretability.features"
MOST = 256
"""Samples on which an input must have an effect to count as used."""
NAMED = 12
"""Names of used features that a note lists."""


def count_layers(model: nn.Module, example: Tensor) -> int:
    """Return how many layers with weights take part in one call, in evaluation mode.

    A layer is a module with a matrix or kernel of its own, such as a linear one or a convolution; one that is called
    twice counts once, and heads that only train do not count.

    Args:
        model: Any module.
        example: What it is called with.

    Returns:
        The count.

    >>> count_layers(nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2)), torch.zeros(1, 3))
    2
    """
    ran: set[nn.Module] = set()
    heavy = [m for m in model.modules() if any(p.ndim >= 2 for p in m.parameters(recurse=False))]
    hooks = [module.register_forward_hook(lambda part, *_: ran.add(part)) for module in heavy]
    try:
        with evaluation_mode(model), torch.inference_mode():
            model(example)
    finally:
        for hook in hooks:
            hook.remove()
    return len(ran)


def used_features(model: nn.Module, inputs: Tensor, *, seed: int = 0) -> Tensor | None:
    """Return which values of an input have an effect on a model's answer.

    Value j is used if d(v . f(x)) / dx_j is not 0 at one of the samples, for a random v: if no logit depends on x_j
    that is 0 everywhere, and else it is 0 by accident with probability 0. For a linear model these are the columns of
    its weights that are not 0; for a tree the values that its splits compare.

    Args:
        model: Any classifier.
        inputs: Samples to look at, (N, ...).
        seed: Of v.

    Returns:
        bool, in the shape of one flattened input; None for a model that has no slope and is no tree of ours, and for
        inputs that have none, such as the bytes of texts and videos.

    >>> linear = nn.Linear(3, 2)
    >>> _ = linear.load_state_dict({"weight": torch.tensor([[1.0, 0, 2], [3, 0, 0]]), "bias": torch.zeros(2)})
    >>> used_features(linear, torch.zeros(1, 3)).tolist()
    [True, False, True]
    """
    if isinstance(model, TreeEnsemble):
        used = torch.zeros(inputs[0].numel(), dtype=torch.bool)
        # the first inner node stands for a tree without splits, and no tree leads there
        used[model.feature[1:].long()] = True
        return used
    if not inputs.is_floating_point():
        return None
    with evaluation_mode(model), torch.inference_mode(mode=False), torch.enable_grad():
        points = inputs.detach().clone().requires_grad_()
        logits = model(points)
        if not logits.requires_grad:
            return None
        weights = torch.randn(logits.shape[1:], generator=torch.Generator().manual_seed(seed))
        slope = torch.autograd.grad((logits * weights).sum(), points, allow_unused=True)[0]
    return None if slope is None else (slope.flatten(1) != 0).any(0)


def tree_facts(model: TreeEnsemble, *, conditions: Conditions | None = None) -> tuple[Measurement, Measurement]:
    """Return depth and rules of a tree or forest.

    Depth is the number of comparisons on the longest way from a root to a leaf; rules are the leaves of all trees, each
    of which is one "if ... and ... then" (Molnar 2022, chapters 5 and 9).

    Args:
        model: The fitted trees.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurements `interpretability.depth` and `interpretability.rules`, counts, exact.
    """
    trees = f"{len(model.root)} trees" if len(model.root) > 1 else "one tree"
    depth = exact(DEPTH, int(model.levels), "count", conditions=conditions, notes=(f"levels of {trees}",))
    return depth, exact(RULES, len(model.votes), "count", conditions=conditions, notes=(f"leaves of {trees}",))


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return depth, rules and used features of a model, as far as its kind has them.

    Args:
        evidence: A trained model, test samples, and the names of the features where they have names.

    Returns:
        Three answers.
    """
    model, stated = evidence.model, evidence.conditions
    inputs, _ = evidence.sample(MOST)
    facts: tuple[Found, ...]
    if isinstance(model, TreeEnsemble):
        facts = tree_facts(model, conditions=stated)
    else:
        layers = count_layers(model, inputs[:1])
        depth = exact(DEPTH, layers, "count", conditions=stated, notes=("layers with weights",))
        unknown = not_measured("it has neither layers with weights nor trees that are known here", DEPTH)
        facts = ((depth,) if layers else unknown) + not_measured("it is no tree and has no rules to count", RULES)
    used = used_features(model, inputs)
    if used is None:
        return facts + not_measured("it has no slope over its inputs, and is no tree that is known here", FEATURES)
    note = _which(used, evidence.features)
    return (*facts, exact(FEATURES, int(used.sum()), "count", conditions=stated, notes=(note,)))


def _which(used: Tensor, names: tuple[str, ...]) -> str:
    share = f"{int(used.sum())} of {len(used)} values of an input"
    if len(names) != len(used) or not 0 < int(used.sum()) <= NAMED:
        return share
    return f"{share}: {', '.join(name for name, taken in zip(names, used.tolist(), strict=True) if taken)}"
