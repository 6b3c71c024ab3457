"""A tiny network, watched as it is trained on digits."""

import os
import signal
from dataclasses import replace

import pytest
import torch
from torch import nn

from netwright.machine.progress import Silent
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError, DivergedError
from netwright.records.scenario import Design
from netwright.studies.dynamics_run import cross_entropy, symmetries_of, watch_training
from netwright.studies.dynamics_setting import DynamicsSetting, with_recipe

STEPS = 30


@pytest.fixture
def setting():
    candidate = Candidate(name="tiny", model="mlp", options={"hidden": [12]})
    design = Design(sizes=(200,), validation=100)
    plain = DynamicsSetting(candidate, "digits", design, size=200, steps=STEPS, every=5)
    return with_recipe(plain, {"batch_size": 20, "schedule": "constant", "lr": 0.05, "momentum": 0.0})


class PressesCtrlC(Silent):
    """A progress that presses Ctrl-C when it is told first, after the first step, as often as is said."""

    def __init__(self, times=1):
        self._times = times

    def advance(self, done, running, left):
        for _ in range(self._times):
            os.kill(os.getpid(), signal.SIGINT)


def test_the_charges_of_a_plain_training_follow_their_laws(setting):
    watched = watch_training(setting, Silent())
    record = watched.record
    assert watched.cause is None
    assert (record.steps, record.every, record.title) == (STEPS, 5, "tiny on digits")
    assert {series.kind for series in record.series} == {"rescale", "translation"}
    for series in record.series:
        assert series.steps[-1] == STEPS
        assert max(error for error in series.error if error is not None) < 1e-5


def test_the_translation_charge_decays_as_one_can_work_out_by_hand(setting):
    record = watch_training(with_recipe(setting, {"weight_decay": 0.1}), Silent()).record
    (head,) = [series for series in record.series if series.kind == "translation"]
    assert head.measured[-1] == pytest.approx(head.measured[0] * (1 - 0.05 * 0.1) ** STEPS, rel=1e-4)


def test_the_same_setting_is_the_same_training(setting):
    first, second = (watch_training(setting, Silent()).record for _ in range(2))
    assert first == second
    assert watch_training(replace(setting, seed=1), Silent()).record != first


def test_ctrl_c_ends_the_step_that_runs_and_keeps_what_was_seen(setting):
    before = signal.getsignal(signal.SIGINT)
    watched = watch_training(setting, PressesCtrlC())
    assert isinstance(watched.cause, KeyboardInterrupt)
    assert watched.record.steps == 1
    assert watched.record.series[0].steps[-1] == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_is_no_traceback_either(setting):
    assert watch_training(setting, PressesCtrlC(times=2)).record.steps == 1


def test_a_loss_that_diverges_leaves_what_was_seen_before(setting):
    watched = watch_training(with_recipe(setting, {"lr": 1e30}), Silent())
    assert isinstance(watched.cause, DivergedError)
    assert 1 <= watched.record.steps < STEPS


def test_a_model_that_fits_itself_has_no_dynamics(setting):
    forest = setting.candidate.model_copy(update={"model": "random-forest", "options": {}})
    with pytest.raises(CandidateError, match="fits itself"):
        symmetries_of(replace(setting, candidate=forest))


def test_symmetries_are_those_of_the_loss_that_is_trained_with(setting):
    table = symmetries_of(setting)
    assert {one.kind: one.count for one in table.symmetries} == {"rescale": 12, "translation": 13}
    assert table.mode == "train"


def test_auxiliary_heads_count_in_the_loss():
    logits, heads = torch.zeros(4, 3), (torch.zeros(4, 3), torch.zeros(4, 3))
    plain = cross_entropy(logits)
    assert plain == pytest.approx(nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 0])))
    assert cross_entropy((logits, *heads)) == pytest.approx(1.6 * plain)
