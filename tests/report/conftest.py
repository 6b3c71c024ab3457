"""Fixtures of the report's tests: studies in every state, and a browser."""

import os
import shutil
import sys
from pathlib import Path

import pytest

# the studies are made in files beside this one, which is no package
sys.path.insert(0, str(Path(__file__).parent))

from broken_studies import HOSTILE, make_failed, make_hostile, make_patchy
from garments_study import make_study


@pytest.fixture(scope="session")
def study():
    return make_study()


@pytest.fixture(scope="session")
def large_study():
    """More than 500 trials of 60 epochs."""
    names = ("resnet-small", "mlp", *(f"candidate-{i:02d}" for i in range(32)))
    return make_study(names=names, epochs=60)


def find_chromium():
    """Return the path of a browser, None where there is none."""
    named = os.environ.get("NETWRIGHT_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    path = find_chromium()
    if path is None:
        reason = "no chromium: install Debian's package, or set NETWRIGHT_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")  # fmt: skip
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, headless=True, args=list(quiet))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def hostile():
    """A text that would run a script in a page that does not escape it."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_study(study):
    return make_hostile(study)


@pytest.fixture(scope="session")
def failed_study(study):
    return make_failed(study)


@pytest.fixture(scope="session")
def patchy_study(study):
    return make_patchy(study)


@pytest.fixture(scope="session", params=["whole", "failed", "patchy", "hostile", "decision", "no results"])
def any_record(request, study, failed_study, patchy_study, hostile_study):
    """Every form in which a record may come."""
    return {
        "whole": study,
        "failed": failed_study,
        "patchy": patchy_study,
        "hostile": hostile_study,
        "decision": study.decision,
        "no results": study.model_copy(update={"results": ()}),
    }[request.param]
