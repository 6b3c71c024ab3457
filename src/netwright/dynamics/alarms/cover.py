"""The fewest modules that name a set of parameters."""

from collections.abc import Collection

from torch import nn


def cover(model: nn.Module, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the largest modules whose parameters are all among the names, and single parameters for the rest.

    Args:
        model: The network.
        names: Names of parameters of it.

    Returns:
        Names by place: the path of a module, `model` for all of it, or the name of a parameter.

    >>> model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    >>> cover(model, ["0.weight", "0.bias", "1.bias"])
    {'0': ('0.weight', '0.bias'), '1.bias': ('1.bias',)}
    """
    left = set(names)
    places: dict[str, tuple[str, ...]] = {}
    for path, module in model.named_modules():
        inside = tuple(f"{path}.{name}" if path else name for name, _ in module.named_parameters())
        # a module with a single parameter is better told by the name of that parameter
        if len(inside) > 1 and left.issuperset(inside):
            places[path or "model"] = inside
            left.difference_update(inside)
    places |= {name: (name,) for name in left}
    order = {name: at for at, (name, _) in enumerate(model.named_parameters())}
    return dict(sorted(places.items(), key=lambda place: order[place[1][0]]))


def listed(names: Collection[str], most: int = 4) -> str:
    """Return names in a sentence, those beyond a few counted.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    told = ", ".join(list(names)[:most])
    return told if len(names) <= most else f"{told} and {len(names) - most} more"
