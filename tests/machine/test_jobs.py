from dataclasses import FrozenInstanceError

import pytest

from netwright.machine.jobs import Job, Note, echo
from netwright.records.scenario import Limits


def test_jobs_and_notes_cannot_be_changed():
    job = Job("a", echo, "1", Limits())
    with pytest.raises(FrozenInstanceError):
        job.name = "b"
    with pytest.raises(FrozenInstanceError):
        Note("a", "text").text = "other"


def test_the_smallest_target_tells_and_returns_its_payload():
    heard = []
    assert echo("[1]", heard.append) == "[1]"
    assert heard == ["[1]"]
