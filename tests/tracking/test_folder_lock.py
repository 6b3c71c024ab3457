import os
import subprocess
import sys
from pathlib import Path

import pytest

from netwright.records.errors import LedgerError, StorageError
from netwright.tracking.folder_lock import LOCK_NAME, lock_folder

_HOLD = """
import sys
from pathlib import Path
from netwright.tracking.folder_lock import lock_folder
lock = lock_folder(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_makes_the_folder_and_writes_its_process_id(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with lock_folder(folder):
        assert (folder / LOCK_NAME).read_text() == str(os.getpid())


def test_the_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = lock_folder(tmp_path)
    with pytest.raises(LedgerError, match=f"process {os.getpid()} holds .*--out"):
        lock_folder(tmp_path)
    first.close()
    lock_folder(tmp_path).close()


def test_the_kernel_lets_go_when_the_holder_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LedgerError, match=f"process {holder.pid} "):
            lock_folder(tmp_path)
        holder.kill()
        holder.wait()
    lock_folder(tmp_path).close()


def test_a_shorter_process_id_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1234567890123")
    with lock_folder(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == str(os.getpid())


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match=r"taken.*--out"):
        lock_folder(tmp_path / "taken")
