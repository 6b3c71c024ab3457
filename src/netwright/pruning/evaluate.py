"""What removing units did to a model: its answers, its size, its arithmetic, its time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import torch
from torch import Tensor, nn

from netwright.pruning.answers import answers_of, divergence
from netwright.pruning.flop_count import count_batch_flops
from netwright.pruning.offers import parameter_bytes, parameter_count
from netwright.pruning.paired_timing import LEVEL, PairedTiming, Quantity
from netwright.qualities.intervals import wilson_interval
from netwright.records.errors import DataError, ModelError
from netwright.records.pruning import Figures
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.stream import Batch

_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass
class _Counts:
    """Sums over the answers that were compared."""

    answers: int = 0
    same: int = 0
    divergence: float = 0.0
    right_before: int = 0
    right_after: int = 0


def compare(
    dense: nn.Module, pruned: nn.Module, batches: Iterable[Batch], labels: Sequence[int] | Tensor | None = None
) -> tuple[Figures, Figures]:
    """Return what a model and its pruned copy are and answer.

    Args:
        dense: The model before.
        pruned: The model after; both stay as they are.
        batches: Test texts as keyword arguments of both; none that took part in planning.
        labels: The right answer of each text, in their order; None where it is not known.

    Returns:
        (before, after): parameters, bytes, FLOPs of the first batch, agreement and mean KL divergence from the dense
        model in nats, and with labels accuracy with its 95% Wilson interval. Of a language model an answer is the next
        token at every real token.

    Raises:
        DataError: No texts, or not one label a text.
        ModelError: The two models answer with different labels.
    """
    kept = list(batches)
    if not kept:
        raise DataError("there are no test texts to compare the models on; hand in at least one batch")
    right = None if labels is None else torch.as_tensor(labels)
    counts = _count(dense, pruned, kept, right)
    before = _figures(dense, kept[0], counts, None if right is None else counts.right_before)
    after = _figures(pruned, kept[0], counts, None if right is None else counts.right_after)
    unchanged = {"divergence": 0.0, "agreement": 1.0}
    changed = {"divergence": counts.divergence / counts.answers, "agreement": counts.same / counts.answers}
    return before.model_copy(update=unchanged), after.model_copy(update=changed)


def with_times(figures: Figures, seconds: Quantity) -> Figures:
    """Return figures with the time of a batch.

    Args:
        figures: Without a time.
        seconds: The median of its calls, with its interval.

    Returns:
        The figures.
    """
    times = {"seconds": seconds.value, "seconds_low": seconds.low, "seconds_high": seconds.high}
    return figures.model_copy(update=times)


def with_timing(before: Figures, after: Figures, timing: PairedTiming) -> tuple[Figures, Figures]:
    """Return the figures of two models with the times of calls in turn.

    Args:
        before: Of the dense model.
        after: Of the pruned one.
        timing: Of both.

    Returns:
        (before, after).
    """
    return with_times(before, timing.seconds_before), with_times(after, timing.seconds_after)


def _count(dense: nn.Module, pruned: nn.Module, batches: Sequence[Batch], labels: Tensor | None) -> _Counts:
    counts = _Counts()
    with evaluation_mode(dense), evaluation_mode(pruned), torch.inference_mode():
        for batch in batches:
            reference, other = answers_of(dense, batch), answers_of(pruned, batch)
            if reference.shape != other.shape:
                raise ModelError(
                    f"the dense model answers with {tuple(reference.shape)}, the pruned one with {tuple(other.shape)}; "
                    "compare a model with its own pruned copy"
                )
            seen, counts.answers = counts.answers, counts.answers + len(reference)
            counts.same += int((reference.argmax(-1) == other.argmax(-1)).sum())
            counts.divergence += float(divergence(reference, other).sum())
            if labels is not None:
                right = labels[seen : counts.answers].to(reference.device)
                if len(right) < len(reference):
                    break
                counts.right_before += int((reference.argmax(-1) == right).sum())
                counts.right_after += int((other.argmax(-1) == right).sum())
    if labels is not None and len(labels) != counts.answers:
        raise DataError(f"there are {len(labels)} labels for {counts.answers} texts or more; hand in one a text")
    return counts


def _figures(model: nn.Module, batch: Batch, counts: _Counts, right: int | None) -> Figures:
    figures = Figures(
        parameters=parameter_count(model), bytes=parameter_bytes(model), flops=count_batch_flops(model, batch)
    )
    if right is None:
        return figures
    low, high = wilson_interval(right, counts.answers, _Z)
    accuracy = {"accuracy": right / counts.answers, "accuracy_low": low, "accuracy_high": high}
    return figures.model_copy(update=accuracy)
