import ctypes

import pytest

from netwright.qualities import nvml
from netwright.qualities.nvml import nvml_counters


class Driver:
    """The driver's library, with one accelerator that has used some millijoules."""

    def __init__(self, devices=1, answer=0):
        self.devices, self.answer, self.millijoules = devices, answer, 5_000

    def nvmlInit_v2(self):  # noqa: N802 - the library's name
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index, handle):  # noqa: N802 - the library's name
        return 0 if index < self.devices else 2

    def nvmlDeviceGetTotalEnergyConsumption(self, handle, counted):  # noqa: N802 - the library's name
        ctypes.cast(counted, ctypes.POINTER(ctypes.c_ulonglong)).contents.value = self.millijoules
        return self.answer


def test_energy_is_the_difference_in_joules():
    driver = Driver()
    (counter,) = nvml_counters(library=driver)
    before = counter.read()
    driver.millijoules += 2_500
    assert counter.joules_since(before) == pytest.approx(2.5)
    assert counter.name == "accelerator 0"


@pytest.mark.parametrize("driver", [Driver(devices=0), Driver(answer=3)])
def test_no_device_or_no_counter_in_it_is_none(driver):
    assert nvml_counters(library=driver) == ()


def test_no_driver_is_none(monkeypatch):
    monkeypatch.setattr(nvml, "LIBRARY", "libthere-is-no-such-library.so.9")
    assert nvml_counters() == ()


def test_a_counter_that_fails_later_says_so():
    driver = Driver()
    (counter,) = nvml_counters(library=driver)
    driver.answer = 15
    with pytest.raises(OSError, match="accelerator 0: NVML answers error 15"):
        counter.read()
