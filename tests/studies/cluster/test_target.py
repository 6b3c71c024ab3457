from pathlib import Path

import pytest

from netwright.studies.cluster.target import name_target, run_target


def test_a_user_s_own_function_is_found(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    told = []
    assert run_target(name_target("node_targets:steps", "2"), told.append) == "done"
    assert told == ["step 0", "step 1"]


def test_a_function_that_is_not_there_is_told_by_name():
    with pytest.raises(AttributeError, match="absent"):
        run_target(name_target("netwright.machine.jobs:absent", ""), print)
