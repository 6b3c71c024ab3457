"""Robustness to corruptions: how much is still right on images that noise, optics, light or an object have spoilt."""

from collections.abc import Callable
from math import ceil

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import mean_interval, wilson_interval
from netwright.qualities.pixels import are_images, from_brightness, to_brightness
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.training.evaluate import predict_logits

NOISE = 0.1
"""Standard deviation of the noise, as a share of full brightness."""
BLUR = 1 / 28
"""Standard deviation of the blur, as a share of the shorter side: one pixel of 28."""
CONTRAST = 0.4
"""What is left of the distance to the image's mean."""
BRIGHTNESS = 0.25
"""What is added, as a share of full brightness."""
OCCLUSION = 1 / 3
"""Side of the grey square, as a share of the image's."""
MOST = 1000
"""Images that are looked at, at equal distances through the test images."""
SEVERITIES = (
    f"noise of sd {NOISE:g} of full brightness, blur of sd {BLUR:.3f} of the side, {CONTRAST:.0%} of the contrast, "
    f"brightness +{BRIGHTNESS:g}, a grey square of {OCCLUSION:.0%} of the side"
)
"""The five severities in words."""

Corruption = Callable[[Tensor, torch.Generator], Tensor]
"""From brightness (N, C, H, W) in [0, 1] to brightness of the same shape."""


def noise(brightness: Tensor, generator: torch.Generator) -> Tensor:
    """Return images with Gaussian noise of standard deviation 0.1: a sensor in the dark."""
    return brightness + NOISE * torch.randn(brightness.shape, generator=generator)


def blur(brightness: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - every corruption has it
    """Return images convolved with a Gaussian of one pixel in 28, edges repeated: a lens out of focus."""
    sigma = BLUR * min(brightness.shape[2:])
    radius = max(1, ceil(3 * sigma))
    places = torch.arange(-radius, radius + 1, dtype=brightness.dtype)
    weights = torch.exp(-0.5 * (places / sigma) ** 2)
    channels = brightness.shape[1]
    kernel = (weights / weights.sum()).expand(channels, 1, -1)
    padded = functional.pad(brightness, (radius,) * 4, mode="replicate")
    rows = functional.conv2d(padded, kernel[:, :, None, :], groups=channels)
    return functional.conv2d(rows, kernel[:, :, :, None], groups=channels)


def contrast(brightness: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - every corruption has it
    """Return images drawn to 0.4 of their distance from their own mean: fog."""
    mean = brightness.mean((1, 2, 3), keepdim=True)
    return mean + CONTRAST * (brightness - mean)


def brighten(brightness: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - every corruption has it
    """Return images with a quarter of full brightness added: too long an exposure."""
    return brightness + BRIGHTNESS


def occlude(brightness: Tensor, generator: torch.Generator) -> Tensor:
    """Return images with a grey square of a third of their sides at a random place: something in the way."""
    count, _, height, width = brightness.shape
    tall, wide = round(OCCLUSION * height), round(OCCLUSION * width)
    top = torch.randint(height - tall + 1, (count, 1, 1, 1), generator=generator)
    left = torch.randint(width - wide + 1, (count, 1, 1, 1), generator=generator)
    row, column = torch.arange(height)[None, None, :, None], torch.arange(width)[None, None, None, :]
    covered = (row >= top) & (row < top + tall) & (column >= left) & (column < left + wide)
    return torch.where(covered, torch.full_like(brightness, 0.5), brightness)


CORRUPTIONS: dict[str, Corruption] = {
    "noise": noise,
    "blur": blur,
    "contrast": contrast,
    "brightness": brighten,
    "occlusion": occlude,
}
"""Each corruption at its one severity."""


def corruption_accuracy(
    model: nn.Module, inputs: Tensor, labels: Tensor, *, seed: int = 0, conditions: Conditions | None = None
) -> Measurement:
    """Return the accuracy on corrupted images, averaged over five corruptions.

    (1/5) sum_c accuracy on c(images), for noise, blur, contrast, brightness and occlusion, each at one severity, which
    the notes state (after Hendrycks and Dietterich 2019, who take 15 corruptions at 5 severities; DeVries and Taylor
    2017 for the occlusion). Every model meets the same noise and the same squares. An image's score is the share of
    corruptions under which it is right; the interval is the normal one of their mean.

    Args:
        model: Any classifier of images.
        inputs: Clean inputs as `netwright.data.images` makes them, float32 (N, C, H, W).
        labels: True classes, (N,).
        seed: Of noise and places.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `robustness.corruptions`, a ratio, with n = N; a note gives each accuracy and the clean one.

    Raises:
        InputError: The inputs are no images.

    >>> dark = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))  # says 1 above a mean of 0, which is grey
    >>> _ = nn.init.constant_(dark[1].weight[0], -1.0), nn.init.constant_(dark[1].weight[1], 1.0)
    >>> _ = nn.init.zeros_(dark[1].bias)
    >>> found = corruption_accuracy(dark, torch.full((4, 1, 4, 4), -2.0), torch.zeros(4, dtype=torch.int64))
    >>> found.value  # black stays dark under all five
    1.0
    """
    if not are_images(inputs):
        raise InputError(f"found inputs of shape {tuple(inputs.shape)}; corruptions need images (N, C, H, W)")
    clean, rights = _right(model, inputs, labels), _rights(model, to_brightness(inputs), labels, seed)
    scores = torch.stack(list(rights.values())).mean(0)
    value = float(scores.mean())
    low, high = mean_interval(scores, 0.0, 1.0)
    if low == high:  # every image has the same score, which no sample of images is sure of
        low, high = wilson_interval(round(value * len(scores)), len(scores))
    kept = ", ".join(f"{name} {float(right.mean()):.3f}" for name, right in rights.items())
    return Measurement(
        quality="robustness.corruptions",
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=len(scores),
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=(SEVERITIES, f"clean {float(clean.mean()):.3f}; {kept}"),
    )


def _rights(model: nn.Module, brightness: Tensor, labels: Tensor, seed: int) -> dict[str, Tensor]:
    found = {}
    for name, corrupt in CORRUPTIONS.items():
        spoilt = corrupt(brightness, torch.Generator().manual_seed(seed))
        found[name] = _right(model, from_brightness(spoilt), labels)
    return found


def _right(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    return (predict_logits(model, inputs).argmax(1) == labels).double()


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the accuracy on corrupted test images, at most 1,000 of them.

    Args:
        evidence: A trained model and its test images.

    Returns:
        One answer.
    """
    if not are_images(evidence.inputs):
        return not_measured("the inputs are no images, and only images are corrupted", "robustness.corruptions")
    inputs, labels = evidence.sample(MOST)
    return (corruption_accuracy(evidence.model, inputs, labels, conditions=evidence.conditions),)
