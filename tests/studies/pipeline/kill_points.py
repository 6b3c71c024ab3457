"""Run by a test in a process of its own: a pipeline killed at changes of files, one child after another.

Arguments: a folder, and k: every k-th point is tried. Each child dies of SIGKILL at its n-th event; then the pipeline
is run to its end in the same folder. Writes one JSON line a kill point.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from netwright.studies.pipeline.run import run_pipeline
from netwright.studies.pipeline.source_digest import Sources

EVENTS = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.truncate", "os.symlink", "shutil.copyfile"}


def dies_at(place: int, folder: Path) -> None:
    """Kill this process at its n-th change below a folder, before the change happens."""
    seen = 0

    def hook(event: str, arguments: tuple) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (event in EVENTS or writes) and any(str(folder) in str(argument) for argument in arguments):
            seen += 1
            if seen == place:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def run_once(folder: Path, data: str, sources: Sources, place: int | None) -> int:
    """Run the pipeline in a child, and return how it ended."""
    child = os.fork()
    if child == 0:
        if place is not None:
            dies_at(place, folder)
        # found beside this file when it is run, not when tests are collected
        from fakes import Fakes, request_of

        fakes = Fakes()
        record = run_pipeline(request_of(folder, data, fakes, sources))
        told = {"steps": {step.name: step.status for step in record.steps}, "trained": len(fakes.trained)}
        (folder.parent / "told.json").write_text(json.dumps(told))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(home: Path, step: int) -> None:
    """Go through the kill points."""
    from fakes import Fakes, request_of, table

    data, sources = table(home), Sources()
    # what is imported and parsed here is there in every child
    run_pipeline(request_of(home / "warm", data, Fakes(), sources))
    place = 1 - step
    while True:
        place += step
        folder = home / f"killed-{place}" / "pipeline"
        folder.mkdir(parents=True)
        first = run_once(folder, data, sources, place)
        if first == 0:
            break
        second = run_once(folder, data, sources, None)
        told = json.loads((folder.parent / "told.json").read_text()) if second == 0 else {}
        third = run_once(folder, data, sources, None)
        again = json.loads((folder.parent / "told.json").read_text()) if third == 0 else {}
        current = folder / "current" / "package.json"
        run = {"place": place, "first": first, "second": second, "told": told, "again": again}
        run |= {"deployed": current.is_file(), "left": (folder / "steps" / "making").exists()}
        sys.stdout.write(json.dumps(run) + "\n")
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
