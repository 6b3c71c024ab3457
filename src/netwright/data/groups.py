"""Groups of test samples, such as age bands, whose treatment by a model can be compared."""

import json
from collections.abc import Mapping

from torch import Tensor

from netwright.data.packed import Packed
from netwright.records.errors import DataError, nearest

Groups = tuple[tuple[str, ...], Tensor]
"""(names, codes): test sample i is of the group names[codes[i]]; codes are int64 (M,)."""
_ARRAY, _FACT = "test_group ", "test_groups"


def find_groups(dataset: str, known: Mapping[str, Groups], column: str) -> Groups:
    """Return the groups of a column.

    Args:
        dataset: Name of the data set, for the message.
        known: Column -> groups.
        column: The wanted one.

    Returns:
        Its names and codes.

    Raises:
        DataError: There is no such column; the message names the nearest ones.

    >>> import torch
    >>> find_groups("toy", {"age": (("young", "old"), torch.tensor([0, 1, 1]))}, "age")[0]
    ('young', 'old')
    """
    if column in known:
        return known[column]
    if not known:
        raise DataError(f"{dataset} has no column of groups, but group = {column!r} was asked for. Leave group out.")
    raise DataError(f"{dataset} has no column of groups {column!r}. {nearest(column, list(known))}")


def pack_groups(groups: Mapping[str, Groups]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return groups as arrays and facts of a `Packed`.

    Args:
        groups: Column -> groups.

    Returns:
        (arrays, facts); the name of an array holds the names of its groups, so that a fingerprint covers them.
    """
    arrays = {_ARRAY + json.dumps([column, names]): codes for column, (names, codes) in groups.items()}
    return arrays, {_FACT: json.dumps(list(arrays))}


def unpack_groups(packed: Packed) -> dict[str, Groups]:
    """Return the groups in arrays and facts.

    Args:
        packed: What holds them.

    Returns:
        Column -> groups, in their first order.
    """
    groups: dict[str, Groups] = {}
    for key in json.loads(packed.facts[_FACT]):
        column, names = json.loads(key.removeprefix(_ARRAY))
        groups[column] = tuple(names), packed.arrays[key]
    return groups
