"""Every budget on offers made by hand: what it keeps, that it keeps within, and how it says that it cannot."""

import pytest
import torch

from netwright.pruning.budgets.budget import Choice, Offer, allowed_widths
from netwright.pruning.budgets.bytes import Bytes
from netwright.pruning.budgets.flops import Flops
from netwright.pruning.budgets.latency import Latency
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.budgets.parameters import Parameters
from netwright.pruning.budgets.uniform import Uniform
from netwright.pruning.latency_table import LatencyTable, WidthCurve
from netwright.pruning.removal import by_importance
from netwright.records.errors import InputError

EACH, REST = 10, 1000
INFINITE = float("inf")


def offer(costs, unit="neurons", least=0, each=EACH):
    removal = by_importance(torch.tensor(costs, dtype=torch.float64))
    return Offer("block", 0, unit, removal, each, 4 * each, 2.0 * each, least)


def choice(*offers):
    whole = REST + sum(one.count * one.parameters for one in offers)
    return Choice(offers, whole, 4 * whole, 2.0 * whole)


# the cheap half of all units lies in the first place
CHEAP_FIRST = choice(offer([1.0, 2.0, 3.0, 9.0]), offer([4.0, 5.0, 6.0, 7.0]))


def table(seconds=(0.0, 1.0, 4.0), widths=(0, 2, 4), rest=1.0, unit="neurons", places=2):
    curve = WidthCurve(unit=unit, count=widths[-1], places=places, widths=widths, seconds=seconds)
    return LatencyTable(
        model="Net", fingerprint="", hardware="", batch=(4, 8), threads=1, rest=rest, curves=(curve,), rounds=1
    )


def test_neurons_stay_where_they_are_worth_most():
    assert Neurons(0.5).widths(CHEAP_FIRST) == [1, 3]
    assert Neurons(1.0).widths(CHEAP_FIRST) == [4, 4]
    # at least one stays, however little is asked for
    assert Neurons(1e-6).widths(CHEAP_FIRST) == [1, 0]


def test_each_kind_of_unit_keeps_its_own_share():
    mixed = choice(
        offer([9.0, 9.0, 9.0, 9.0]), offer([1.0, 2.0], "heads", least=1), offer([3.0, 4.0], "heads", least=1)
    )
    assert Neurons(0.5).widths(mixed) == [2, 1, 1]


def test_uniform_keeps_the_same_everywhere():
    assert Uniform(0.5).widths(CHEAP_FIRST) == [2, 2]
    assert Uniform(0.8, multiple=2).widths(CHEAP_FIRST) == [2, 2]


@pytest.mark.parametrize(("most", "expected"), [(1080, [4, 4]), (1079, [3, 4]), (1060, [2, 4]), (1040, [1, 3])])
def test_parameters_of_the_whole_network_count(most, expected):
    assert Parameters(most).widths(CHEAP_FIRST) == expected


def test_bytes_and_flops_choose_as_parameters_do():
    assert Bytes(4 * 1040).widths(CHEAP_FIRST) == Parameters(1040).widths(CHEAP_FIRST)
    assert Flops(1040 / 1080).widths(CHEAP_FIRST) == Parameters(1040).widths(CHEAP_FIRST)


def test_a_heavy_unit_goes_before_light_ones_of_the_same_cost():
    heavy = choice(offer([2.0, 2.0], each=50), offer([1.0, 1.0], each=10))
    assert Parameters(REST + 70).widths(heavy) == [1, 2]


def test_latency_takes_the_cheapest_widths_that_fit_the_time():
    # 1 s, and 4 s for each full place: of 6 s one place may stay whole and the other one keep 2
    assert Latency(6.0, table(), multiple=1).widths(CHEAP_FIRST) == [2, 4]
    assert Latency(9.0, table(), multiple=1).widths(CHEAP_FIRST) == [4, 4]
    assert Latency(1.0, table(), multiple=1).widths(CHEAP_FIRST) == [0, 0]


def test_latency_prefers_two_small_cuts_where_time_falls_steeply_at_first():
    # the last two units take 3 of 4 s, so both places give them up before one gives up all
    dear = choice(offer([1.0, 1.0, 50.0, 50.0]), offer([1.0, 1.0, 50.0, 50.0]))
    assert Latency(3.0, table(), multiple=1).widths(dear) == [2, 2]


def test_widths_are_multiples_or_the_full_one():
    wide = offer([1.0] * 40)
    assert allowed_widths(wide, 16) == [40, 32, 16, 0]
    assert allowed_widths(offer([1.0] * 3, "heads", least=1), 16) == [3, 2, 1]
    kept = Neurons(0.5, multiple=16).widths(choice(wide, offer([2.0] * 40)))
    assert kept == [0, 40]
    assert Neurons(0.45, multiple=16).widths(choice(wide, offer([2.0] * 40))) == [0, 32]


def test_units_of_infinite_cost_stay():
    must = choice(offer([1.0, 2.0, INFINITE, INFINITE]), offer([5.0, 6.0, 7.0, 8.0]))
    assert Neurons(0.25).widths(must) == [2, 0]


STAYS = choice(offer([1.0, 1.0], "heads", least=1), offer([1.0, 1.0], "heads", least=1))


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        (Neurons(0.25), r"2 of 4 heads must stay; ask for 0\.5 or more"),
        (Parameters(1010), r"of 1,040 parameters, 1,020 parameters are left .* ask for that or more"),
        (Bytes(4000), r"of 4\.16 kB, 4\.08 kB are left"),
        (Flops(0.9), r"2\.04 kFLOP \(98\.1%\) are left"),
        (
            Latency(0.001, table(unit="heads", widths=(1, 2), seconds=(0.0, 0.5))),
            r"at most 1 ms for 4 x 8 tokens on 1 thread.* of 2 s, 1 s are left",
        ),
    ],
)
def test_a_budget_that_cannot_be_met_says_the_least_that_can(budget, told):
    with pytest.raises(InputError, match=told):
        budget.widths(STAYS)


def test_uniform_says_which_place_needs_more():
    with pytest.raises(InputError, match=r"the least that may stay of them is 16; ask for 0\.4"):
        Uniform(0.2, multiple=16).widths(choice(offer([1.0] * 40)))


@pytest.mark.parametrize("keep", [0.0, -0.5, 1.5, float("nan")])
@pytest.mark.parametrize("kind", [Neurons, Uniform, Flops])
def test_a_share_lies_between_0_and_1(kind, keep):
    with pytest.raises(InputError, match="above 0 and at most at 1"):
        kind(keep)


@pytest.mark.parametrize("make", [lambda: Parameters(0), lambda: Bytes(0), lambda: Latency(0.0, table())])
def test_an_amount_is_above_0(make):
    with pytest.raises(InputError, match="ask for"):
        make()


def test_a_multiple_is_a_whole_number_from_1():
    with pytest.raises(InputError, match="multiple=0"):
        Neurons(0.5, multiple=0)


def test_flops_need_a_batch():
    with pytest.raises(InputError, match="needs a batch"):
        Flops(0.5).widths(Choice((offer([1.0]),), 1, 4, float("nan")))
