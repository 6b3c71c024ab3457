"""Collecting the statistics of a network's places in one pass over calibration texts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from netwright.machine.progress import Progress, Silent
from netwright.pruning.moments import Moments
from netwright.pruning.self_labels import logits_of, self_losses
from netwright.pruning.statistics import SiteStatistics, Wanted
from netwright.records.errors import ModelError
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.linear_map import weight_of
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch, real_tokens

TEXTS_AT_ONCE = 8
"""Batches are cut to this size: what is kept for the backward pass grows with it, the time hardly falls."""


def collect(
    transformer: Transformer,
    sites: Sequence[Site],
    batches: Sequence[Batch],
    wanted: Wanted,
    *,
    progress: Progress | None = None,
    seed: int = 0,
) -> list[SiteStatistics]:
    """Return what the readers of places take, and how the model's answers depend on what they write.

    Labels are not needed: where gradients are wanted, they are those of labels that the model draws itself
    (`self_losses`). The model runs in evaluation mode; its modes, gradients and trainability are then as before.

    Args:
        transformer: The network.
        sites: Places in it.
        batches: Texts as the model takes them.
        wanted: What is computed.
        progress: Told after each batch.
        seed: Of the labels, where they are drawn.

    Returns:
        One a place, in their order, on the CPU.

    Raises:
        ModelError: No texts, activations or gradients that are not finite, or answers from which no label can be drawn.
    """
    told = progress if progress is not None else Silent()
    places = [_Place(transformer.module(site.reader), site, wanted) for site in sites]
    generator = torch.Generator().manual_seed(seed)
    texts = 0
    told.start(len(batches), "statistics")
    try:
        with evaluation_mode(transformer.model), _frozen(transformer.model), _watched(places):
            for number, batch in enumerate(batches):
                for piece in _pieces(batch):
                    texts += _run(transformer.model, places, piece, wanted, generator)
                told.advance(number + 1, "", None)
    finally:
        told.stop()
    return [place.statistics(texts) for place in places]


class _Place:
    """The sums of one place, and what its reader took and wrote in the last forward pass."""

    def __init__(self, reader: nn.Module, site: Site, wanted: Wanted) -> None:
        outputs, inputs = weight_of(reader).shape
        self.site, self.reader, self.wanted = site, reader, wanted
        self.moments = Moments(inputs, covariance=wanted.covariance)
        self.fisher = torch.zeros(outputs, outputs, dtype=torch.float64)
        self.mask_fisher = torch.zeros(site.count, dtype=torch.float64)
        self.mask_slope = torch.zeros(site.count, dtype=torch.float64)
        self.begin({})

    def begin(self, batch: Batch) -> None:
        """Forget the last forward pass; the next one is that of a batch."""
        self.batch = batch
        self.taken: Tensor | None = None
        self.written: Tensor | None = None

    def take(self, _: nn.Module, args: tuple[Tensor, ...]) -> None:
        """Note the reader's input."""
        taken = args[0].detach()
        if taken.dim() != 3:
            raise ModelError(
                f"{self.site.reader} takes {tuple(taken.shape)}, not (texts, tokens, values); have the model keep the "
                "two axes apart"
            )
        self.moments.add(taken[real_tokens(self.batch, taken)])
        if self.wanted.fisher:
            self.taken = taken

    def write(self, _: nn.Module, __: Any, result: Tensor) -> Tensor:
        """Note the reader's output."""
        if not self.wanted.fisher:
            return result
        # no weight is trained meanwhile: the graph begins at the first place
        self.written = result if result.requires_grad else result.detach().requires_grad_()
        return self.written

    def add(self, gradients: Sequence[Tensor]) -> None:
        """Add the gradients of each loss at the reader's output, (N, T, d)."""
        assert self.taken is not None  # hooks of one forward pass come in pairs
        taken, weight = _wide(self.taken), _wide(weight_of(self.reader).detach())
        real = real_tokens(self.batch, taken)
        squares = torch.zeros(len(taken), self.site.count, dtype=torch.float64)
        for gradient in gradients:
            kept = _wide(gradient) * real[..., None]
            flat = kept.flatten(0, 1)
            self.fisher += (flat.T @ flat).cpu()
            slopes = (taken * (kept @ weight)).sum(1)
            squares += slopes.reshape(len(taken), self.site.count, -1).sum(-1).double().square().cpu()
        self.mask_fisher += squares.sum(0)
        self.mask_slope += squares.sqrt().sum(0)

    def statistics(self, texts: int) -> SiteStatistics:
        """Return the means."""
        count, wanted = self.moments.count, self.wanted
        finite = count and all(bool(one.isfinite().all()) for one in (self.moments.variance, self.mask_fisher))
        if not finite:
            found = "takes values or gradients that are not finite" if count else "saw no token"
            raise ModelError(
                f"{self.site.reader} {found} in {texts} calibration texts; hand in texts whose tokens are not all "
                "padding, and check that the model's weights are finite"
            )
        return SiteStatistics(
            tokens=count,
            texts=texts,
            mean=self.moments.mean,
            variance=self.moments.variance,
            covariance=self.moments.covariance(),
            fisher=self.fisher / texts if wanted.fisher else None,
            mask_fisher=self.mask_fisher / texts if wanted.fisher else None,
            mask_slope=self.mask_slope / texts if wanted.fisher else None,
        )


def _run(model: nn.Module, places: Sequence[_Place], batch: Batch, wanted: Wanted, generator: torch.Generator) -> int:
    for place in places:
        place.begin(batch)
    with torch.set_grad_enabled(wanted.fisher):
        output = call(model, batch)
    if wanted.fisher:
        logits = logits_of(output, model)
        written = [place.written for place in places if place.written is not None]
        if len(written) < len(places) or not logits.requires_grad:
            raise ModelError(
                f"{type(model).__name__} lets no gradient through; its forward must not run under torch.no_grad; "
                "or take a score without gradients, such as flap"
            )
        losses = list(self_losses(logits, real_tokens(batch, written[0]), generator))
        gradients = [torch.autograd.grad(loss, written, retain_graph=loss is not losses[-1]) for loss in losses]
        for place, of_place in zip(places, zip(*gradients, strict=True), strict=True):
            place.add(of_place)
    return _texts(batch)


def _wide(values: Tensor) -> Tensor:
    return values if values.dtype == torch.float64 else values.float()


def _pieces(batch: Batch) -> Iterator[Batch]:
    texts = _texts(batch)
    for at in range(0, texts, TEXTS_AT_ONCE):
        yield {
            name: value[at : at + TEXTS_AT_ONCE] if isinstance(value, Tensor) and len(value) == texts else value
            for name, value in batch.items()
        }


def _texts(batch: Batch) -> int:
    return next((len(value) for value in batch.values() if isinstance(value, Tensor) and value.dim()), 0)


@contextmanager
def _frozen(model: nn.Module) -> Iterator[None]:
    # gradients of weights would cost as much again as those that are wanted
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in trained:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in trained:
            weight.requires_grad_(True)


@contextmanager
def _watched(places: Sequence[_Place]) -> Iterator[None]:
    handles = [place.reader.register_forward_pre_hook(place.take) for place in places]
    handles += [place.reader.register_forward_hook(place.write) for place in places]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        for place in places:
            place.begin({})
