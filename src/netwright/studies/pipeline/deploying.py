"""The step `deploy`: the pointer that a running service follows, moved in one step to a package that is whole."""

import json
import os
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import MANIFEST, PACKAGE

CURRENT = "current"
"""A symbolic link in the pipeline's folder to the package that is served."""
DEPLOYED = "deployed.json"


def deploy_step(request: Request) -> Step:
    """Return the step that puts the package in service.

    Args:
        request: What the pipeline makes.

    Returns:
        The step; it runs again where the pointer was moved by somebody else.
    """
    return Step(
        name="deploy",
        reads=(f"package/{MANIFEST}",),
        code=("studies.pipeline.deploying",),
        parameters={"scenario.name": request.scenario.name},
        run=lambda work: _deploy(request, work),
        broken=lambda folder: _elsewhere(request.root, folder),
    )


def point(pointer: Path, target: str) -> None:
    """Make a symbolic link point to a target, in one step: who follows it finds the old one or the new one.

    Args:
        pointer: The link; made where there is none.
        target: Where it shall point, relative to its folder.

    Raises:
        StorageError: It cannot be written, or a file or folder that is no link has its name.

    Source: POSIX rename(2).
    """
    new = pointer.with_name(f".{pointer.name}.new")
    try:
        if pointer.exists() and not pointer.is_symlink():
            raise StorageError(f"{pointer} is no symbolic link: something else has its name; move it away")
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(pointer)
    except OSError as error:
        raise StorageError(f"could not point {pointer} to {target}: {error.strerror}") from error


def _deploy(request: Request, work: Work) -> str:
    package = work.inputs["package"] / PACKAGE
    # opened first: what is not whole never comes into service
    registered = request.tools.deploy(package, request.root)
    target = os.path.relpath(package, request.root)
    facts = {"target": target, "registered": registered.place}
    write_durably(work.folder / DEPLOYED, json.dumps(facts, indent=1).encode())
    point(request.root / CURRENT, target)
    told = f"{CURRENT} is {target}"
    return "; ".join([told, *([registered.place] if registered.place else []), *registered.notes])


def _elsewhere(root: Path, folder: Path) -> str:
    wanted = json.loads((folder / DEPLOYED).read_bytes())["target"]
    pointer = root / CURRENT
    if not pointer.is_symlink():
        return f"{CURRENT} pointed nowhere"
    if str(pointer.readlink()) != wanted:
        return f"{CURRENT} pointed elsewhere"
    return "" if (pointer / "package.json").is_file() else "the package in service is gone"
