"""Families of general linear symmetries, from the groups of coordinates that one matrix acts on."""

from collections import defaultdict
from collections.abc import Iterable

from netwright.dynamics.head_family import HeadFamily
from netwright.dynamics.heads.groups import Group
from netwright.dynamics.heads.trail import FOLLOWING
from netwright.records.symmetry import Symmetry


def families_of(groups: Iterable[Group]) -> tuple[HeadFamily, ...]:
    """Return a family for each layer and pair: the groups with the same parameters are its heads.

    Args:
        groups: Those that nothing forbids.
    """
    layers: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    for group in groups:
        names = tuple(dict.fromkeys(factor.parameter for factor in group.factors))
        layers[group.width, group.what, names].append(group)
    return tuple(_family(heads) for heads in layers.values())


def place_of(group: Group, heads: int = 1) -> str:
    """Return where a group is, in words: "encoder.0.attention: q -> k, 12 heads", or "0 -> 1" of linear maps.

    Args:
        group: A group.
        heads: How many there are like it.
    """
    owners = {sign: _owners(group, sign) for sign in (1, -1)}
    if group.what == (FOLLOWING,):
        path = _common([name.rpartition(".")[0] for names in owners.values() for name in names])
        sides = (", ".join(name.removeprefix(f"{path}.") for name in owners[sign] or owners[1]) for sign in (1, -1))
        return titled([path], " -> ".join(sides))
    paths = [operation.module for operation in group.operations] + owners[1] + owners[-1]
    return titled(paths, f"{' and '.join(group.what)}, {heads} {'head' if heads == 1 else 'heads'}")


def titled(paths: list[str], what: str) -> str:
    """Return what is at a place: the path that all these begin with, and what.

    >>> titled(["encoder.0.self.query", "encoder.0.self.key"], "q -> k"), titled(["q", "k"], "q -> k")
    ('encoder.0.self: q -> k', 'q -> k')
    """
    path = _common(paths)
    return f"{path}: {what}" if path else what


def owner(parameter: str) -> str:
    """Return the path of the module that a parameter belongs to.

    >>> owner("encoder.0.weight"), owner("scale")
    ('encoder.0', 'scale')
    """
    return parameter.rpartition(".")[0] or parameter


def _owners(group: Group, sign: int) -> list[str]:
    return list(dict.fromkeys(owner(factor.parameter) for factor in group.factors if factor.sign == sign))


def _common(paths: list[str]) -> str:
    common: list[str] = []
    for parts in zip(*(path.split(".") for path in paths), strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common)


def _family(heads: list[Group]) -> HeadFamily:
    width = heads[0].width
    symmetry = Symmetry(
        kind="general linear",
        place=place_of(heads[0], len(heads)),
        parameters=tuple(dict.fromkeys(factor.parameter for head in heads for factor in head.factors)),
        count=len(heads) * width * (width + 1) // 2,
    )
    return HeadFamily(symmetry, tuple(head.factors for head in heads), width)
