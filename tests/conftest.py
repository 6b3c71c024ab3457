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


# as long as it is open, a loop runs in this thread, and no test could run one of its own
@pytest.fixture(scope="module")
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


TINY = """
name = "tiny"
task = "image-classification"
data = "digits"
[design]
sizes = [200]
seeds = 1
validation = 100
test = 200
[[candidate]]
name = "logistic"
model = "logistic-regression"
[[candidate]]
name = "mlp"
model = "mlp"
options = { hidden = [16] }
recipe = { lr = 0.1, epochs = 3, batch_size = 32 }
[preferences]
order = ["accuracy"]
"""
"""Logistic regression wins on so few digits; the small network is its fallback."""


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory, shared_mlflow):
    """The folder of a finished study on digits."""
    from netwright.machine.progress import Silent
    from netwright.studies.choose import choose
    from netwright.studies.places import executor_at
    from netwright.studies.read import read_scenario

    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.toml").write_text(TINY)
    choose(read_scenario(folder / "tiny.toml"), folder / "study", executor_at("local", 1), Silent())
    return folder / "study"


@pytest.fixture(scope="session")
def tiny_package(tiny_study, tmp_path_factory):
    """A package of that study; whoever changes it works on a copy."""
    from netwright.machine.progress import Silent
    from netwright.serving.package import open_package
    from netwright.studies.ship.packing import pack

    return open_package(pack(tiny_study, tmp_path_factory.mktemp("shipped") / "package", Silent()))
