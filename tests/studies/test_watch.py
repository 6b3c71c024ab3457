"""What is shown while trials run."""

from netwright.records.trial import Epoch, Outcome, Trial, TrialResult
from netwright.studies.forecast import Forecast
from netwright.studies.watch import Watch

from .conftest import candidate


class _Shown:
    def __init__(self):
        self.lines, self.last = [], None

    def start(self, total, title):
        self.total = total

    def advance(self, done, running, left):
        self.last = done, running, left

    def say(self, line):
        self.lines.append(line)

    def stop(self):
        pass


def _epoch(index):
    return Epoch(
        index=index, train_loss=1, validation_loss=1, validation_accuracy=0.5, lr=0.1, seconds=1, memory=1
    ).to_json()


def test_progress_counts_epochs_of_running_trials_and_says_how_long_is_left():
    trials = [Trial(candidate=candidate("a", "mlp"), size=size, seed=0) for size in (100, 200)]
    shown, forecast = _Shown(), Forecast()
    watch = Watch(shown, forecast, trials, workers=1)
    assert shown.total == 2.0
    watch.start(trials[0])
    assert shown.last == (0.0, "a-n100-s0 0%", None)
    watch.hear("a-n100-s0", _epoch(1))
    assert shown.last[0] == 1 / 3
    trial, epochs = watch.end("a-n100-s0")
    assert (trial, len(epochs)) == (trials[0], 1)
    ended = TrialResult(trial=trial.id, candidate="a", size=100, seed=0, outcome=Outcome.OK, seconds=4.0)
    watch.learn(ended)
    assert shown.last == (1.0, "", 4.0)
    assert watch.unfinished() == []


def test_a_failure_is_said_at_once():
    trials = [Trial(candidate=candidate("a", "mlp"), size=100, seed=0)]
    shown = _Shown()
    watch = Watch(shown, Forecast(), trials, workers=1)
    watch.start(trials[0])
    watch.end(trials[0].id)
    watch.learn(
        TrialResult(trial="a-n100-s0", candidate="a", size=100, seed=0, outcome=Outcome.TIMEOUT, detail="over 60 s")
    )
    assert shown.lines == ["a-n100-s0: timeout: over 60 s"]
