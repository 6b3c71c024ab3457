"""The energy counters of Intel and AMD processors, as Linux shows them (RAPL)."""

from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")
"""Where Linux lists the zones of its powercap framework."""


@dataclass(frozen=True)
class RaplZone:
    """One counter of microjoules, which starts anew when it reaches its range.

    Args:
        name: Which part of the machine, such as `package-0`.
        folder: The zone's folder.
        span: Microjoules after which it starts anew.
    """

    name: str
    folder: Path
    span: int

    def read(self) -> int:
        """Return the counter, in microjoules."""
        return int((self.folder / "energy_uj").read_text())

    def joules_since(self, reading: int) -> float:
        """Return the energy used since a reading, if the counter has started anew at most once."""
        return ((self.read() - reading) % (self.span + 1)) / 1e6


def rapl_counters(root: Path = POWERCAP) -> tuple[RaplZone, ...]:
    """Return the counters of the processor packages and of their memory that may be read here.

    Packages contain the zones of their cores and of what surrounds them, and `psys` contains the packages: only
    `package-N` and `dram` are taken, so that nothing counts twice. Since 2020 Linux lets only root read them
    (CVE-2020-8694), and virtual machines seldom have any.

    Source: Linux kernel documentation, "Power Capping Framework"; Khan et al. 2018, "RAPL in Action".

    Args:
        root: The folder that lists the zones.

    Returns:
        The counters; none where there are none, or one of them may not be read: part of the energy is no measurement.

    >>> rapl_counters(Path("/nowhere"))
    ()
    """
    # the same packages are listed once more under intel-rapl-mmio
    folders = sorted(root.glob("intel-rapl:*"))
    try:
        zones = [_zone(folder) for folder in folders if _counts(folder)]
        for zone in zones:
            zone.read()
    except (OSError, ValueError):
        return ()
    return tuple(zones)


def _counts(folder: Path) -> bool:
    name = (folder / "name").read_text().strip()
    return name.startswith("package") or name == "dram"


def _zone(folder: Path) -> RaplZone:
    name = (folder / "name").read_text().strip()
    package = folder.name.split(":")[1]
    span = int((folder / "max_energy_range_uj").read_text())
    return RaplZone(f"{name}-{package}" if name == "dram" else name, folder, span)
