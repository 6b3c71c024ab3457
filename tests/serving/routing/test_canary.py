import numpy as np
import pytest

from netwright.monitoring.event import Label
from netwright.serving.engine import Answers
from netwright.serving.routing import canary as module
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.canary import Canary
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.rollout_file import RolloutFile


@pytest.fixture
def make(fakes, tmp_path):
    def made(share=0.5, version="v2", main="v1"):
        upstream = fakes.upstream("canary", version=version)
        return Canary(upstream, main, share, Rollback(Tolerances()), RolloutFile(tmp_path / "rollout.json"))

    return made


def answered(route, *classes):
    logits = np.eye(3, dtype=np.float32)[list(classes)]
    return Answered(Answers(logits), route, "v", route)


def fail(canary, requests):
    for _ in range(requests):
        canary.compare(False, 200, 0.0)
        canary.compare(True, 503, 0.0)


def test_a_key_stays_where_it_is(make):
    keys = [f"user {i}" for i in range(1000)]
    first, again = make(), make()
    assert [first.takes(key) for key in keys] == [again.takes(key) for key in keys]
    # another pair of versions is another draw
    assert [first.takes(key) for key in keys] != [make(version="v3").takes(key) for key in keys]


def test_a_failing_canary_is_rolled_back_for_good(make, caplog):
    canary = make(share=1.0)
    assert canary.takes("a")
    assert canary.rollout().stage == "running"
    fail(canary, 100)
    assert not canary.running
    assert not canary.takes("a")
    rollout = canary.rollout()
    assert (rollout.stage, rollout.share, rollout.asked) == ("rolled back", 0.0, 1.0)
    errors = rollout.streams[0]
    # it was over long before the 100 requests, and nothing was counted after
    assert 5 < errors.canary == errors.canary_bad < 20
    assert f"{errors.canary} of {errors.canary} requests against 0 of {errors.main}" in rollout.reason
    assert "it could not answer more often than main" in caplog.text
    canary.close()
    after = make(share=1.0)
    assert not after.takes("a")
    assert after.rollout() == rollout
    assert make(version="v3", share=1.0).takes("a")


def test_the_decision_is_in_the_file_without_an_orderly_end(make, tmp_path):
    canary = make()
    fail(canary, 100)
    canary._file.close()
    stored = RolloutFile(tmp_path / "rollout.json").read()
    assert stored == canary.rollout()


def test_a_canary_that_runs_is_written_at_the_end(make, tmp_path):
    canary = make()
    canary.compare(True, 200, 0.0)
    canary.close()
    stored = RolloutFile(tmp_path / "rollout.json").read()
    assert (stored.stage, stored.streams[0].canary) == ("running", 1)
    # and the next start begins to count anew
    assert make().rollout().streams[0].canary == 0


def test_labels_tell_a_canary_that_predicts_worse(make):
    canary = make()
    for i in range(300):
        canary.remember(f"m{i}", answered("main", 1, 2))
        canary.remember(f"c{i}", answered("canary", 0))
        canary.labels([Label(f"m{i}/0", 1, 1.0), Label(f"m{i}/1", 2, 1.0), Label(f"c{i}", 1, 1.0)])
    assert canary.rollout().stage == "rolled back"
    assert "wrong more often" in canary.rollout().reason


def test_a_label_counts_once_and_only_where_somebody_looked(make):
    canary = make()
    canary.remember("c", answered("canary", 0))
    canary.remember("m", answered("main", 0))
    for _ in range(3):
        canary.labels([Label("c", 1, 1.0), Label("unknown", 1, 1.0), Label("m", 1, 1.0, "model")])
    wrong = canary.rollout().streams[2]
    assert (wrong.canary, wrong.canary_bad, wrong.main) == (1, 1, 0)
    canary.labels([Label("m", 0, 1.0, "outcome")])
    assert canary.rollout().streams[2].main == 1


def test_predictions_that_wait_for_labels_are_bounded(make, monkeypatch):
    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    canary = make()
    for i in range(5):
        canary.remember(f"c{i}", answered("canary", 0))
    canary.labels([Label(f"c{i}", 0, 1.0) for i in range(5)])
    assert canary.rollout().streams[2].canary == 3


def test_a_good_canary_is_told_to_be_no_worse_and_nothing_is_done(make):
    canary = make()
    for i in range(3000):
        canary.compare(False, 503 if i % 100 == 0 else 200, 0.0)
        canary.compare(True, 503 if i % 100 == 50 else 200, 0.0)
    assert canary.rollout().no_worse
    assert canary.running
    assert canary.takes("x") == make().takes("x")


def test_nothing_was_shown_before_anything_was_seen(make):
    assert not make().rollout().no_worse
