"""Killing a study: no finished trial runs again, an unfinished one resumes, the decision is the same."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netwright.records.trial import Outcome
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor

from .conftest import HERE, candidate, scenario_of

PROGRAM = """
import sys
from netwright.records.scenario import Scenario
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor

class Loud:
    def start(self, total, title): print("START", title, flush=True)
    def advance(self, done, running, left): print("ADVANCE", done, running, flush=True)
    def say(self, line): print("SAY", line, flush=True)
    def stop(self): pass

if __name__ == "__main__":
    scenario = Scenario.from_json(open(sys.argv[1]).read())
    choose(scenario, out=sys.argv[2], executor=LocalExecutor(workers=2), progress=Loud())
"""


def _scenario():
    scenario = scenario_of(candidate("a", "mlp", hidden=[16]), candidate("b", "mlp", hidden=[8], dropout=0.2))
    recipe = scenario.candidates[0].recipe.model_copy(update={"epochs": 40})
    slow = tuple(c.model_copy(update={"recipe": recipe}) for c in scenario.candidates)
    return scenario.model_copy(update={"candidates": slow})


def _start(tmp_path: Path, out: Path) -> subprocess.Popen[str]:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "scenario.json").write_text(_scenario().to_json())
    environment = {**os.environ, "PYTHONPATH": HERE}
    arguments = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "scenario.json"), str(out)]
    return subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    )


def _stop_at(study: subprocess.Popen[str], advances: int, number: int) -> None:
    """Send a signal after so many reports of progress, in the middle of a trial: the test, not a clock, says when."""
    seen = 0
    with study:
        assert study.stdout is not None
        for line in study.stdout:
            seen += line.startswith("ADVANCE")
            if seen >= advances and " 50%" in line:
                study.send_signal(number)
                break
        else:
            pytest.fail("the study ended before the signal")
        study.stdout.read()


def _trials(out: Path) -> list[dict]:
    lines = [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]
    return [line for line in lines if line.get("kind") == "trial"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    return choose(_scenario(), out=out, executor=LocalExecutor(workers=2)), out


@pytest.mark.parametrize("advances", [9, 120, 300])
def test_sigkill_at_any_moment(tmp_path, undisturbed, advances):
    out = tmp_path / "out"
    _stop_at(_start(tmp_path, out), advances, signal.SIGKILL)
    finished = {trial["trial"] for trial in _trials(out)}
    decision = choose(_scenario(), out=out, executor=LocalExecutor(workers=2))
    ran = [trial["trial"] for trial in _trials(out)]
    assert sorted(ran) == sorted(set(ran)), "no finished trial ran again"
    assert finished <= set(ran)
    _same_decision(decision, undisturbed[0])


def test_ctrl_c_records_what_was_interrupted_and_resumes(tmp_path, undisturbed):
    out = tmp_path / "out"
    _stop_at(_start(tmp_path, out), 60, signal.SIGINT)
    interrupted = [trial for trial in _trials(out) if trial["outcome"] == Outcome.INTERRUPTED]
    assert interrupted
    assert all("resumes" in trial["detail"] for trial in interrupted)
    decision = choose(_scenario(), out=out, executor=LocalExecutor(workers=2))
    resumed = {t["trial"]: t for t in _trials(out) if t["outcome"] == Outcome.OK}
    attempts = {trial["trial"]: (resumed[trial["trial"]]["attempts"], trial["detail"]) for trial in interrupted}
    assert any(count == 2 for count, _ in attempts.values()), attempts
    _same_decision(decision, undisturbed[0])


def _same_decision(one, other):
    assert (one.chosen, one.scenario_hash) == (other.chosen, other.scenario_hash)
    for name in ("a", "b"):
        mine, theirs = one.assessment(name), other.assessment(name)
        assert mine.status == theirs.status
        assert mine.curve == theirs.curve
        assert mine.measured("accuracy") == theirs.measured("accuracy")
