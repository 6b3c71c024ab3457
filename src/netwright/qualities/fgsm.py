"""FGSM accuracy: what is still right after one step against the model."""

from torch import Tensor, nn

from netwright.qualities.attack import MOST, NO_NUMBERS, NO_SLOPE, Reach, attacked, reach_of
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.input_gradient import input_gradient
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.training.evaluate import predict_logits


def fgsm_accuracy(
    model: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    reach: Reach | None = None,
    conditions: Conditions | None = None,
) -> Measurement:
    """Return the accuracy on inputs that the fast gradient sign method has changed.

    x' = x + epsilon sign(dL/dx), cut to the bounds; L is the cross entropy of the true class (Goodfellow, Shlens and
    Szegedy 2015, section 4). Of all changes that small it is the worst for a linear model, and for no other. The
    interval is Wilson's.

    Args:
        model: Any classifier whose output has a slope over its input.
        inputs: (N, ...), float32.
        labels: True classes, (N,).
        reach: How far the attack goes; None for `reach_of(inputs)`.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `robustness.fgsm`, a ratio, with n = N.

    Raises:
        InputError: The model has no slope.

    >>> import torch
    >>> linear = nn.Linear(1, 2, bias=False)
    >>> _ = linear.load_state_dict({"weight": torch.tensor([[-1.0], [1.0]])})  # says 1 above 0
    >>> found = fgsm_accuracy(linear, torch.tensor([[0.1], [0.3]]), torch.tensor([1, 1]), reach=Reach(0.2))
    >>> found.value, found.notes
    (0.5, ('one step of epsilon = 0.2 in input units',))
    """
    found = _attack(model, inputs, labels, reach or reach_of(inputs), conditions)
    if found is None:
        raise InputError(f"{type(model).__name__}: {NO_SLOPE}; measure its accuracy under corruptions instead")
    return found


def _attack(
    model: nn.Module, inputs: Tensor, labels: Tensor, reach: Reach, conditions: Conditions | None
) -> Measurement | None:
    seen = input_gradient(model, inputs, labels)
    if seen is None:
        return None
    slope, _ = seen
    changed = reach.cut(inputs + reach.epsilon * slope.sign(), inputs)
    right = predict_logits(model, changed).argmax(1) == labels
    how = f"one step of epsilon = {reach.epsilon:g} in input units"
    return attacked("robustness.fgsm", right, slope, how=how, conditions=conditions)


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the FGSM accuracy on at most 500 test samples.

    Args:
        evidence: A trained model and its test samples.

    Returns:
        One answer.
    """
    if not evidence.inputs.is_floating_point():
        return not_measured(NO_NUMBERS, "robustness.fgsm")
    inputs, labels = evidence.sample(MOST)
    found = _attack(evidence.model, inputs, labels, reach_of(inputs), evidence.conditions)
    return (found,) if found is not None else not_measured(NO_SLOPE, "robustness.fgsm")
