"""Energy and emissions from processor time: by the power that was measured, else by the power that was stated."""

from typing import NamedTuple

from netwright.qualities.power_meter import Power
from netwright.records.scenario import Rates

JOULES_PER_KWH = 3.6e6
MEASURED, ESTIMATED = "measured", "estimated"
"""The first word of the first note of every figure of energy or emissions."""


class CorePower(NamedTuple):
    """The power to reckon with.

    Args:
        watts: Joules a core-second.
        label: `measured: ...` or `estimated: ...`, with where it comes from.
    """

    watts: float
    label: str


def core_power(metered: Power | None, rates: Rates) -> CorePower:
    """Return the power of a busy core: what a meter saw, else what the scenario states.

    Args:
        metered: What a meter saw; None where it saw nothing.
        rates: What the scenario states.

    Returns:
        The power, with the label that every figure made from it carries.

    >>> core_power(None, Rates(watts=12)).label
    'estimated: processor time x 12 W a busy core, as no energy counter can be read here'
    >>> core_power(Power(8.5, "energy counters of package-0"), Rates()).watts
    8.5
    """
    if metered is not None:
        return CorePower(metered.watts, f"{MEASURED}: {metered.source}, shared out by processor time")
    stated = f"{rates.watts:g} W a busy core"
    return CorePower(rates.watts, f"{ESTIMATED}: processor time x {stated}, as no energy counter can be read here")


def emissions(joules: float, rates: Rates) -> float:
    """Return the emissions of an amount of electricity: joules / 3.6e6 x kilograms of CO2 a kilowatt-hour.

    Args:
        joules: The energy.
        rates: Holds the emissions a kilowatt-hour.

    Returns:
        Kilograms of CO2.

    >>> emissions(3.6e6, Rates(carbon=0.4))
    0.4
    """
    return joules / JOULES_PER_KWH * rates.carbon


def emissions_note(rates: Rates) -> str:
    """Return what a reader of emissions must know.

    >>> emissions_note(Rates(carbon=0.4))
    'at the 0.4 kg of CO2 a kWh that the scenario states'
    """
    return f"at the {rates.carbon:g} kg of CO2 a kWh that the scenario states"
