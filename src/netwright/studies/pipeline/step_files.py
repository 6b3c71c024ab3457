"""The files that steps hand on, by name: apart from the steps, so that none depends on another's code."""

import json

from netwright.studies.pipeline.step import Work

DATA, FEEDBACK = "data.json", "feedback.json"
VALIDATION, PROFILE, PASSED = "validation.json", "profile.json", "passed.json"
SPLIT = "split.json"
MADE = "made.json"
PACKAGE = "package"
MANIFEST = f"{PACKAGE}/package.json"


def fetched_fingerprint(work: Work) -> str:
    """Return the fingerprint of the data that was fetched, for a step that reads `fetch/data.json`."""
    return str(json.loads((work.inputs["fetch"] / DATA).read_bytes())["fingerprint"])
