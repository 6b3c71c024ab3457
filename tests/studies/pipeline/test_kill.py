"""A pipeline killed at any moment goes on where it was, and ends as if nothing had happened."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netwright.studies.pipeline.run import STEPS

HERE = Path(__file__).parent


@pytest.mark.slow
def test_killed_before_any_change_of_any_file_it_ends_well(tmp_path):
    told = killed(tmp_path, every=1)
    # every step writes, moves and notes down: fewer points would mean that the hook is blind
    assert len(told) > 60


def test_killed_now_and_then_it_ends_well(tmp_path):
    assert len(killed(tmp_path, every=11)) > 5


def killed(tmp_path, every):
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE),
        "NETWRIGHT_CACHE": str(tmp_path / "cache"),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, str(HERE / "kill_points.py"), str(tmp_path), str(every)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    for run in told:
        assert (run["first"], run["second"]) == (-9, 0), run
        assert set(run["told"]["steps"]) == set(STEPS)
        assert set(run["told"]["steps"].values()) <= {"cached", "done"}, run
        assert run["again"] == {"steps": dict.fromkeys(STEPS, "cached"), "trained": 0}, run
        assert run["deployed"]
        assert not run["left"], run
    # the later the kill, the fewer trials are run again: none is forgotten once it is written down
    trained = [run["told"]["trained"] for run in told]
    assert trained == sorted(trained, reverse=True)
    assert {trained[0], trained[-1]} == {8, 0}
    return told
