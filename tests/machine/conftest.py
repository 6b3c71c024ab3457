"""What the tests of isolated processes share."""

from importlib import import_module
from pathlib import Path

import pytest

from netwright.machine.isolation import Ended, Job, Note, run_isolated
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome


@pytest.fixture
def targets(monkeypatch):
    """The functions that isolated processes run, importable by them too."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return import_module("targets")


@pytest.fixture
def run():
    """Runs jobs and returns every event."""

    def run_jobs(jobs, workers=2, threads=1):
        return list(run_isolated(jobs, workers, threads, ("torch",)))

    return run_jobs


@pytest.fixture
def run_one(run):
    """Runs one target and returns its notes and its ending, which are as every ending must be."""

    def run_target(target, payload="", **limits):
        *notes, ended = run([Job("it", target, payload, Limits(**limits))])
        assert isinstance(ended, Ended)
        assert all(isinstance(note, Note) and note.job == "it" for note in notes)
        assert ended.job == "it"
        assert (ended.result is None) == (ended.outcome is not Outcome.OK)
        return [note.text for note in notes], ended

    return run_target
