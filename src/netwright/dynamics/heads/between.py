"""What stands between a value and the linear maps that it comes from, in words."""

from netwright.dynamics.heads.movement import moves
from netwright.dynamics.heads.product import product_of
from netwright.structure.tape import Operation, Value

NORMS = frozenset({
    "layer_norm", "rms_norm", "group_norm", "batch_norm", "instance_norm", "normalize", "rsqrt", "norm", "vector_norm",
    "linalg_vector_norm", "linalg_norm",
})  # fmt: skip
SUMS = frozenset({"add", "sub", "addcmul", "view_as_real"})
HALVES = frozenset({"cat", "stack", "setitem", "view_as_complex"})
TURNS = SUMS | HALVES | {"mul", "neg", "rsub", "complex", "empty_like", "zeros_like", "to", "float"}
"""Of which rotary embeddings are made: products with cosines and sines, their sums, the halves put together."""

ROTARY = "rotary embedding leaves one scale a frequency pair"


def between(value: Value) -> str:
    """Return what stands between a value and the linear maps it comes from.

    Args:
        value: Of a tape.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> net, x = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh()), torch.zeros(1, 2)
    >>> between(record(net, lambda: net(x), x).result)
    'tanh stands between it and its linear map'
    """
    names, sources = _back(value)
    if not sources:
        return "it does not come from a linear map"
    rest = sorted(names - HALVES)
    if rest:
        return f"{', '.join(rest)} {'stands' if len(rest) == 1 else 'stand'} between it and its linear map"
    return "the weight of its linear map is computed, or is part of a parameter"


def known_breaker(value: Value) -> str:
    """Return which of the usual breakers of a head stands behind a value: a rotary embedding, a norm; empty if none.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> net, x = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2)), torch.zeros(1, 2)
    >>> known_breaker(record(net, lambda: net(x), x).result)
    'a normalisation (layer_norm) stands in between'
    """
    names, sources = _back(value)
    norms = sorted(names & NORMS)
    if norms:
        return f"a normalisation ({norms[0]}) stands in between"
    turned = names <= TURNS and "mul" in names and names & SUMS and names & HALVES
    return ROTARY if sources and turned else ""


def _back(value: Value) -> tuple[set[str], set[Operation]]:
    """Return the names of operations back to the linear maps, and those; of values that depend on parameters alone."""
    names, sources, seen, ahead = set(), set(), {value}, [value]
    while ahead:
        maker = ahead.pop().maker
        if maker is None:
            continue
        if product_of(maker) is not None:
            sources.add(maker)
            continue
        if not moves(maker) or maker.name in HALVES:
            names.add(maker.name)
        new = [given for given in maker.inputs if given not in seen and given.tensor.requires_grad]
        seen |= set(new)
        ahead += new
    return names, sources
