"""Operations that absorb a shift: what comes out is the same, whatever the loss makes of it."""

from collections.abc import Callable

import torch

from netwright.dynamics.shifts.pattern import Pattern, grouped, pull, settle, spread
from netwright.dynamics.shifts.step import Pulled, Rule, Step, added, numbers_of, shaped
from netwright.structure.tape import Value


def softmax(at: int) -> Rule:
    """Return the rule of functions of the softmax over dimension `dim`, which is their argument number `at`.

    softmax(x + c 1) = softmax(x).
    """

    def rule(step: Step) -> Pulled:
        value, dim = step.operand(0, "input"), step.op.argument(at, "dim")
        if value and isinstance(dim, int):
            yield value, grouped(value.shape, (dim,))

    return rule


def classification(step: Step) -> Pulled:
    """Yield the pattern of logits: one class a sample (and place), over all K classes of (N, K, ...) or (K,)."""
    value = step.operand(0, "input")
    if value:
        yield value, grouped(value.shape, (1 if len(value.shape) > 1 else 0,))


def spread_measure(step: Step) -> Pulled:
    """Yield the pattern of what a variance or standard deviation is taken of: all that it runs over is one class."""
    value, dims = step.operand(0, "input"), step.op.argument(1, "dim")
    if value:
        every = tuple(range(len(value.shape)))
        yield value, grouped(value.shape, every if dims is None or isinstance(dims, bool) else numbers_of(dims))


def layer_norm(step: Step) -> Pulled:
    """Yield the patterns of a layer normalisation: the elements of one position are one class, whatever epsilon."""
    value, shape = step.operand(0, "input"), numbers_of(step.op.argument(1, "normalized_shape"))
    if value:
        yield value, grouped(value.shape, tuple(range(-len(shape), 0)))
    bias = step.operand(3, "bias")
    if bias:
        yield bias, added(bias, step.out)


def group_norm(step: Step) -> Pulled:
    """Yield the patterns of a group normalisation: the channels of a group of one sample are one class."""
    value, groups = step.operand(0, "input"), int(step.op.argument(1, "num_groups"))
    if value:
        n, channels = value.shape[:2]
        split = grouped((n, groups, channels // groups, *value.shape[2:]), tuple(range(2, len(value.shape) + 1)))
        yield value, split.reshape(value.shape)
    yield from _channel_bias(step, 3)


def instance_norm(step: Step) -> Pulled:
    """Yield the patterns of an instance normalisation: a channel of one sample is a class."""
    value = step.operand(0, "input")
    if value and step.op.argument(5, "use_input_stats", True):
        yield value, grouped(value.shape, tuple(range(2, len(value.shape))))
    yield from _channel_bias(step, 4)


def batch_norm(step: Step) -> Pulled:
    """Yield the patterns of a batch normalisation.

    In training a channel is a class, over the batch and space. In evaluation nothing is absorbed, but a shift within a
    channel goes through, multiplied by one number.
    """
    value = step.operand(0, "input")
    if value and batch_statistics(step.op.argument):
        yield value, grouped(value.shape, (0, *range(2, len(value.shape))))
    elif value:
        channels = torch.arange(value.shape[1]).reshape([-1 if dim == 1 else 1 for dim in range(len(value.shape))])
        yield value, settle(step.out, channels.expand(value.shape))
    yield from _channel_bias(step, 4)


def batch_statistics(argument: Callable[..., object]) -> bool:
    """Return whether a call of batch norm, whose arguments are asked for, uses the statistics of its batch."""
    return bool(argument(5, "training", False)) or argument(1, "running_mean") is None


def attention(step: Step) -> Pulled:
    """Yield the patterns of scaled dot-product attention.

    A shift b of all keys adds q.b / sqrt(d) to all scores of a query, which its softmax absorbs, under any additive
    mask and under dropout of the weights. A mask that is learned may shift along the keys. A shift of the values that
    differs between positions goes through where coordinates fall together; one that is constant along the positions
    does since the weights sum to 1.
    """
    query, key, value = (step.op.argument(at, name) for at, name in enumerate(("query", "key", "value")))
    if key in step.wanted:
        yield key, None if key is query else grouped(key.shape, (-2,))
    mask = step.operand(3, "attn_mask")
    if mask:
        scores = (*query.shape[:-1], key.shape[-2])
        yield mask, added(mask, grouped(scores, (-1,)))
    if value in step.wanted:
        yield value, None if value is query else _attended(step, value)


def _attended(step: Step, value: Value) -> Pattern:
    """Return the pattern of attention's values."""
    out = step.out
    *batch, _, width = value.shape
    rows = torch.arange(1, len(value.tensor.reshape(-1)) // value.shape[-2] + 1).reshape(*batch, 1, width)
    if step.op.kwargs.get("enable_gqa") and batch and batch[-1] != out.shape[-3]:
        rows = rows.repeat_interleave(out.shape[-3] // batch[-1], -3)
    rows = rows.expand(out.shape)
    queries = torch.arange(out.numel() // width).reshape(*out.shape[:-1], 1)
    count = int(rows.max())
    apart = pull(settle(out, queries.expand(out.shape)), rows, count)
    if apart is not None:
        return spread(apart.reshape(*batch, width), value.shape[-2]).transpose(-1, -2)
    together = None if step.op.argument(4, "dropout_p", 0.0) else pull(out, rows, count)
    return None if together is None else shaped(together.reshape(*batch, 1, width).expand(value.shape), value)


def _channel_bias(step: Step, at: int) -> Pulled:
    bias = step.operand(at, "bias")
    if bias:
        yield bias, added(bias, step.out, axis=1)
