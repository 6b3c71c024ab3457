"""Labels that come later, as the service takes them: what a sample truly was, told by whoever knows."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from netwright.monitoring.event import Label
from netwright.records.errors import RequestError, nearest
from netwright.serving.protocol.datatypes import BAD_REQUEST

MOST_LABELS = 10_000
LONGEST_LABEL_ID = 300
LONGEST_SHOWN = 100


class GivenLabel(msgspec.Struct, forbid_unknown_fields=True):
    """A label as the JSON of a request has it."""

    id: Annotated[str, Meta(min_length=1, max_length=LONGEST_LABEL_ID)]
    label: str | int
    source: Literal["person", "outcome", "model"] = "person"


_DECODER = msgspec.json.Decoder(Annotated[list[GivenLabel], Meta(min_length=1, max_length=MOST_LABELS)])


def read_labels(body: bytes, classes: Sequence[str], now: float) -> list[Label]:
    """Return the labels that a body holds.

    Args:
        body: JSON: a list of objects with `id`, `label` (a class's name or its index) and `source`.
        classes: What each index means.
        now: Seconds since the epoch.

    Returns:
        They, in order.

    Raises:
        RequestError: 400: malformed, or a label that is no class.

    >>> read_labels(b'[{"id": "a/0", "label": "cat"}]', ["cat", "dog"], 0.0)
    [Label(id='a/0', label=0, time=0.0, source='person')]
    """
    try:
        given = _DECODER.decode(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(BAD_REQUEST, f"the body is no list of labels: {error}") from error
    indices = {name: index for index, name in enumerate(classes)}
    return [Label(one.id, _index(one, place, indices), now, one.source) for place, one in enumerate(given)]


def _index(one: GivenLabel, place: int, indices: dict[str, int]) -> int:
    index = indices.get(one.label, -1) if isinstance(one.label, str) else one.label
    if 0 <= index < len(indices):
        return index
    found = one.label[:LONGEST_SHOWN] if isinstance(one.label, str) else one.label
    known = nearest(found, list(indices)) if isinstance(found, str) else f"Give 0 to {len(indices) - 1}."
    raise RequestError(BAD_REQUEST, f"label {place} (of {one.id!r}) is {found!r}, which is no class. {known}")
