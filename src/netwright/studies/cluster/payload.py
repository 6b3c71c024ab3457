"""Paths in a job's payload, as they are on another machine."""

import json
from collections.abc import Mapping
from typing import Any


def relocate(payload: str, places: Mapping[str, str]) -> str:
    """Return a payload whose paths are those of another machine.

    Args:
        payload: JSON text; where nothing has to be replaced, any text.
        places: A whole string that the payload may hold -> what it reads there instead.

    Returns:
        JSON text; strings that only begin like a path, and keys, stay as they are.

    >>> relocate('{"folder": "/a", "trial": {"id": "/a/b"}, "more": ["/a"]}', {"/a": "/tmp/x"})
    '{"folder": "/tmp/x", "trial": {"id": "/a/b"}, "more": ["/tmp/x"]}'
    """
    return json.dumps(_replaced(json.loads(payload), places)) if places else payload


def _replaced(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, places) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, places) for inner in value]
    return places.get(value, value) if isinstance(value, str) else value
