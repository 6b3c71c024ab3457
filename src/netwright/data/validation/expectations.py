"""Expectations as files: learnt from data, written as TOML, read back from TOML or JSON."""

import json
import tomllib
from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from netwright.data.encoding import MISSING
from netwright.data.validation.columns import Column, Columns
from netwright.machine.durable import write_durably
from netwright.records.errors import DataError, nearest
from netwright.records.validation import ColumnProfile, ColumnRange, Expectations, Profile

_MISSING_MARGIN = 0.05
_SHARE_MARGIN = 0.5
_HEAD = """\
# What the next version of this data must be; learnt by netwright from {data}
# (fingerprint {fingerprint}). Change it by hand: what is left out is not asked.
"""


def learn(profile: Profile, test: Columns = ()) -> Expectations:
    """Return what the next version of a data set may be expected to be, of a version that was good.

    Columns may hold what they hold now, a twentieth of all values more may be missing, a class may shrink to half its
    share, and a part to half its size.

    Args:
        profile: The statistics of that version.
        test: What is watched of its test part; ranges span both parts.

    Returns:
        The expectations.
    """
    beside = {column.name: column for column in test}
    total = max(1, sum(profile.train))
    shares = {
        name: round(_SHARE_MARGIN * count / total, 6)
        for name, count in zip(profile.classes, profile.train, strict=True)
        if count
    }
    return Expectations(
        samples=profile.samples,
        shape=profile.shape if profile.samples in {"images", "videos"} else None,
        classes=profile.classes,
        train_at_least=sum(profile.train) // 2,
        test_at_least=sum(profile.test) // 2,
        share_at_least=shares,
        columns={column.name: _range(column, beside.get(column.name)) for column in profile.columns},
    )


def write_expectations(path: Path, expected: Expectations, profile: Profile) -> None:
    """Write expectations as a TOML file that people can change.

    Args:
        path: The file; JSON where it ends in `.json`.
        expected: The expectations.
        profile: The version that they were learnt from.
    """
    if path.suffix == ".json":
        text = expected.model_dump_json(indent=2, exclude_none=True)
    else:
        head = _HEAD.format(
            data="".join(sign if sign.isprintable() else "?" for sign in profile.data),
            fingerprint=profile.fingerprint[:12],
        )
        text = head + _toml(expected.model_dump(mode="json", exclude_none=True))
    write_durably(path, text.encode())


def read_expectations(path: Path) -> Expectations:
    """Return the expectations in a file.

    Args:
        path: TOML, or JSON where it ends in `.json`.

    Returns:
        The expectations.

    Raises:
        DataError: The file is missing or no such text, or it has faults: all of them are told at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the expectations {path} cannot be read: {error}; correct the path") from error
    except ValueError as error:
        raise DataError(f"{path} is no TOML (or JSON, where it ends in .json): {error}; correct it") from error
    try:
        return Expectations.model_validate(values)
    except ValidationError as error:
        lines = [_fault(fault) for fault in error.errors()]
        count = f"{len(lines)} fault" + ("" if len(lines) == 1 else "s")
        raise DataError("\n  ".join([f"{path} has {count}:", *lines])) from error


def _fault(fault: Any) -> str:
    place = ".".join(map(str, fault["loc"])) or "(whole)"
    if fault["type"] == "extra_forbidden":
        known = list(ColumnRange.model_fields if len(fault["loc"]) > 1 else Expectations.model_fields)
        return f"{place}: there is no such key. {nearest(str(fault['loc'][-1]), known)}"
    return f"{place}: found {str(fault['input'])[:60]!r}: {fault['msg']}"


def _range(column: ColumnProfile, test: Column | None) -> ColumnRange:
    gone = max(column.missing, 0.0 if test is None or not len(test.values) else float(np.isnan(test.values).mean()))
    missing = min(1.0, round(gone + _MISSING_MARGIN, 6)) if gone else 0.0
    if column.levels:
        # words without a bin of their own are there already: then nothing can be said against others
        others = column.counts[-2] or (test is not None and bool((test.values == -1).any()))
        known = tuple(level for level in column.levels if level != MISSING)
        return ColumnRange(missing=missing, levels=None if others else known)
    values = [column.low, column.high, *(() if test is None else test.values[np.isfinite(test.values)].tolist())]
    known_values = [value for value in values if not isnan(value)]
    ends = {"low": min(known_values), "high": max(known_values)} if known_values else {}
    return ColumnRange(missing=missing, **ends)


def _toml(values: Mapping[str, Any], place: str = "") -> str:
    """Return plain values as TOML: strings, numbers, lists of them, and tables in tables."""
    lines = [f"[{place}]"] if place and not all(isinstance(value, dict) for value in values.values()) else []
    lines += [f"{_key(key)} = {_value(value)}" for key, value in values.items() if not isinstance(value, dict)]
    tables = [
        _toml(value, f"{place}.{_key(key)}" if place else _key(key))
        for key, value in values.items()
        if isinstance(value, dict) and value
    ]
    return "\n".join([*lines, "", *tables]) if lines else "\n".join(tables)


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "")
    return key if plain.isascii() and plain.isalnum() else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # the escapes of JSON are those of TOML but for this sign
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
