from itertools import count

import pytest

from netwright.qualities import power_meter
from netwright.qualities.power_meter import PowerMeter, busy_seconds, meter_for


class Counter:
    """Moves on by so many joules at every reading."""

    def __init__(self, name, joules):
        self.name, self.joules, self.at = name, joules, 0

    def read(self):
        self.at += 1
        return self.at

    def joules_since(self, reading):
        return (self.read() - reading) * self.joules


def clock(step):
    ticks = count()
    return lambda: next(ticks) * step


def test_shares_the_machine_out_by_processor_time():
    # 90 J over 6 busy core-seconds, of which 2 are ours: 15 W a core-second, so 30 J are ours
    meter = PowerMeter([Counter("package-0", 80.0), Counter("dram-0", 10.0)], busy=clock(6.0), used=clock(2.0))
    found = meter.power()
    assert found.watts == pytest.approx(15.0)
    assert found.source == "energy counters of package-0, dram-0"


def test_an_accelerator_works_for_us_alone():
    meter = PowerMeter(
        [Counter("package-0", 90.0)], [Counter("accelerator 0", 500.0)], busy=clock(6.0), used=clock(2.0)
    )
    assert meter.power().watts == pytest.approx(90 / 6 + 500 / 2)


@pytest.mark.parametrize(("busy", "used"), [(0.01, 2.0), (6.0, 0.01)])
def test_too_little_work_tells_nothing(busy, used):
    assert PowerMeter([Counter("package-0", 1.0)], busy=clock(busy), used=clock(used)).power() is None


def test_without_a_counter_there_is_nothing_to_tell():
    meter = PowerMeter([], busy=clock(6.0), used=clock(2.0))
    assert not meter.counts
    assert meter.power() is None


def test_a_device_whose_own_counter_is_missing_is_not_measured(monkeypatch):
    monkeypatch.setattr(power_meter, "rapl_counters", lambda: (Counter("package-0", 1.0),))
    monkeypatch.setattr(power_meter, "nvml_counters", tuple)
    assert meter_for("cpu").counts
    assert not meter_for("cuda").counts
    assert not meter_for("mps").counts
    monkeypatch.setattr(power_meter, "nvml_counters", lambda: (Counter("accelerator 0", 1.0),))
    assert meter_for("cuda").counts


def test_the_machine_is_busy_for_longer_and_longer():
    before = busy_seconds()
    assert 0 < before <= busy_seconds()
