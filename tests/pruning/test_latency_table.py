"""Tables of a machine whose clock the test turns: curves found again, foreseen times, corrections."""

import numpy as np
import pytest

from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.latency import Latency
from netwright.pruning.latency_table import LatencyTable, measure_latency_table
from netwright.pruning.rank import rank_units
from netwright.records.errors import InputError
from netwright.structure.transformer.read import read_transformer

MILLI = 1_000_000


class Machine:
    """A clock that a model turns by what it would take: 5 ms, 1 ms for every 3 neurons begun, 3 ms a head."""

    def __init__(self, model):
        self.now = 0
        self.calls = 0
        # a plain function: copies of the model turn this clock and no copy of it
        model.register_forward_hook(lambda called, *_: self.turn(called))

    def turn(self, model):
        found = read_transformer(model)
        # where no neuron stays, one that writes nothing holds the place
        neurons = sum(-(-site.count // 3) if site.count > 1 else 0 for site in found.neurons)
        self.calls += 1
        disturbed = 100 if self.calls % 7 == 0 else 0
        self.now += (5 + neurons + 3 * sum(site.count for site in found.heads) + disturbed) * MILLI

    def clock(self):
        return self.now


# two blocks of 24 neurons and 4 heads
DENSE = 5 + 16 + 24


@pytest.fixture
def machine(bert):
    return Machine(bert)


def test_curves_rest_and_whole_are_those_of_the_machine(bert, batches, machine):
    table = measure_latency_table(read_transformer(bert), batches[0], rounds=5, clock=machine.clock)
    curve = table.curve("neurons", 24)
    assert (curve.widths[0], curve.widths[-1], curve.places) == (0, 24, 2)
    assert curve.at(np.array([0.0, 12.0, 24.0])).tolist() == pytest.approx([0.0, 0.004, 0.008])
    assert table.rest == pytest.approx((DENSE - 16) / 1000)
    assert table.dense == pytest.approx(DENSE / 1000)
    assert (table.batch, table.threads) == ((4, 9), 1)
    assert LatencyTable.from_json(table.to_json()) == table


def test_several_kinds_of_units_add_up(bert, batches, machine):
    table = measure_latency_table(read_transformer(bert), batches[0], units=("neurons", "heads"), clock=machine.clock)
    assert table.curve("heads", 4).at(np.array([1.0, 4.0])).tolist() == pytest.approx([0.0, 0.009])
    assert table.dense == pytest.approx(DENSE / 1000)


def test_a_plan_under_a_latency_budget_takes_no_longer_and_uses_the_time(bert, batches, machine):
    units = ("neurons", "heads")
    table = measure_latency_table(read_transformer(bert), batches[0], units=units, clock=machine.clock)
    ranking = rank_units(bert, batches, "magnitude", units)
    for asked in (0.030, 0.020, 0.012):
        plan = ranking.plan(Latency(asked, table, multiple=3))
        before = machine.now
        machine.calls = 0
        apply_plan(bert, plan)(**batches[0])
        took = (machine.now - before) / 1e9
        assert took == pytest.approx(table.foreseen(plan))
        assert asked - 0.002 <= took <= asked + 1e-9
    with pytest.raises(InputError, match=r"of 45 ms, 11 ms are left"):
        ranking.plan(Latency(0.010, table))


def test_a_table_of_neurons_alone_counts_the_rest_as_it_is(bert, batches, machine):
    table = measure_latency_table(read_transformer(bert), batches[0], clock=machine.clock)
    with pytest.raises(InputError, match="knows places of 24 neurons, not of 4 heads"):
        rank_units(bert, batches, "magnitude", ("heads",)).plan(Latency(0.03, table))


def test_a_correction_makes_up_for_what_was_foreseen_wrongly(bert, batches, machine):
    table = measure_latency_table(read_transformer(bert), batches[0], clock=machine.clock)
    plan = rank_units(bert, batches, "magnitude").plan(Latency(0.035, table, multiple=3))
    moved = table.corrected(table.foreseen(plan), table.foreseen(plan) + 0.002)
    assert moved.foreseen(plan) == pytest.approx(table.foreseen(plan) + 0.002)
    assert moved.curves == table.curves


def test_times_never_fall_with_the_width(bert, batches):
    # a clock that runs ever slower makes later widths seem quicker
    ticks = iter(np.cumsum(np.linspace(2e7, 1e5, 1000)).astype(int).tolist())
    table = measure_latency_table(read_transformer(bert), batches[0], rounds=1, clock=lambda: next(ticks))
    seconds = table.curve("neurons", 24).seconds
    assert list(seconds) == sorted(seconds)
    assert seconds[0] == 0


def test_no_round_is_refused(bert, batches):
    with pytest.raises(InputError, match="rounds=0"):
        measure_latency_table(read_transformer(bert), batches[0], rounds=0)
