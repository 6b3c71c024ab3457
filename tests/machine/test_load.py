from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from types import SimpleNamespace

import pytest

from netwright.machine import load
from netwright.machine.load import LoadWatch, Sample, sample_machine, watch_load
from netwright.records.load import Load

QUIET = Sample(
    moment=0.0,
    load=0.5,
    memory_free=8e9,
    swapped=100.0,
    memory_stall=1.0,
    cpu_stall=10.0,
    temperature=40.0,
    frequency=2e9,
)


def sample(**changes):
    return Sample(**{**vars(QUIET), **changes})


def watched(*samples):
    coming = iter(samples)
    watch = LoadWatch(lambda: next(coming))
    for _ in samples[1:]:
        watch.look()
    return watch.record()


def test_a_record_holds_means_extremes_and_shares_of_the_time():
    found = watched(
        sample(moment=10.0),
        sample(moment=12.0, load=2.5, memory_free=3e9, temperature=71.5, frequency=3e9, cpu_stall=11.5),
        sample(moment=14.0, load=1.5, swapped=4196.0, memory_stall=1.5, cpu_stall=12.0, frequency=4e9),
    )
    assert found == Load(
        samples=3,
        seconds=4.0,
        load=1.5,
        load_peak=2.5,
        memory_free=3e9,
        swapped=4096.0,
        memory_stall=0.125,
        cpu_stall=0.5,
        temperature=71.5,
        frequency=3e9,
    )


def test_a_sensor_that_is_missing_is_none_and_one_that_comes_and_goes_counts_where_it_was():
    absent = {"memory_stall": None, "cpu_stall": None, "temperature": None, "frequency": None}
    found = watched(sample(**absent), sample(moment=1.0, **absent))
    assert (found.memory_stall, found.cpu_stall, found.temperature, found.frequency) == (None, None, None, None)
    found = watched(sample(**absent), sample(moment=1.0), sample(moment=2.0, **absent))
    assert (found.cpu_stall, found.temperature, found.frequency) == (None, 40.0, 2e9)


def test_no_time_has_no_shares_and_a_share_is_at_most_one():
    assert watched(QUIET, QUIET).cpu_stall is None
    assert watched(QUIET, sample(moment=1.0, cpu_stall=99.0)).cpu_stall == 1.0
    assert watched(QUIET, sample(moment=1.0, cpu_stall=0.0)).cpu_stall == 0.0


def test_a_short_block_has_its_two_ends():
    moments = iter([3.0, 5.0])
    with watch_load(every=3600, look=lambda: sample(moment=next(moments))) as seen:
        pass
    found = seen.record()
    assert (found.samples, found.seconds) == (2, 2.0)


def test_a_thread_looks_while_the_block_runs_and_is_gone_afterwards():
    third, looks = Event(), []

    def look():
        looks.append(0)
        if len(looks) == 3:
            third.set()
        return QUIET

    with watch_load(every=0.001, look=look) as seen:
        assert third.wait(60)
    after = len(looks)
    assert seen.record().samples == after >= 4
    assert "netwright-load" not in {thread.name for thread in enumerate_threads()}


def test_a_block_that_fails_is_watched_to_its_end():
    with pytest.raises(KeyError), watch_load(every=3600, look=lambda: QUIET) as seen:
        raise KeyError("the training")
    assert seen.record().samples == 2


def test_this_machine_is_seen():
    with watch_load() as seen:
        sum(range(1000))
    found = seen.record()
    assert found.samples == 2
    assert 0 < found.seconds < 60
    assert found.memory_free > 0
    assert found.load_peak >= found.load >= 0


def test_the_files_of_linux_are_read(tmp_path, monkeypatch):
    (tmp_path / "memory").write_text("some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 total=7\n")
    (tmp_path / "cpu").write_text("some avg10=1.00 avg60=0.00 avg300=0.00 total=1000\n")
    (tmp_path / "vmstat").write_text("pswpin 5\npswpout 3\n")
    monkeypatch.setattr(load, "PRESSURE", tmp_path)
    monkeypatch.setattr(load, "VMSTAT", tmp_path / "vmstat")
    monkeypatch.setattr(load.sys, "platform", "linux")
    monkeypatch.setattr(load, "getpagesize", lambda: 4096)
    found = sample_machine()
    assert (found.memory_stall, found.cpu_stall, found.swapped) == (2.5, 0.001, 3 * 4096)


def test_the_hottest_sensor_and_the_frequency_are_told(monkeypatch):
    cores = [SimpleNamespace(current=51.0), SimpleNamespace(current=None)]
    groups = {"coretemp": cores, "nvme": [SimpleNamespace(current=38.0)]}
    monkeypatch.setattr(load.psutil, "sensors_temperatures", lambda: groups, raising=False)
    monkeypatch.setattr(load.psutil, "cpu_freq", lambda: SimpleNamespace(current=2600.0))
    found = sample_machine()
    assert (found.temperature, found.frequency) == (51.0, 2.6e9)


def closed():
    raise PermissionError


def unknown():
    raise NotImplementedError


def nothing():
    return None


@pytest.mark.parametrize("frequency", [closed, unknown, nothing, lambda: SimpleNamespace(current=0.0)])
@pytest.mark.parametrize("temperatures", [closed, unknown, dict, None])
@pytest.mark.parametrize("content", [None, "", "some avg10=0.00\n", "some total=many\n"])
def test_a_machine_that_tells_nothing_is_no_error(tmp_path, monkeypatch, frequency, temperatures, content):
    monkeypatch.setattr(load, "PRESSURE", tmp_path)
    monkeypatch.setattr(load, "VMSTAT", tmp_path / "memory")
    monkeypatch.setattr(load.psutil, "cpu_freq", frequency)
    if temperatures is None:
        monkeypatch.delattr(load.psutil, "sensors_temperatures", raising=False)
    else:
        monkeypatch.setattr(load.psutil, "sensors_temperatures", temperatures, raising=False)
    if content is not None:
        for name in ("memory", "cpu"):
            Path(tmp_path, name).write_text(content)
    found = sample_machine()
    assert (found.memory_stall, found.cpu_stall, found.temperature, found.frequency) == (None, None, None, None)
    assert found.swapped == 0.0
    assert found.memory_free > 0
