"""The first thing that runs in a job's process on a node: find the job's own function there, and call it."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import cast

from netwright.machine.jobs import Target


def run_target(payload: str, tell: Callable[[str], None]) -> str:
    """Call a function that is named in the payload.

    The process that starts jobs on a node never imports what they need; each job's process does.

    Args:
        payload: What `name_target` returned.
        tell: Handed on.

    Returns:
        What the function returns.

    >>> run_target(name_target("netwright.machine.jobs:echo", "[1]"), print)
    [1]
    '[1]'
    """
    target, own = json.loads(payload)
    module, _, name = target.partition(":")
    return cast("Target", getattr(import_module(module), name))(own, tell)


def name_target(target: str, payload: str) -> str:
    """Return the payload with which `run_target` calls a function.

    Args:
        target: `module:function`.
        payload: Its argument.

    Returns:
        JSON text.
    """
    return json.dumps([target, payload])
