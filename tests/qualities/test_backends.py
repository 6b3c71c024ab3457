from importlib import import_module
from math import isnan
from pathlib import Path

import pytest
import torch
from pydantic import TypeAdapter
from torch import nn

from netwright.machine.isolation import Job, run_isolated
from netwright.qualities.backend import doubling
from netwright.qualities.backends import COMPARED, Effort, compare_backends, find_backends, run_backends
from netwright.records.backend import BackendRun
from netwright.records.errors import InputError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome
from netwright.studies.executors import PRELOAD

MILLISECOND = 10**6


class Ticking:
    """A clock that is a millisecond later at every look, and later still when told to."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        self.now += MILLISECOND
        return self.now


class Altered:
    """Runs a model and alters its logits; preparing takes two seconds and making ready three."""

    name, device = "altered", "cpu"

    def __init__(self, clock, alter):
        self.clock, self.alter = clock, alter

    def counts(self, most):
        return doubling(most)

    def prepare(self, model, example):
        self.clock.now += 2000 * MILLISECOND

        def ready(threads):
            self.clock.now += 3000 * MILLISECOND
            return lambda x: self.alter(model(x))

        return ready


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Dropout(0.5), nn.BatchNorm1d(8), nn.Linear(8, 3))


@pytest.fixture
def inputs():
    return torch.randn(60, 1, 4, 4, generator=torch.Generator().manual_seed(1))


def compare(model, inputs, backend, clock, threads=1, seconds=0.5):
    effort = Effort(calls=7, seconds=seconds, clock=clock)
    return compare_backends("small", model, inputs, [backend], threads=threads, effort=effort)


def test_times_are_medians_of_single_calls_with_their_setup(model, inputs, clock):
    one, two = compare(model, inputs, Altered(clock, lambda logits: logits), clock, threads=2)
    assert (one.candidate, one.backend, one.device, one.threads, one.runs) == ("small", "altered", "cpu", 1, True)
    assert (one.seconds, one.low, one.high, one.n) == (0.001, 0.001, 0.001, 7)
    # preparing counts for each number of threads, and so does each making ready; the rest are looks at the clock
    assert one.setup_seconds == pytest.approx(5.0, abs=0.01)
    assert two.setup_seconds == pytest.approx(5.0, abs=0.01)
    assert two.threads == 2


def test_equality_is_over_each_input_and_class(model, inputs, clock):
    def alter(logits):
        return torch.where(logits[:, :1] > 0, logits.flip(1), logits + 1)

    (run,) = compare(model, inputs, Altered(clock, alter), clock)
    with torch.no_grad():
        expected = model.eval()(inputs)
    probabilities, altered = (x.double().softmax(1) for x in (expected, alter(expected)))
    differences = [
        abs(float(a - b)) for p, q in zip(probabilities, altered, strict=True) for a, b in zip(p, q, strict=True)
    ]
    same = [int(p.argmax()) == int(q.argmax()) for p, q in zip(probabilities, altered, strict=True)]
    assert run.difference == pytest.approx(max(differences), abs=1e-6)
    assert 0 < sum(same) < 60
    assert run.agreement == pytest.approx(sum(same) / 60)
    assert run.images == 60


def test_as_many_inputs_are_compared_as_time_allows_and_sixteen_at_least(model, inputs, clock):
    backend = Altered(clock, lambda logits: logits)
    assert compare(model, inputs, backend, clock, seconds=1e-9)[0].images == 16
    assert compare(model, inputs[:5], backend, clock, seconds=1e-9)[0].images == 5
    # the clock is looked at from the sixteenth on, and moves by a thirtieth of the time at each look
    assert compare(model, inputs, backend, clock, seconds=0.03)[0].images == pytest.approx(16 + 30, abs=2)
    assert compare(model, inputs.repeat(20, 1, 1, 1), backend, clock, seconds=9)[0].images == COMPARED


def test_eager_mode_is_the_yardstick_itself(model, inputs):
    runs = run_backends("small", model, inputs, ["eager"], threads=3, effort=Effort(calls=5, seconds=0.01))
    assert [(run.backend, run.threads) for run in runs if run.device == "cpu"] == [("eager", n) for n in (1, 2, 3)]
    assert all(run.runs and run.agreement == 1 and run.difference < 1e-6 for run in runs)
    assert runs[0].difference == 0


def test_the_model_stays_as_it_is(model, inputs, clock):
    model.train()
    model[3].eval()
    state = {name: held.clone() for name, held in model.state_dict().items()}
    threads = torch.get_num_threads()
    compare(model, inputs, Altered(clock, lambda logits: logits), clock, threads=2)
    assert [part.training for part in model] == [True, True, True, False, True]
    assert all(torch.equal(held, state[name]) for name, held in model.state_dict().items())
    assert torch.get_num_threads() == threads
    assert not torch.is_inference_mode_enabled()


class Failing(Altered):
    """Fails at one of its steps."""

    def __init__(self, clock, step):
        super().__init__(clock, self.predict)
        self.step = step

    def predict(self, logits):
        if self.step == "predict":
            raise OSError("the library is gone")
        return logits[:, :2] if self.step == "shape" else logits

    def prepare(self, model, example):
        if self.step == "prepare":
            raise RuntimeError("no compiler\nsee the log")
        made = super().prepare(model, example)

        def ready(threads):
            if self.step == "ready" and threads == 2:
                raise KeyError("threads")
            return made(threads)

        return ready


@pytest.mark.parametrize(
    ("step", "details"),
    [
        ("prepare", ["RuntimeError: no compiler"] * 2),
        ("ready", ["", "KeyError: 'threads'"]),
        ("predict", ["OSError: the library is gone"] * 2),
        ("shape", ["its answers have shape (60, 2), those of eager mode (60, 3)"] * 2),
    ],
)
def test_what_fails_is_a_run_with_its_reason(model, inputs, clock, step, details):
    runs = compare(model, inputs, Failing(clock, step), clock, threads=2)
    assert [run.threads for run in runs] == [1, 2]
    assert [run.detail if not run.runs else "" for run in runs] == details
    for run in runs:
        assert isnan(run.seconds) == isnan(run.difference) == (not run.runs)
        assert BackendRun.from_json(run.to_json()).detail == run.detail


def test_bad_input_says_what_to_do(model, inputs):
    with pytest.raises(InputError, match=r"'onx'.*Did you mean onnx"):
        run_backends("small", model, inputs, ["eager", "onx"])
    with pytest.raises(InputError, match="pass one or more"):
        run_backends("small", model, inputs[:0], ["eager"])


def test_an_accelerator_is_tried_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert [(one.name, one.device) for one in find_backends(["eager"])] == [("eager", "cpu"), ("eager", "cuda")]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert [(one.name, one.device) for one in find_backends(["eager"])] == [("eager", "cpu")]


def test_all_run_in_a_process_of_its_own(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    target = import_module("isolated_backends").run_all
    job = Job("it", target, "eager compile onnx", Limits(memory=4 * 2**30, time=280))
    *_, ended = run_isolated([job], 1, 2, PRELOAD)
    assert (ended.outcome, ended.detail) == (Outcome.OK, "")
    runs = TypeAdapter(tuple[BackendRun, ...]).validate_json(ended.result)
    told = [(run.backend, run.threads, run.detail if not run.runs else "") for run in runs if run.device == "cpu"]
    assert told == [(name, threads, "") for name in ("eager", "compile", "onnx") for threads in (1, 2)]
    assert all(run.agreement == 1 and run.difference < 1e-6 and run.images >= 16 for run in runs)
