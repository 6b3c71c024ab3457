"""A model's parameters under the names that its symmetries use."""

from collections.abc import Iterable

from torch import nn
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.nn.parameter import UninitializedParameter

from netwright.records.errors import ModelError

WRAPPINGS = ("module", "_orig_mod")
SHOWN = 4


def unwrap(model: nn.Module) -> nn.Module:
    """Return the network inside DistributedDataParallel, DataParallel and torch.compile, however they are nested.

    Args:
        model: A module, wrapped or not.

    Returns:
        The module that the user wrote.

    >>> layer = nn.Linear(2, 1)
    >>> unwrap(DataParallel(layer)) is layer
    True
    """
    while True:
        compiled = getattr(model, "_orig_mod", None)
        if isinstance(model, DistributedDataParallel | DataParallel):
            model = model.module
        elif isinstance(compiled, nn.Module):
            model = compiled
        else:
            return model


def resolve(model: nn.Module, names: Iterable[str]) -> dict[str, nn.Parameter]:
    """Return the parameters of a model that have the given names.

    A name is looked for as it is, and then without the parts that wrappings of a model or of its modules put in.

    Args:
        model: The network, wrapped or not.
        names: Names of parameters, as symmetries have them.

    Returns:
        Parameters by the name that was asked for.

    Raises:
        ModelError: The model lacks some of the names, or its parameters are not built yet.

    >>> list(resolve(DataParallel(nn.Linear(2, 1)), ["weight", "module.bias"]))
    ['weight', 'module.bias']
    """
    every = dict(unwrap(model).named_parameters(remove_duplicate=False))
    lazy = [name for name, parameter in every.items() if isinstance(parameter, UninitializedParameter)]
    if lazy:
        raise ModelError(
            f"{_listed(lazy)} of the model have no shape yet. Run the model once on a batch, then watch it."
        )
    wanted = list(names)
    found = find(model, wanted)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ModelError(
            f"the symmetries move {_listed(missing)}, which the model lacks; it has {_listed(list(every))}. "
            "Find the symmetries of this very model."
        )
    return found


def find(model: nn.Module, names: Iterable[str]) -> dict[str, nn.Parameter]:
    """Return those parameters of a model that have one of the given names, as `resolve` does, and nothing of the rest.

    Args:
        model: The network, wrapped or not.
        names: Names of parameters.

    Returns:
        Parameters by the name that was asked for.

    >>> list(find(nn.Linear(2, 1), ["weight", "scale"]))
    ['weight']
    """
    every = dict(unwrap(model).named_parameters(remove_duplicate=False))
    bare: dict[str, list[str]] = {}
    for name in every:
        bare.setdefault(_bare(name), []).append(name)
    found = {}
    for name in names:
        candidates = [name] if name in every else bare.get(_bare(name), [])
        if len(candidates) == 1:
            found[name] = every[candidates[0]]
    return found


def _bare(name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in WRAPPINGS)


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "no parameters") + rest
