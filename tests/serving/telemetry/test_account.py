import os
import struct

import pytest

from netwright.records.errors import StorageError
from netwright.serving.telemetry.account import Account, left_accounts


def left(store):
    with left_accounts(store) as accounts:
        return [(one.boot, one.accepted) for one in accounts]


def abandoned(store, accepted):
    """Leave an account as a process does that is killed: its lock ends, its file stays."""
    account = Account(store)
    account.add(accepted)
    account.close(settled=False)
    return account.boot


def test_the_number_is_in_the_file_at_once(tmp_path):
    store = tmp_path / "t.db"
    account = Account(store)
    account.add(3)
    account.add(4)
    (path,) = tmp_path.glob("t.db.count-*")
    assert struct.unpack("<Q", path.read_bytes()[-8:]) == (7,)
    account.close(settled=True)
    assert list(tmp_path.iterdir()) == []


def test_only_accounts_whose_process_has_ended_are_left(tmp_path):
    store = tmp_path / "t.db"
    boot = abandoned(store, 5)
    alive = Account(store)
    alive.add(2)
    assert left(store) == [(boot, 5)]
    alive.close(settled=True)


def test_two_services_share_a_store(tmp_path):
    one, other = Account(tmp_path / "t.db"), Account(tmp_path / "t.db")
    one.add(1)
    other.add(10)
    assert (one.accepted, other.accepted) == (1, 10)
    assert left(tmp_path / "t.db") == []
    one.close(settled=True)
    other.close(settled=True)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"nwcount1", b"y" * 48, b"nwcount1" + b"a" * 32 + b"\xff" * 8, b"nwcount1" + b"a" * 41]
)
def test_a_file_that_is_no_account_is_left_alone(tmp_path, content):
    stray = tmp_path / "t.db.count-stray"
    stray.write_bytes(content)
    assert left(tmp_path / "t.db") == []
    assert stray.read_bytes() == content


def test_a_name_full_of_pattern_letters_is_itself(tmp_path):
    boot = abandoned(tmp_path / "a[1]*?.db", 1)
    abandoned(tmp_path / "a1xx.db", 2)
    assert left(tmp_path / "a[1]*?.db") == [(boot, 1)]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", lambda file, data: 3)
    with pytest.raises(StorageError, match=r"could not make .* the disk is full; free space"):
        Account(tmp_path / "t.db")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(StorageError, match="No such file"):
        Account(tmp_path / "missing" / "t.db")
