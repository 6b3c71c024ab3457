"""What all tests share: a browser, and properties that are not timed."""

import os
import shutil
import signal

import pytest
from hypothesis import settings

# a run in the background of a shell ignores Ctrl-C, and so would every study that a test interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)

# the machine may be shared: no example fails for being slow
settings.register_profile("netwright", deadline=None)
settings.load_profile("netwright")


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
def shared_mlflow(tmp_path_factory):
    """One MLflow database for all studies of the tests: setting one up takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/mlflow.db")
        yield
