"""The step `validate`: nothing is trained on data that is broken."""

import hashlib
import json

from netwright.data.validation.validate import insist, validate
from netwright.data.validation.versions import last_version
from netwright.machine.durable import write_durably
from netwright.records.validation import Profile, Validation
from netwright.studies.pipeline.history import History
from netwright.studies.pipeline.outputs import step_folder
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import DATA, PASSED, PROFILE, VALIDATION, fetched_fingerprint

_FETCHED = f"fetch/{DATA}"


def validate_step(request: Request, history: History) -> Step:
    """Return the step that looks at the data.

    Args:
        request: What the pipeline makes.
        history: What the pipeline made before: the last version is compared with.

    Returns:
        The step.
    """
    expected = None if request.expectations is None else request.expectations.model_dump(mode="json")
    return Step(
        name="validate",
        reads=(_FETCHED,),
        code=("data.validation.validate", "studies.pipeline.validating"),
        parameters={"expectations": expected},
        run=lambda work: _validate(request, history, work),
    )


def _validate(request: Request, history: History, work: Work) -> str:
    fingerprint = fetched_fingerprint(work)
    found = validate(request.data(fingerprint), request.expectations, _last(request, history, work))
    whole = found.to_json(indent=1).encode()
    # beside the ledger too: what a failed step made is not kept, and its faults are what a person wants to see
    write_durably(request.root / VALIDATION, whole)
    insist(found)
    write_durably(work.folder / VALIDATION, whole)
    write_durably(work.folder / PROFILE, found.profile.to_json(indent=1).encode())
    write_durably(work.folder / PASSED, json.dumps({"fingerprint": fingerprint}).encode())
    return _told(found)


def _told(found: Validation) -> str:
    warnings, notes = len(found.of_severity("warning")), len(found.of_severity("note"))
    return f"sound; {warnings} warning{'' if warnings == 1 else 's'}, {notes} note{'' if notes == 1 else 's'}"


def _last(request: Request, history: History, work: Work) -> Profile | None:
    """Return the statistics of the newest version before this one that passed."""
    now = hashlib.sha256((work.inputs["fetch"] / DATA).read_bytes()).hexdigest()
    for entry in reversed(history.entries("validate")):
        if entry.causes.get(_FETCHED) != now:
            profile = last_version(step_folder(request.root, "validate", entry.key) / PROFILE)
            if profile is not None:
                return profile
    return None
