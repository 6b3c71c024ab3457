"""The step `package`: the decision as a folder that can be served."""

import json

from netwright.records.decision import Decision
from netwright.records.errors import NetwrightError
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import DATA, FEEDBACK, MADE, PACKAGE


def package_step(request: Request) -> Step:
    """Return the step that packs the decision.

    Args:
        request: What the pipeline makes.

    Returns:
        The step.
    """
    return Step(
        name="package",
        # what the data looked like is packed too
        reads=(f"fetch/{DATA}", f"fetch/{FEEDBACK}", f"study/{MADE}"),
        code=("studies.ship.packing", "studies.pipeline.packaging"),
        parameters={},
        run=lambda work: _package(request, work),
    )


def _package(request: Request, work: Work) -> str:
    study = work.inputs["study"] / "study"
    decision = Decision.from_json((study / "decision.json").read_bytes())
    if decision.chosen is None:
        raise NetwrightError(
            f"no candidate of {request.scenario.name} meets the constraints, so there is nothing to package; relax "
            f"one, or look at {request.root / 'study.html'} for what each candidate missed"
        )
    share = json.loads((work.inputs["fetch"] / FEEDBACK).read_bytes())["from_predictions"]
    request.tools.pack(study, work.folder / PACKAGE, work.progress, share or 0.0)
    return f"{decision.chosen}, with {decision.fallback or 'no other'} as its fallback"
