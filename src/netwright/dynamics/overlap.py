"""Families that say the same twice: diagonals of general linear ones, and parameters that the loss does not see."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.dynamics.family import Family
from netwright.dynamics.head_family import HeadFamily
from netwright.dynamics.slice_family import SliceFamily


def without_diagonals(families: Sequence[Family]) -> tuple[Family, ...]:
    """Return families without the rescale symmetries that are the diagonal of a general linear one.

    Args:
        families: All of a network.

    Returns:
        The others; a family of which a part is such a diagonal keeps its other charges.
    """
    heads = [family for family in families if isinstance(family, HeadFamily)]
    kept: list[Family] = []
    for family in families:
        if not isinstance(family, SliceFamily) or family.symmetry.kind != "rescale":
            kept.append(family)
            continue
        names = set(family.symmetry.parameters)
        owners = [head for head in heads if names <= set(head.symmetry.parameters)]
        own = ~np.logical_or.reduce([_inside(family, _moved(head)) for head in owners]) if owners else None
        if own is None or own.all():
            kept.append(family)
        elif own.any():
            kept.append(family.only(own))
    return tuple(kept)


def without_null(families: Sequence[Family]) -> tuple[Family, ...]:
    """Return families that leave parameters alone which the loss does not see at all.

    Args:
        families: All of a network.

    Returns:
        The same, scale and rescale families without the parameters all of whose elements are null.
    """
    null = [family for family in families if family.symmetry.kind == "null" and isinstance(family, SliceFamily)]
    counts = Counter(name for family in null for name in family.symmetry.parameters)
    unseen = {
        name
        for family in null
        for name in family.symmetry.parameters
        if counts[name] == 1 and family.symmetry.count == sum(slicing.count for slicing in family.slicings)
    }
    return tuple(
        family.without(unseen)
        if isinstance(family, SliceFamily) and family.symmetry.kind in {"scale", "rescale"}
        else family
        for family in families
    )


def _moved(head: HeadFamily) -> Mapping[str, Tensor]:
    """Return which elements of its parameters a general linear family moves, flat."""
    moved: dict[str, Tensor] = {}
    for factors in head.heads:
        for factor in factors:
            flat = moved.setdefault(factor.parameter, torch.zeros(int(np.prod(factor.view)), dtype=torch.bool))
            flat.view(factor.view).narrow(factor.axis, factor.start, head.width).fill_(True)
    return moved


def _inside(family: SliceFamily, moved: Mapping[str, Tensor]) -> NDArray[np.bool_]:
    """Return which charges weigh nothing but slices that are moved as a whole: (charges,)."""
    covered = []
    for slicing in family.slicings:
        inner = [axis for axis in range(len(slicing.view)) if axis not in slicing.keep]
        seen = moved[slicing.parameter].reshape(slicing.view)
        for axis in reversed(inner):
            seen = seen.all(axis)
        covered.append(seen.reshape(-1).numpy())
    outside = np.asarray((family.weights != 0).astype(float) @ (~np.concatenate(covered)).astype(float))
    return np.asarray(outside == 0)
