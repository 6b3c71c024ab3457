import os
import platform
import subprocess
import sys
from mmap import mmap
from pathlib import Path

import numpy as np
import pytest

import netwright.machine
from netwright.machine import hardware

TORCHLESS = ("durable", "cache", "hardware", "progress", "isolation")


def test_the_description_names_cores_and_system():
    words = hardware.describe_hardware()
    cores = len(os.sched_getaffinity(0))
    assert f"{cores} core" in words
    assert platform.system() in words
    assert platform.machine() in words
    assert "GiB" in words


def test_versions_are_those_that_are_imported():
    found = hardware.versions()
    assert found["numpy"] == np.__version__
    assert found["python"] == platform.python_version()


def test_changing_the_versions_that_were_handed_out_changes_nothing():
    hardware.versions().clear()
    assert "torch" in hardware.versions()


def test_conditions_carry_what_was_given():
    made = hardware.conditions(seed=7, data="ab12", threads=3, alone=True)
    assert (made.seed, made.data, made.threads, made.alone) == (7, "ab12", 3, True)
    assert made.hardware == hardware.describe_hardware()
    assert made.versions == hardware.versions()


def test_memory_follows_what_is_held():
    before = hardware.memory_now()
    # a mapping of its own: the allocator may hand out memory that the process already holds
    block = mmap(-1, 50_000_000)
    block.write(b"x" * len(block))
    during = hardware.memory_now()
    assert during - before > 40_000_000
    assert hardware.peak_memory() >= during * 0.99
    block.close()


def test_processor_time_grows_with_work():
    before = hardware.cpu_seconds()
    while hardware.cpu_seconds() - before < 0.02:
        sum(range(1000))
    assert hardware.cpu_seconds() - before < 10


@pytest.mark.parametrize("name", TORCHLESS)
def test_importing_needs_no_torch(name):
    assert Path(netwright.machine.__file__).with_name(f"{name}.py").exists()
    program = f"import netwright.machine.{name}, sys; sys.exit('torch' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
