"""PGD accuracy: what is still right after many small steps against the model."""

import torch
from torch import Tensor, nn

from netwright.qualities.attack import MOST, NO_NUMBERS, NO_SLOPE, Reach, attacked, reach_of
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.input_gradient import input_gradient
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.training.evaluate import predict_logits

STEPS = 10
STRIDE = 2.5
"""All steps together are this many times epsilon, so that each corner of the reach can be met from any start."""


def pgd_accuracy(
    model: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    reach: Reach | None = None,
    steps: int = STEPS,
    seed: int = 0,
    conditions: Conditions | None = None,
) -> Measurement:
    """Return the share of samples that projected gradient descent, an iterated attack, never turns wrong.

    x_0 is drawn evenly within epsilon of x, and x_{t+1} = cut(x_t + (2.5 epsilon/T) sign(dL/dx_t)), where the cut is to
    |x' - x| <= epsilon and to the bounds (Madry et al. 2018, section 2.1; the step: their code for MNIST and CIFAR).
    A sample counts as right if the model is right at x and at every x_t: an attacker keeps what worked. The interval is
    Wilson's. It bounds the true robust accuracy from above: another attack may find what this one did not.

    Args:
        model: Any classifier whose output has a slope over its input.
        inputs: (N, ...), float32.
        labels: True classes, (N,).
        reach: How far the attack goes; None for `reach_of(inputs)`.
        steps: T, at least 1.
        seed: Of the starts.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `robustness.pgd`, a ratio, with n = N.

    Raises:
        InputError: The model has no slope, or there is no step.

    >>> linear = nn.Linear(1, 2, bias=False)
    >>> _ = linear.load_state_dict({"weight": torch.tensor([[-1.0], [1.0]])})  # says 1 above 0
    >>> found = pgd_accuracy(linear, torch.tensor([[0.1], [0.3]]), torch.tensor([1, 1]), reach=Reach(0.2))
    >>> found.value, found.notes
    (0.5, ('10 steps of 0.05 within epsilon = 0.2 in input units, one random start',))
    """
    if steps < 1:
        raise InputError(f"found steps={steps}; pass at least 1")
    found = _attack(model, inputs, labels, reach or reach_of(inputs), (steps, seed), conditions)
    if found is None:
        raise InputError(f"{type(model).__name__}: {NO_SLOPE}; measure its accuracy under corruptions instead")
    return found


def _attack(
    model: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    reach: Reach,
    course: tuple[int, int],
    conditions: Conditions | None,
) -> Measurement | None:
    steps, seed = course
    seen = input_gradient(model, inputs, labels)
    if seen is None:
        return None
    slope, answers = seen
    right = answers == labels
    stride = STRIDE * reach.epsilon / steps
    start = torch.rand(inputs.shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    point = reach.cut(inputs + reach.epsilon * start, inputs)
    for _ in range(steps):
        there = input_gradient(model, point, labels)
        if there is None:
            return None
        right &= there[1] == labels
        point = reach.cut(point + stride * there[0].sign(), inputs)
    right &= predict_logits(model, point).argmax(1) == labels
    how = f"{steps} steps of {stride:g} within epsilon = {reach.epsilon:g} in input units, one random start"
    return attacked("robustness.pgd", right, slope, how=how, conditions=conditions)


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the PGD accuracy on at most 500 test samples.

    Args:
        evidence: A trained model and its test samples.

    Returns:
        One answer.
    """
    if not evidence.inputs.is_floating_point():
        return not_measured(NO_NUMBERS, "robustness.pgd")
    inputs, labels = evidence.sample(MOST)
    found = _attack(evidence.model, inputs, labels, reach_of(inputs), (STEPS, 0), evidence.conditions)
    return (found,) if found is not None else not_measured(NO_SLOPE, "robustness.pgd")
