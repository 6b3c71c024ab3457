"""The verdict on "the same neurons for every input", on cosines made for it."""

import pytest
import torch

from netwright.anatomy.cosine import unit
from netwright.anatomy.neurons import neuron_sets
from netwright.anatomy.overlap import overlap_of
from netwright.anatomy.same_neurons import same_neurons
from netwright.records.anatomy import NeuronAnatomy, Probe

AXIS = torch.eye(4)[0].double()
WEIGHTS = torch.randn(400, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def _anatomy(targets, bound=0.6):
    """Return the record of one layer of random neurons for given targets."""
    directions = unit(torch.stack(targets))
    cosines = directions @ unit(WEIGHTS).T
    return NeuronAnatomy(
        model="made",
        target="after the last normalisation",
        probes=tuple(Probe(text=str(number)) for number in range(len(targets))),
        threshold=str(bound),
        bounds=(bound,),
        sizes=(len(WEIGHTS),),
        sets=tuple(neuron_sets(0, cosines, bound)),
        overlaps=(overlap_of(0, cosines, bound),) if len(targets) > 1 else (),
        target_cosines=(directions @ directions.T).tolist(),
        largest=(float(cosines.abs().max()),),
    )


def test_targets_on_one_axis_use_the_same_neurons():
    told = same_neurons(_anatomy([AXIS, 2 * AXIS, 5 * AXIS]))
    assert told[0].startswith("Every input uses the same neurons: two inputs share 100% of their active neurons, 100%")
    assert "correlate +1.00 between two inputs on average" in told[-1]
    assert len(told) == 2


def test_opposite_targets_use_them_with_opposite_sign():
    verdict, sides, whole = same_neurons(_anatomy([AXIS, -AXIS, 3 * AXIS, -2 * AXIS]))
    assert "same neurons, but not with the same sign: two inputs share 100% of their active neurons, 33%" in verdict
    assert "the same way share 100% with the same sign (2 pairs)" in sides
    assert "point apart 0% (4 pairs)" in sides
    assert "-1.00 at least (layer 0)" in whole


def test_targets_at_right_angles_share_about_what_chance_would():
    seen = _anatomy(list(torch.eye(4).double()), bound=0.5)
    told = same_neurons(seen)
    assert told[0].startswith("Inputs do not use the same neurons")
    share, active = seen.overlaps[0].jaccard, seen.overlaps[0].active
    assert share == pytest.approx(active / (2 - active), abs=0.15)
    assert f"share {share:.0%} of" in told[0]
    assert f"would share {active / (2 - active):.1%})" in told[0]


def test_without_active_neurons_or_a_second_input_nothing_can_be_told():
    none = same_neurons(_anatomy([AXIS, -AXIS], bound=1.0))
    assert "cannot be told at a threshold of 1.0: no neuron passes it" in none[0]
    assert len(none) == 2
    assert same_neurons(_anatomy([AXIS])) == (
        "One input was seen: whether others use the same neurons cannot be told.",
    )
