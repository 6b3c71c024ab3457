"""Energy and emissions of a training."""

from netwright.qualities.energy import core_power, emissions, emissions_note
from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import ONE_TRAINING, exact
from netwright.qualities.found import Found, not_measured
from netwright.qualities.power_meter import Power
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Rates

NAMES = ("energy.training", "co2.training")


def training_energy(
    cpu_seconds: float, *, power: Power | None = None, rates: Rates | None = None, conditions: Conditions | None = None
) -> tuple[Measurement, Measurement]:
    """Return the energy that a training used, and the carbon dioxide that making it emitted.

    E = core-seconds of the training x watts a core-second, and CO2 = E / 3.6e6 x kilograms a kilowatt-hour. The watts
    are those that a meter saw while it trained, which is a measurement, or those that the rates state, which is an
    estimate; the first note says which, and is never left out. Source: Strubell, Ganesh and McCallum 2019, section 2;
    Henderson et al. 2020. One training has no interval: the spread comes from pooling trials over seeds.

    Args:
        cpu_seconds: Processor time of the training over all its threads.
        power: What a meter saw; None where there is no energy counter.
        rates: Emissions, and the power of a core where no meter saw it; None for the standard ones.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurements `energy.training`, in joules, and `co2.training`, in kilograms, with n = 1.

    Raises:
        InputError: The processor time is negative.

    >>> energy, carbon = training_energy(360.0, rates=Rates(watts=10, carbon=0.5))
    >>> energy.value, carbon.value, energy.notes[0].split(":")[0]
    (3600.0, 0.0005, 'estimated')
    """
    if cpu_seconds < 0:
        raise InputError(f"found cpu_seconds={cpu_seconds}; pass 0 or more")
    rates = rates or Rates()
    watts, label = core_power(power, rates)
    joules = cpu_seconds * watts
    carbon_notes = (label, emissions_note(rates), ONE_TRAINING)
    return (
        exact("energy.training", joules, "J", conditions=conditions, notes=(label, ONE_TRAINING)),
        exact("co2.training", emissions(joules, rates), "kg", conditions=conditions, notes=carbon_notes),
    )


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return energy and emissions of the model's training.

    Args:
        evidence: A trained model's cost, and the rates.

    Returns:
        Two answers.
    """
    cost = evidence.training
    if cost.power is None and evidence.device != "cpu":
        return not_measured(f"no energy counter of the device {evidence.device} was read while it trained", *NAMES)
    return training_energy(cost.cpu_seconds, power=cost.power, rates=evidence.rates, conditions=evidence.conditions)
