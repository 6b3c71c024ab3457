"""JSON inside a page: safe in a script element whatever the names in it say."""

import json
from math import isfinite
from typing import Any

_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def json_for_script(value: Any) -> str:
    r"""Return JSON that no content can end a script element with.

    The characters that HTML reads specially are written as escapes, which mean the same in a JSON string and never
    occur outside one.

    Args:
        value: What `json` can write; NaN and infinities become null.

    Returns:
        The text.

    >>> json_for_script({"name": "</script>", "value": float("nan")})
    '{"name":"\\u003c/script\\u003e","value":null}'
    """
    text = json.dumps(_finite(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.translate(_ESCAPES)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
