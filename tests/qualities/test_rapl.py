import pytest

from netwright.qualities.rapl import RaplZone, rapl_counters


def make_zone(root, folder, name, microjoules, span=262_143_328_850):
    place = root / folder
    place.mkdir(parents=True)
    for file, text in (("name", name), ("energy_uj", microjoules), ("max_energy_range_uj", span)):
        (place / file).write_text(f"{text}\n")
    return place


@pytest.fixture
def machine(tmp_path):
    """Two packages with cores and memory, the whole machine, and the first package once more."""
    make_zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    make_zone(tmp_path, "intel-rapl:0:0", "core", 900_000)
    make_zone(tmp_path, "intel-rapl:0:1", "dram", 50_000)
    make_zone(tmp_path, "intel-rapl:1", "package-1", 2_000_000)
    make_zone(tmp_path, "intel-rapl:2", "psys", 9_000_000)
    make_zone(tmp_path, "intel-rapl-mmio:0", "package-0", 1_000_000)
    return tmp_path


def test_each_part_counts_once(machine):
    assert [zone.name for zone in rapl_counters(machine)] == ["package-0", "dram-0", "package-1"]


def test_energy_is_the_difference_in_joules(machine):
    zone = rapl_counters(machine)[0]
    before = zone.read()
    (machine / "intel-rapl:0" / "energy_uj").write_text("4500000")
    assert zone.joules_since(before) == pytest.approx(3.5)


def test_a_counter_that_starts_anew_is_seen_through(tmp_path):
    zone = RaplZone("package-0", make_zone(tmp_path, "intel-rapl:0", "package-0", 990, span=999), span=999)
    before = zone.read()
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("10")
    assert zone.joules_since(before) == pytest.approx(20e-6)  # 990 .. 999, 0 .. 10


def test_part_of_the_energy_is_no_measurement(machine):
    # as for anybody but root: the second package cannot be read
    (machine / "intel-rapl:1" / "energy_uj").unlink()
    assert rapl_counters(machine) == ()


def test_a_counter_that_says_no_number_is_none(machine):
    (machine / "intel-rapl:1" / "max_energy_range_uj").write_text("much")
    assert rapl_counters(machine) == ()
