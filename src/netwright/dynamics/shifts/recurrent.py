"""The two biases of each gate of a recurrent layer: what one gains the other may lose."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from netwright.dynamics.shifts.walk import Walk
from netwright.dynamics.slice_family import SliceFamily
from netwright.dynamics.slicing import Slicing
from netwright.records.symmetry import Symmetry
from netwright.structure.tape import Tape, Value

SHARED = {"lstm": 1.0, "rnn_tanh": 1.0, "rnn_relu": 1.0, "gru": 2 / 3}
"""Which share of the entries of both biases is added before anything else happens to it; a GRU's reset gate multiplies
the last third of the hidden one alone."""


def recurrent_exchanges(tape: Tape, walk: Walk) -> Iterator[SliceFamily]:
    """Yield the exchanges between `bias_ih` and `bias_hh` of torch's LSTM, GRU and plain recurrent layers.

    Each gate is f(W x + b_ih + U h + b_hh), and sees b_ih + d, b_hh - d as the same.

    Args:
        tape: Of a loss.
        walk: The patterns of its values.

    Yields:
        A family for each layer and direction whose biases nothing else reads.
    """
    for op in tape.operations:
        if op.name not in SHARED or not any(out in walk.patterns for out in op.outputs):
            continue
        biases = {value.name: value for value in op.inputs if value.origin == "parameter" and len(value.shape) == 1}
        for name, first in biases.items():
            second = biases.get(name.replace("bias_ih", "bias_hh"))
            if "bias_ih" in name and second is not None and len(first.users) == len(second.users) == 1:
                yield _family(first, second, round(first.shape[0] * SHARED[op.name]))


def _family(first: Value, second: Value, count: int) -> SliceFamily:
    entries = first.shape[0]
    kept = sparse.csr_array(np.eye(count, entries))
    symmetry = Symmetry(
        kind="translation",
        place=f"{first.name} + {second.name}",
        parameters=(first.name, second.name),
        count=count,
    )
    slicings = tuple(Slicing(bias.name, bias.shape, (0,)) for bias in (first, second))
    return SliceFamily(symmetry, slicings, sparse.csr_array(sparse.hstack([kept, -kept])))
