"""The energy counters of NVIDIA accelerators, read from the driver's own library (NVML)."""

import ctypes
from dataclasses import dataclass
from typing import Any

LIBRARY = "libnvidia-ml.so.1"
"""Comes with the driver."""
DONE = 0


@dataclass(frozen=True)
class NvmlDevice:
    """The counter of one accelerator, in millijoules since the driver was loaded.

    Args:
        name: Which one, in words.
        library: The driver's library.
        handle: How the library knows the device.
    """

    name: str
    library: Any
    handle: Any

    def read(self) -> int:
        """Return the counter, in millijoules."""
        counted = ctypes.c_ulonglong()
        code = self.library.nvmlDeviceGetTotalEnergyConsumption(self.handle, ctypes.byref(counted))
        if code != DONE:
            raise OSError(f"{self.name}: NVML answers error {code} when asked for the energy it has used")
        return int(counted.value)

    def joules_since(self, reading: int) -> float:
        """Return the energy used since a reading."""
        return (self.read() - reading) / 1e3


def nvml_counters(index: int = 0, library: Any = None) -> tuple[NvmlDevice, ...]:
    """Return the energy counter of an accelerator, where it has one (from the Volta generation on).

    Source: NVIDIA Management Library, reference of `nvmlDeviceGetTotalEnergyConsumption`.

    Args:
        index: Which accelerator.
        library: The driver's library; loaded where it is None.

    Returns:
        One counter; none where there is no driver, no such device, or no counter in it.
    """
    if library is None:
        try:
            library = ctypes.CDLL(LIBRARY)
        except OSError:
            return ()
    handle = ctypes.c_void_p()
    if library.nvmlInit_v2() != DONE or library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)) != DONE:
        return ()
    device = NvmlDevice(f"accelerator {index}", library, handle)
    try:
        device.read()
    except OSError:
        return ()
    return (device,)
