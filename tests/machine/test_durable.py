import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.machine.durable import append_durably, write_durably
from netwright.records.errors import StorageError


@given(data=st.binary(max_size=200_000), before=st.none() | st.binary(max_size=10))
def test_a_file_holds_what_was_written(tmp_path_factory, data, before):
    path = tmp_path_factory.mktemp("written") / "a.bin"
    if before is not None:
        path.write_bytes(before)
    write_durably(path, data)
    assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


@given(lines=st.lists(st.binary(min_size=1, max_size=50), max_size=8))
def test_lines_are_appended_in_order(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("appended") / "a.jsonl"
    path.touch()
    for line in lines:
        append_durably(path, line)
    assert path.read_bytes() == b"".join(lines)


def test_a_written_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "ordinary").touch()
    write_durably(tmp_path / "durable", b"x")
    append_durably(tmp_path / "appended", b"x")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["durable"] == modes["appended"] == modes["ordinary"]


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_on_a_full_disk_the_old_content_stands(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    write_durably(path, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"a\.bin: No space left on device; free space") as caught:
        write_durably(path, b"new")
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_that_fails_is_taken_back(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    append_durably(path, b"1\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        append_durably(path, b"2\n")
    assert path.read_bytes() == b"1\n"


def test_a_line_that_fits_only_in_part_is_taken_back(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 4090 + b"\n")
    # the kernel writes up to the limit and reports a short write, as a disk does that fills up
    program = (
        "import resource, sys; from pathlib import Path; from netwright.machine.durable import append_durably\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "append_durably(Path(sys.argv[1]), b'0123456789\\n')"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert "StorageError: could not write" in ended.stderr
    assert path.read_bytes() == b"x" * 4090 + b"\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_device_is_a_storage_error():
    with pytest.raises(StorageError, match="No space left on device; free space"):
        append_durably(Path("/dev/full"), b"1\n")


@pytest.mark.parametrize("write", [write_durably, append_durably])
def test_a_missing_folder_is_named_with_what_to_do(tmp_path, write):
    with pytest.raises(StorageError, match=r"absent/a\.bin: No such file or directory; make the folder first"):
        write(tmp_path / "absent" / "a.bin", b"x")
