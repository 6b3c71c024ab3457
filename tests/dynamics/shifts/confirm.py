"""Checking proposals against gradients: every charge is conserved, and there are no others."""

from collections import Counter

import numpy as np
import torch
from tests.dynamics.nets.truth import randomise
from torch.nn import functional

from netwright.dynamics.shifts.propose import propose_shifts
from netwright.structure.record import record

ENOUGH = 200
"""Networks with more parameters than that are not searched for shifts that were missed."""


def residual(families, gradients):
    """Return the largest |<g, v>| / (|g| |v|) over all charges, |g| over all parameters."""
    whole = torch.stack([g.norm() for g in gradients.values()]).norm().item()
    worst = 0.0
    for family in families:
        elements = [np.full(s.count, np.prod(s.view) / s.count) for s in family.slicings]
        lengths = np.sqrt(family.weights.power(2) @ np.concatenate(elements))
        worst = max(worst, float((np.abs(family.along(gradients)) / lengths).max()) / whole)
    return worst


def counts(families):
    found = Counter()
    for family in families:
        found[family.symmetry.kind] += family.symmetry.count
    return dict(found)


def independent(families):
    """Return how many charges of translations are linearly independent."""
    names = sorted({s.parameter for f in families for s in f.slicings})
    sizes = {s.parameter: int(np.prod(s.view)) for f in families for s in f.slicings}
    vectors = []
    for family in families:
        units = []
        for s in family.slicings:
            ids = torch.arange(s.count).reshape([n if d in s.keep else 1 for d, n in enumerate(s.view)]).expand(s.view)
            units.append((s.parameter, functional.one_hot(ids.reshape(-1), s.count).double().T.numpy()))
        width, rows = 0, []
        for name, unit in units:
            part = family.weights[:, width : width + len(unit)] @ unit
            rows.append(np.hstack([part if other == name else np.zeros((len(part), sizes[other])) for other in names]))
            width += len(unit)
        vectors.append(sum(rows))
    return int(np.linalg.matrix_rank(np.vstack(vectors))) if vectors else 0


def confirmed(model, loss):
    """Propose for a model; check each charge at random parameters, and that gradients of a small one allow no others.

    Args:
        model: What it keeps as `x` is drawn anew for every gradient.
        loss: Of the model, at its present `x`.

    Returns:
        The count of each kind and parameters, and the absences.
    """
    model.double()
    found = propose_shifts(record(model, loss, ()))
    generator = torch.Generator().manual_seed(3)
    size = sum(parameter.numel() for parameter in model.parameters())
    rows = []
    for _ in range(size + 10 if size <= ENOUGH else 3):
        randomise(model, generator)
        if hasattr(model, "x"):
            model.x = torch.randn(model.x.shape, dtype=torch.float64, generator=generator)
        model.zero_grad()
        loss().backward()
        gradients = {name: p.grad for name, p in model.named_parameters()}
        assert residual(found.families, gradients) <= 1e-12
        rows.append(torch.cat([g.reshape(-1) for g in gradients.values()]))
    total = sum(counts(found.families).values())
    assert independent(found.families) == total
    if size <= ENOUGH:
        singular = torch.linalg.svdvals(torch.stack([row / row.norm() for row in rows]))
        assert int((singular < 1e-10 * singular[0]).sum()) == total
    by_parameters = Counter()
    for family in found.families:
        by_parameters[family.symmetry.kind, family.symmetry.parameters] += family.symmetry.count
    return dict(by_parameters), found.absent
