"""Fixtures of the report's tests: studies in every state."""

import sys
from pathlib import Path

import pytest

# the studies are made in files beside this one, which is no package
sys.path.insert(0, str(Path(__file__).parent))

from broken_studies import HOSTILE, make_failed, make_hostile, make_patchy, make_unknown
from factors_study import make_complete
from garments_study import make_study


@pytest.fixture(scope="session")
def study():
    return make_study()


@pytest.fixture(scope="session")
def complete_study(study):
    """A study with everything that one can record."""
    return make_complete(study)


@pytest.fixture(scope="session")
def large_study():
    """More than 500 trials of 60 epochs."""
    names = ("resnet-small", "mlp", *(f"candidate-{i:02d}" for i in range(32)))
    return make_study(names=names, epochs=60)


@pytest.fixture(scope="session")
def hostile():
    """A text that would run a script in a page that does not escape it."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_study(complete_study):
    return make_hostile(complete_study)


@pytest.fixture(scope="session")
def failed_study(study):
    return make_failed(study)


@pytest.fixture(scope="session")
def patchy_study(study):
    return make_patchy(study)


@pytest.fixture(
    scope="session", params=["whole", "complete", "unknown", "failed", "patchy", "hostile", "decision", "no results"]
)
def any_record(request, study, complete_study, failed_study, patchy_study, hostile_study):
    """Every form in which a record may come."""
    return {
        "whole": study,
        "complete": complete_study,
        "unknown": make_unknown(complete_study),
        "failed": failed_study,
        "patchy": patchy_study,
        "hostile": hostile_study,
        "decision": study.decision,
        "no results": study.model_copy(update={"results": ()}),
    }[request.param]
