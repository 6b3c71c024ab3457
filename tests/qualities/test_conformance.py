"""What every instrument keeps to; a new one is tested by being in the catalog."""

from dataclasses import replace
from importlib import import_module
from math import isfinite

import pytest
import torch

from netwright.machine.seeds import random_state
from netwright.models.video.clip_input import ClipInput
from netwright.qualities.catalog import INSTRUMENTS, QUALITIES, find_quality, measure_all
from netwright.records.candidate import Candidate, Recipe
from netwright.records.measurement import Measurement, NotMeasured

OF_A_MODEL = [one for one in INSTRUMENTS if one.moment != "study"]
ESTIMATED = ("energy.", "co2.", "cost.")
"""Families of qualities that rest on rates, which are stated and not measured."""
each_instrument = pytest.mark.parametrize("instrument", OF_A_MODEL, ids=lambda instrument: instrument.module)
over_seeds = pytest.mark.parametrize(
    "instrument", [one for one in INSTRUMENTS if one.moment == "study"], ids=lambda instrument: instrument.module
)


def assert_sound(found, instrument):
    """Each quality is answered, in the catalog's order, by a sound measurement or by a reason."""
    assert [one.quality for one in found] == [quality.name for quality in instrument.qualities]
    for one in found:
        if isinstance(one, NotMeasured):
            assert len(one.reason) > 20
            assert not one.reason.endswith(".")
            continue
        quality = find_quality(one.quality)
        assert one.unit == quality.unit
        assert all(isfinite(number) for number in (one.value, one.low, one.high))
        assert quality.lowest <= one.low <= one.value <= one.high <= quality.highest
        assert one.n >= 1
        assert all(note.strip() for note in one.notes)
        if one.quality.startswith(ESTIMATED):
            assert one.notes[0].startswith(("measured: ", "estimated: "))


@each_instrument
def test_answers_for_what_the_catalog_says(instrument, evidence):
    found = import_module(instrument.module).measure(evidence)
    assert_sound(found, instrument)
    assert all(one.conditions == evidence.conditions for one in found if isinstance(one, Measurement))


@each_instrument
@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_answers_where_little_is_known(instrument, bare):
    assert_sound(import_module(instrument.module).measure(bare), instrument)


@each_instrument
@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_answers_for_rows_of_a_table(instrument, evidence):
    rows = torch.randn(200, 6, generator=torch.Generator().manual_seed(0))
    model = torch.nn.Linear(6, 2)
    table = replace(
        evidence,
        model=model,
        probabilities=model(rows).detach().softmax(1),
        labels=evidence.labels % 2,
        inputs=rows,
        features=tuple("abcdef"),
        training_data=(rows[:60], evidence.labels[:60] % 2),
    )
    assert_sound(import_module(instrument.module).measure(table), instrument)


@each_instrument
@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_answers_for_bytes_of_clips(instrument, evidence):
    clips = torch.randint(0, 256, (40, 3, 4, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    model = torch.nn.Sequential(
        ClipInput(), torch.nn.Conv3d(3, 2, 4, stride=2), torch.nn.Flatten(), torch.nn.LazyLinear(2)
    )
    probabilities = model(clips).detach().softmax(1)
    labels = evidence.labels[:40] % 2
    of_clips = {"model": model, "probabilities": probabilities, "labels": labels, "inputs": clips, "features": ()}
    recipe = Recipe(epochs=1, batch_size=8, augment="corner-crop")
    of_clips["candidate"] = Candidate(name="c", model="mobilenet3d", options={"width": 0.1}, recipe=recipe)
    videos = replace(evidence, **of_clips, groups=None, group_names=(), training_data=(clips[:20], labels[:20]))
    found = import_module(instrument.module).measure(videos)
    assert_sound(found, instrument)
    # whatever says that it does not apply speaks of videos, or of something that they have nothing to do with
    assert not any("the inputs are texts" in one.reason for one in found if isinstance(one, NotMeasured))


@each_instrument
@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_answers_where_the_first_inputs_alone_are_at_hand(instrument, evidence):
    assert_sound(import_module(instrument.module).measure(replace(evidence, inputs=evidence.inputs[:9])), instrument)


@over_seeds
def test_answers_over_seeds(instrument, seeds):
    found = import_module(instrument.module).measure(seeds)
    assert_sound(found, instrument)
    assert all(isinstance(one, Measurement) and one.conditions.seed is None for one in found)


@each_instrument
@pytest.mark.parametrize("evidence", ["network", "forest"], indirect=True)
@pytest.mark.parametrize("training", [True, False])
def test_leaves_everything_as_it_was(instrument, evidence, training):
    evidence.model.train(training)
    list(evidence.model.modules())[-1].training = not training  # a frozen layer
    modes = [part.training for part in evidence.model.modules()]
    state = {name: tensor.clone() for name, tensor in evidence.model.state_dict().items()}
    inputs, threads, random = evidence.inputs.clone(), torch.get_num_threads(), random_state()
    import_module(instrument.module).measure(evidence)
    assert [part.training for part in evidence.model.modules()] == modes
    assert all(torch.equal(tensor, state[name]) for name, tensor in evidence.model.state_dict().items())
    assert all(parameter.grad is None for parameter in evidence.model.parameters())
    assert not any(part._forward_hooks for part in evidence.model.modules())
    assert torch.equal(evidence.inputs, inputs)
    assert torch.get_num_threads() == threads
    assert all(torch.equal(random[name], now) for name, now in random_state().items() if not now.isnan().any())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("instrument", [one for one in OF_A_MODEL if one.moment == "trial"], ids=lambda one: one.module)
def test_measures_the_same_again(instrument, evidence):
    measure = import_module(instrument.module).measure
    torch.manual_seed(0)
    first = measure(evidence)
    torch.manual_seed(1)
    assert measure(evidence) == first


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_all_of_a_moment_come_in_the_order_of_the_catalog(evidence, seeds):
    names = [quality.name for quality in QUALITIES]
    inside = measure_all(evidence, "trial", names)
    alone = measure_all(evidence, "alone", names)
    overall = measure_all(seeds, "study", names)
    asked = {one.quality for found in (inside, alone, overall) for answers in found for one in answers}
    assert asked == set(names)
    for found in (inside, alone, overall):
        order = [one.quality for one in found.measurements]
        assert order == [name for name in names if name in order]
    assert [one.quality for one in inside.not_measured] == [
        "accuracy.top3", "accuracy.top5", "fairness.positive_rate_gap", "interpretability.rules",
    ]  # fmt: skip


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_what_nobody_asked_for_is_left_out(evidence):
    assert [one.quality for one in measure_all(evidence, "alone").measurements] == [
        "latency.p50", "latency.p99", "throughput",
    ]  # fmt: skip
    found = {one.quality for one in measure_all(evidence, "trial", ["robustness.fgsm"]).measurements}
    assert "robustness.fgsm" in found
    assert "robustness.pgd" not in found
