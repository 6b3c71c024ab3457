"""The step `fetch`: the data on this machine, and which version of it."""

import json

from netwright.machine.durable import write_durably
from netwright.studies.pipeline.disk_state import disk_state
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import DATA, FEEDBACK


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
        code=("data.catalog", "studies.feedback_share", "studies.pipeline.fetching"),
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
    # here and not later: what says so may stand beside the data, and this step looks at files that change
    share = request.tools.predicted(request.scenario.data)
    write_durably(work.folder / FEEDBACK, json.dumps({"from_predictions": share}).encode())
    told = f"{facts['train']:,} + {facts['test']:,} {data.samples}, fingerprint {data.fingerprint[:12]}"
    return f"{told}; {share:.1%} of the training labels are a model's own" if share else told
