"""How loaded the machine was while something ran."""

from netwright.records.record import Record


class Load(Record):
    """What was seen of the machine during one trial, from samples at equal distances of time.

    Args:
        samples: How many times the machine was looked at.
        seconds: Over how long.
        load: Mean number of processes that run or wait to run, divided by the cores (1.0: just busy); each sample
            is the system's own average over about a minute.
        load_peak: The largest of the samples.
        memory_free: The least memory that was available to new work, in bytes.
        swapped: Bytes that were written to swap.
        memory_stall: Share of the time in which some process waited for memory; None where the system does not say.
        cpu_stall: Share of the time in which some process waited for a processor; None where the system does not say.
        temperature: The hottest sensor seen, in degrees Celsius; None where the machine shows none.
        frequency: Mean processor frequency in Hz; None where the machine shows none.
    """

    samples: int
    seconds: float
    load: float
    load_peak: float
    memory_free: float
    swapped: float = 0.0
    memory_stall: float | None = None
    cpu_stall: float | None = None
    temperature: float | None = None
    frequency: float | None = None
