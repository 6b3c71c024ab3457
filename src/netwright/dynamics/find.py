"""Finding every differentiable symmetry of a network under a loss."""

from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map

from netwright.dynamics.confirm import confirm
from netwright.dynamics.frozen_norms import propose_shears
from netwright.dynamics.heads.propose import propose_heads
from netwright.dynamics.loss import Loss, softmax_cross_entropy
from netwright.dynamics.names import unwrap
from netwright.dynamics.null_space import slice_null_space
from netwright.dynamics.overlap import without_diagonals, without_null
from netwright.dynamics.proposals import Proposals
from netwright.dynamics.scales.propose import propose_scales
from netwright.dynamics.shifts.propose import propose_shifts
from netwright.dynamics.symmetries import Symmetries
from netwright.records.errors import ModelError
from netwright.records.symmetry import Absence, Symmetry, SymmetryTable
from netwright.structure.call import Example, call, plain, refuse_lazy
from netwright.structure.record import record
from netwright.structure.tape import Tape

FEWEST, MOST = 2, 8
"""Samples of a batch that are looked at: a batch normalisation of vectors needs more than a few."""

ELEMENTS = 12_000
"""Input elements beyond which fewer samples are looked at."""


def find_symmetries(model: nn.Module, example: Example, *, loss: Loss | None = None, seed: int = 0) -> Symmetries:
    """Find the translation, scale, rescale and general linear symmetries of a loss, and why others are absent.

    Every operation of one forward pass is followed: what scales and shifts it passes on, takes away or blocks. What
    that suggests is confirmed by gradients at random parameters in float64. The model is neither changed nor trained;
    its mode (train or eval) is the one that is judged.

    Args:
        model: Any module, also inside DistributedDataParallel or torch.compile.
        example: One batch of inputs: a tensor for model(x), a tuple for model(*x), a dict for model(**x); no labels,
            except where the model computes its own loss.
        loss: From what the model returns to one number; softmax cross-entropy if not given (of a scalar, itself).
        seed: Of the random parameters at which the symmetries are confirmed.

    Returns:
        The families of symmetries; a table when printed.

    Raises:
        ModelError: The example does not fit the model, or the loss is not one number.

    Source: Kunin et al. 2021, "Neural Mechanics: Symmetry and Broken Conservation Laws in Deep Learning Dynamics",
    section 3.

    >>> import torch
    >>> model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> [(family.symmetry.kind, family.symmetry.count) for family in find_symmetries(model, torch.randn(8, 3))]
    [('rescale', 4), ('translation', 5)]
    """
    model = unwrap(model)
    refuse_lazy(model)
    judge = loss or softmax_cross_entropy
    tape, batch = _taped(model, example, judge)
    if not tape.parameters:
        return Symmetries((), _table((), (), model, loss))
    parts = [propose_scales(tape), propose_heads(tape), propose_shifts(tape), _by_numbers(tape, model, batch, judge)]
    families = without_diagonals([family for part in parts for family in part.families])
    verdict = confirm(model, batch, judge, families, propose_shears(tape), seed)
    kept = without_null(verdict.families)
    absent = (*(absence for part in parts for absence in part.absent), *verdict.absent)
    rows = (*(family.symmetry for family in kept), *(shear.symmetry for shear in verdict.shears))
    return Symmetries(kept, _table(rows, absent, model, loss), verdict.shears)


def _taped(model: nn.Module, example: Example, loss: Loss) -> tuple[Tape, Example]:
    """Return the tape of a few samples, or of the whole batch where the model wants that."""
    few = _few(example)
    if few is not None:
        try:
            return record(model, lambda: loss(call(model, few)), few), few
        except (ModelError, ValueError, RuntimeError):
            # a model or a loss that is made for batches of one size gets its whole batch below
            pass
    return record(model, lambda: loss(call(model, example)), example), example


def _few(example: Example) -> Example | None:
    """Return the first samples of a batch, where all its tensors count the same samples and there are more."""
    tensors = [leaf for leaf in tree_leaves(plain(example)) if isinstance(leaf, Tensor) and leaf.dim()]
    sizes = {tensor.shape[0] for tensor in tensors}
    if len(sizes) != 1:
        return None
    each = sum(tensor[0].numel() for tensor in tensors)
    count = min(MOST, max(FEWEST, ELEMENTS // max(1, each)))
    if min(sizes) <= count:
        return None
    cut: Example = tree_map(
        lambda leaf: leaf[:count] if isinstance(leaf, Tensor) and leaf.dim() else leaf, plain(example)
    )
    return cut


def _by_numbers(tape: Tape, model: nn.Module, example: Example, loss: Loss) -> Proposals:
    """Return what numbers alone find in the parameters that only code out of sight reads."""
    dark = [operation for operation in tape.operations if operation.name == "untraced"]
    names = {value.name for operation in dark for value in operation.inputs if value.origin == "parameter"}
    if not names:
        return Proposals()
    try:
        found = slice_null_space(model, example, loss=loss, parameters=names)
    except ModelError as error:
        place = ", ".join(dict.fromkeys(operation.module for operation in dark))
        return Proposals((), (Absence(kind="rescale", place=place, reason=str(error)),))
    return Proposals((*found.scales.families, *found.translations.families))


def _table(
    rows: tuple[Symmetry, ...], absent: tuple[Absence, ...], model: nn.Module, loss: Loss | None
) -> SymmetryTable:
    name = "softmax cross-entropy" if loss is None else getattr(loss, "__name__", type(loss).__name__)
    told = tuple(dict.fromkeys(absent))
    return SymmetryTable(symmetries=rows, absent=told, loss=name, mode="train" if model.training else "eval")
