"""Where each key of a TOML text stands, so that a fault can name its line (tomllib keeps no positions)."""

import re

Path = tuple[str | int, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_STRING = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*')


def key_lines(text: str) -> dict[Path, int]:
    r"""Return the line, counted from 1, of each table and key of a valid TOML text.

    Keys inside inline tables and arrays stand under the key that holds them.

    Args:
        text: A TOML document that `tomllib` accepts.

    Returns:
        Path of keys and array indices -> line.

    >>> key_lines('a = 1\n[[t]]\nb.c = [\n [2],\n]')
    {('a',): 1, ('t', 0): 2, ('t', 0, 'b', 'c'): 3}
    """
    lines: dict[Path, int] = {}
    table: Path = ()
    for number, statement in _statements(text):
        header = _HEADER.match(statement)
        assignment = _ASSIGNMENT.match(statement)
        if header:
            table = _table_path(_split(header[2]), header[1] == "[[", lines)
            lines.setdefault(table, number)
        elif assignment:
            lines[table + _split(assignment[1])] = number
    return lines


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """Return the line of the longest part of a path that stands in the text.

    Args:
        path: Keys and array indices.
        lines: What `key_lines` returned.

    Returns:
        The line, or None where not even the first key stands in the text.
    """
    known = (lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines)
    return next(known, None)


def _statements(text: str) -> list[tuple[int, str]]:
    """Return (line, text) of each statement; a value over several lines is one statement."""
    source, bare = text.split("\n"), _STRING.sub(_as_brackets, text).split("\n")
    statements, start, depth = [], 0, 0
    for number, line in enumerate(bare):
        start = number if depth == 0 else start
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth == 0:
            statements.append((start + 1, "\n".join(source[start : number + 1])))
    return statements


def _as_brackets(match: re.Match[str]) -> str:
    # only the line breaks of a string matter here: brackets around them make its lines one statement
    breaks = "\n" * match[0].count("\n")
    return f"[{breaks}]" if breaks else ""


def _split(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))


def _table_path(keys: Path, is_array: bool, lines: dict[Path, int]) -> Path:
    """Return the path of a header's table, with the index of the newest element where an array is on the way."""
    path: Path = ()
    for position, key in enumerate(keys):
        path += (key,)
        elements = sum(1 for known in lines if known[:-1] == path and isinstance(known[-1], int))
        last = position == len(keys) - 1
        if last and is_array:
            path += (elements,)
        elif elements:
            path += (elements - 1,)
    return path
