"""Seeds and random state: everything random in a trial follows from its seed, and can be stored and restored."""

import hashlib
import math
import random

import numpy as np
import torch
from torch import Tensor


def derive_seed(*parts: object) -> int:
    """Return a seed that depends on all parts and on nothing else.

    seed = SHA-256(the parts' `repr`, separated) mod 2^31: different uses of one trial seed get unrelated streams.

    Args:
        parts: What the seed is for, such as ("batches", 3); values whose `repr` is the same in every process.

    Returns:
        A number in [0, 2^31).

    >>> derive_seed("batches", 0), derive_seed("batches", 1)
    (583380564, 1874413948)
    """
    text = "\x1f".join(repr(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 2**31


def seed_everything(seed: int) -> None:
    """Set the random state of torch, numpy and Python.

    Args:
        seed: A number in [0, 2^32).

    >>> seed_everything(0); first = torch.rand(2)
    >>> seed_everything(0); bool((torch.rand(2) == first).all())
    True
    """
    torch.manual_seed(seed)
    # models that users bring draw from the global generator
    np.random.seed(seed)
    random.seed(seed)


def random_state() -> dict[str, Tensor]:
    """Return the random state of torch, numpy and Python as tensors only.

    Returns:
        A dictionary that `torch.load(weights_only=True)` reads back.

    >>> sorted(random_state())
    ['numpy', 'numpy_gauss', 'python', 'python_gauss', 'torch']
    """
    state = np.random.get_state(legacy=False)
    _, python_words, python_gauss = random.getstate()
    return {
        "torch": torch.get_rng_state(),
        "numpy": torch.tensor([*state["state"]["key"].tolist(), state["state"]["pos"], state["has_gauss"]]),
        "numpy_gauss": torch.tensor(state["gauss"], dtype=torch.float64),
        "python": torch.tensor(python_words, dtype=torch.int64),
        # NaN says that no second normal number is waiting
        "python_gauss": torch.tensor(math.nan if python_gauss is None else python_gauss, dtype=torch.float64),
    }


def restore_random_state(state: dict[str, Tensor]) -> None:
    """Set the random state that `random_state` returned.

    Args:
        state: The dictionary; further keys are left alone.

    >>> state = random_state(); first = torch.rand(2), random.random()
    >>> restore_random_state(state); bool((torch.rand(2) == first[0]).all()), random.random() == first[1]
    (True, True)
    """
    torch.set_rng_state(state["torch"])
    *words, position, has_gauss = state["numpy"].tolist()
    np.random.set_state(("MT19937", np.array(words, dtype=np.uint32), position, has_gauss, state["numpy_gauss"].item()))
    gauss = state["python_gauss"].item()
    random.setstate((3, tuple(state["python"].tolist()), None if math.isnan(gauss) else gauss))
