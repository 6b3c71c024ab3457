"""The step `fetch`: the data on this machine, and which version of it."""

import json

from netwright.machine.durable import write_durably
from netwright.studies.pipeline.disk_state import disk_state
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work

DATA = "data.json"


def fetch_step(request: Request) -> Step:
    """Return the step that fetches the data and says which version it is.

    Args:
        request: What the pipeline makes.

    Returns:
        The step; it runs again where files of one's own data changed.
    """
    return Step(
        name="fetch",
        reads=(),
        code=("netwright.data.catalog",),
        parameters={"scenario.data": request.scenario.data},
        run=lambda work: _fetch(request, work),
        outside=lambda: {"files of the data": disk_state(request.scenario.data)},
    )


def _fetch(request: Request, work: Work) -> str:
    data = request.data()
    facts = {
        "fingerprint": data.fingerprint,
        "samples": data.samples,
        "shape": list(data.shape),
        "classes": list(data.classes),
        "train": len(data.train_labels),
        "test": len(data.test_labels),
    }
    write_durably(work.folder / DATA, json.dumps(facts, indent=1).encode())
    return f"{facts['train']:,} + {facts['test']:,} {data.samples}, fingerprint {data.fingerprint[:12]}"


def fetched_fingerprint(work: Work) -> str:
    """Return the fingerprint of the data that was fetched, for a step that reads `fetch/data.json`."""
    return str(json.loads((work.inputs["fetch"] / DATA).read_bytes())["fingerprint"])
