"""Products of two tensors written in Einstein's notation."""

from itertools import pairwise
from math import prod

import torch
from torch import Tensor

from netwright.dynamics.shifts.contraction import rows
from netwright.dynamics.shifts.pattern import spread
from netwright.dynamics.shifts.step import Pulled, Step
from netwright.structure.tape import Value


def einsum(step: Step) -> Pulled:
    """Yield the patterns of two factors whose every index is in the result, or in both factors; others are frozen."""
    equation, *factors = step.op.args
    parsed = _parsed(equation, factors)
    if parsed is None:
        return
    (left, right), (first, second), result = parsed
    sizes = dict(zip(left + right, (*first.shape, *second.shape), strict=True))
    for own, other, value in ((left, right, first), (right, left, second)):
        if value in step.wanted:
            found = _factor(step.out, own, other, result, sizes)
            yield value, None if found is None else found.reshape(value.shape)


def _factor(out: Tensor, own: str, other: str, result: str, sizes: dict[str, int]) -> Tensor | None:
    """Return the pattern of the factor with the indices `own`."""
    kept = [letter for letter in own if letter in result]
    summed = [letter for letter in own if letter not in result]
    found = rows(
        out,
        _numbers(kept, result, sizes),
        _numbers([letter for letter in other if letter in result], result, sizes),
        prod(sizes[letter] for letter in kept),
    )
    if found is None:
        return None
    ids = spread(found, prod(sizes[letter] for letter in summed))
    letters = kept + summed
    return ids.reshape([sizes[letter] for letter in letters]).permute([letters.index(letter) for letter in own])


def _numbers(letters: list[str], result: str, sizes: dict[str, int]) -> Tensor:
    """Return the number of the index tuple of some letters at each place of the result, from 1."""
    numbers = torch.arange(1, prod(sizes[letter] for letter in letters) + 1)
    numbers = numbers.reshape([sizes[letter] for letter in letters])
    order = [letters.index(letter) for letter in result if letter in letters]
    shape = [sizes[letter] if letter in letters else 1 for letter in result]
    return numbers.permute(order).reshape(shape).expand([sizes[letter] for letter in result])


def _parsed(equation: object, factors: list[object]) -> tuple[list[str], list[Value], str] | None:
    """Return the indices of both factors, the factors, and the indices of the result; None of any other form."""
    if len(factors) == 1 and isinstance(factors[0], list | tuple):
        factors = list(factors[0])
    values = [factor for factor in factors if isinstance(factor, Value)]
    if not isinstance(equation, str) or "->" not in equation or "." in equation or len(values) != 2:
        return None
    inputs, result = equation.replace(" ", "").split("->")
    sides = inputs.split(",")
    repeated = any(one == two for side in (*sides, result) for one, two in pairwise(sorted(side)))
    alone = (set(sides[0]) ^ set(sides[1])) - set(result)
    ones = any(1 in value.shape for value in values)
    return None if repeated or alone or ones else (sides, values, result)
