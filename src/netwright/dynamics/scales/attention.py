"""Scaled dot-product attention: the scores keep their size, what is attended to scales as one along the positions."""

from netwright.dynamics.scales.contraction import factors
from netwright.dynamics.scales.label import Label, Term
from netwright.dynamics.scales.walk import Walk
from netwright.structure.tape import Operation


def attend(walk: Walk, operation: Operation) -> None:
    """Attention, softmax(q k^T) v."""
    query, key, value = operation.args[:3]
    out, reason = walk.one(operation), walk.where(operation)
    grouped = operation.kwargs.get("enable_gqa", False)
    repeats = query.shape[-3] // key.shape[-3] if grouped else 1
    q, k, v = (walk.of(part).expand(part.shape) for part in (query, key, value))
    k, v = (_repeated(label, repeats) for label in (k, v))
    turned = Label(tuple(Term(term.ids.transpose(-1, -2), term.factor) for term in k.terms))
    for terms in factors(walk, q, turned, reason):
        walk.system.demand(terms, f"the softmax of {reason}")
    mask = operation.argument(3, "attn_mask")
    if mask is not None:
        walk.system.fix(walk.of(mask), f"the mask of {reason}")
    walk.set(out, walk.system.gather(v, [len(value.shape) - 2], reason))


def _repeated(label: Label, times: int) -> Label:
    if times == 1:
        return label
    return Label(tuple(Term(term.ids.repeat_interleave(times, -3), term.factor) for term in label.terms))
