"""The causes of a step: from what its outputs follow, as digests, and which of them changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from netwright.records.pipeline import StepEntry
from netwright.studies.pipeline.source_digest import Sources
from netwright.studies.pipeline.step import Step

_NAMED = 4


def causes_of(step: Step, outputs: Mapping[str, Mapping[str, str]], sources: Sources) -> dict[str, str]:
    """Return what a step's outputs follow from.

    Args:
        step: The step.
        outputs: Step -> path -> digest of the file, of the steps that it reads.
        sources: The source of netwright.

    Returns:
        Cause -> digest: `code`, each parameter, each file that it reads, and what it follows from outside.
    """
    causes = {"code": sources.digest(f"netwright.{name}" for name in step.code)}
    causes |= {name: digest_of(value) for name, value in step.parameters.items()}
    causes |= dict(step.outside())
    for path in step.reads:
        before, _, file = path.partition("/")
        causes[path] = outputs[before].get(file, "none")
    return causes


def key_of(step: str, causes: Mapping[str, str]) -> str:
    """Return the SHA-256 over a step's name and causes.

    >>> key_of("split", {"b": "1", "a": "2"}) == key_of("split", {"a": "2", "b": "1"})
    True
    """
    return digest_of([step, dict(causes)])


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a JSON-able value, whatever the order of its keys."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def changed(causes: Mapping[str, str], last: StepEntry | None) -> tuple[str, ...]:
    """Return why a step has to run.

    Args:
        causes: Its causes now.
        last: What it did last; None where it never ended well.

    Returns:
        What changed, in words; at most four things, and how many more.

    >>> last = StepEntry(step="a", key="k", causes={"code": "1", "size": "1"}, outputs={}, seconds=0)
    >>> changed({"code": "1", "size": "2"}, last), changed({"code": "1"}, None)
    (('size changed',), ('first time',))
    """
    if last is None:
        return ("first time",)
    found = [f"{name} changed" for name in causes if name in last.causes and causes[name] != last.causes[name]]
    found += [f"{name} is new" for name in causes if name not in last.causes]
    found += [f"{name} is gone" for name in last.causes if name not in causes]
    if len(found) > _NAMED:
        return (*found[:_NAMED], f"and {len(found) - _NAMED} more")
    return tuple(found)
