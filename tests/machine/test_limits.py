import mmap
import os
import resource
import subprocess

import pytest
import torch

from netwright.machine.limits import die_with_parent, is_out_of_memory, memory_limit, reserved_memory, touched_memory


def test_an_allocation_within_the_limit_succeeds_and_one_beyond_it_fails():
    with memory_limit(2**30):
        assert torch.ones(2**26, dtype=torch.uint8).sum() == 2**26
        with pytest.raises(RuntimeError, match="can't allocate memory") as caught:
            torch.empty(2**32, dtype=torch.uint8)
        assert is_out_of_memory(caught.value)
    assert torch.empty(2**32, dtype=torch.uint8).numel() == 2**32


@pytest.mark.parametrize("limit", [2.0**30, 1e30])
def test_the_limit_is_lifted_whatever_happens(limit):
    before = resource.getrlimit(resource.RLIMIT_DATA)

    def fail():
        with memory_limit(limit):
            assert resource.getrlimit(resource.RLIMIT_DATA) != before
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_only_what_speaks_of_memory_is_out_of_memory():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA"))
    assert is_out_of_memory(OSError(12, "Cannot allocate memory"))
    assert not is_out_of_memory(ValueError("can't allocate memory"))
    assert not is_out_of_memory(RuntimeError("shapes cannot be multiplied"))


def test_a_process_without_a_parent_of_its_kind_waits_for_none():
    # must not end the process that runs the tests
    die_with_parent()


def test_touched_memory_counts_private_and_shared_pages_but_not_those_of_files(tmp_path):
    size = 40 * 2**20
    file = tmp_path / "large"
    file.write_bytes(b"x" * size)
    before = touched_memory(os.getpid())
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert mapped[:: mmap.PAGESIZE].count(b"x") == size // mmap.PAGESIZE
        assert touched_memory(os.getpid()) - before < size / 2
    with mmap.mmap(-1, size) as shared:
        shared.write(b"x" * size)
        assert touched_memory(os.getpid()) - before > 0.9 * size
    private = bytearray(b"x") * size
    assert touched_memory(os.getpid()) - before > 0.9 * size
    assert reserved_memory() > len(private)


def test_a_process_that_has_ended_uses_nothing():
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert touched_memory(process.pid) == 0.0
