"""The fingerprint of a model: equal exactly when its parameters are."""

import hashlib
import json

import torch
from torch import nn


def fingerprint(model: nn.Module) -> str:
    """Return the SHA-256 over the names, types, shapes and values of a model's parameters.

    It depends neither on the device nor on the mode of the model, nor on which parameters are trained.

    Args:
        model: Any module.

    Returns:
        64 hexadecimal digits.

    Source: FIPS 180-4 for the digest.

    >>> first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    >>> fingerprint(first) == fingerprint(second)
    False
    >>> _ = second.load_state_dict(first.state_dict())
    >>> fingerprint(first) == fingerprint(second.eval())
    True
    """
    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        values = parameter.detach().cpu().contiguous()
        # a header in JSON cannot run into its neighbour, as plain text could
        digest.update(json.dumps([name, str(values.dtype), list(values.shape)]).encode())
        # as bytes: numpy knows fewer types than torch
        digest.update(values.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
