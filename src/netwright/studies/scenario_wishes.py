"""What a scenario may ask beyond data, candidates and constraints, each turned into its record or into faults."""

from collections.abc import Sequence
from typing import Any, get_args

from netwright.qualities.catalog import QUALITIES, find_quality
from netwright.records.errors import nearest
from netwright.records.scenario import Backend, Modify, Rates, Stopping
from netwright.studies.faults import FaultFinder

EVERYTHING = "all"


def read_qualities(finder: FaultFinder, values: Any) -> tuple[str, ...]:
    """Return the qualities to measure beside the standard ones; `"all"` is every one there is."""
    if values == EVERYTHING:
        return tuple(quality.name for quality in QUALITIES)
    if not isinstance(values, list):
        finder.add(("qualities",), f"found {values!r}", 'Write a list of names, or "all".')
        return ()
    for index, name in enumerate(values):
        finder.attempt(lambda name=name: find_quality(str(name)), ("qualities", index))  # type: ignore[misc]
    return tuple(str(name) for name in values)


def read_backends(finder: FaultFinder, values: Any) -> tuple[str, ...]:
    """Return the backends under which trained models are compared."""
    if not isinstance(values, list):
        finder.add(("backends",), f"found {values!r}", f"Write a list of: {', '.join(get_args(Backend))}.")
        return ()
    for index, name in enumerate(values):
        if name not in get_args(Backend):
            finder.add(("backends", index), f"there is no backend {name!r}", nearest(str(name), get_args(Backend)))
    return tuple(values)


def read_stopping(finder: FaultFinder, values: Any) -> Stopping | None:
    """Return when to spend no more on what cannot win."""
    return finder.build(Stopping, values, ("stopping",))


def read_modify(finder: FaultFinder, values: Any, candidates: Sequence[str]) -> Modify | None:
    """Return the modification search that a scenario asks for, its base among the candidates."""
    modify = finder.build(Modify, values, ("modify",))
    if modify is not None and modify.base is not None and modify.base not in candidates:
        finder.add(("modify", "base"), f"there is no candidate {modify.base!r}", nearest(modify.base, candidates))
    return modify


def read_rates(finder: FaultFinder, values: Any) -> Rates | None:
    """Return prices and emissions, as plain numbers in the units that `Rates` states."""
    return finder.build(Rates, values, ("rates",))
