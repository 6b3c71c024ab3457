import pytest

from netwright.records.errors import LedgerError
from netwright.records.rollout import Rollout
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.rollout_file import RolloutFile


@pytest.fixture
def rollout():
    streams = Rollback(Tolerances()).streams()
    return Rollout(main="v1", canary="v2", asked=0.1, share=0.1, stage="running", alpha=0.01, streams=streams, time=1.0)


def test_what_was_written_is_read(tmp_path, rollout):
    file = RolloutFile(tmp_path / "rollout.json")
    assert file.read() is None
    file.write(rollout)
    assert file.read() == rollout


def test_it_is_written_soon(tmp_path, rollout):
    file = RolloutFile(tmp_path / "rollout.json")
    file.close()
    file.write_soon(rollout)
    file.close()
    assert file.read() == rollout


def test_a_roll_back_by_another_replica_stands(tmp_path, rollout):
    file = RolloutFile(tmp_path / "rollout.json")
    given_up = rollout.model_copy(update={"stage": "rolled back", "share": 0.0})
    file.write(given_up)
    file.write(rollout)
    assert file.read() == given_up
    other = rollout.model_copy(update={"canary": "v3"})
    file.write(other)
    assert file.read() == other


def test_a_damaged_file_is_not_written_over(tmp_path, rollout):
    file = RolloutFile(tmp_path / "rollout.json")
    file.path.write_bytes(b"damaged")
    file.write(rollout)
    assert file.path.read_bytes() == b"damaged"


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00", b'{"main": 3'])
def test_a_damaged_file_is_refused(tmp_path, content):
    file = RolloutFile(tmp_path / "rollout.json")
    file.path.write_bytes(content)
    with pytest.raises(LedgerError, match="cannot be read; look at it, then delete it"):
        file.read()


def test_a_disk_that_takes_nothing_is_told(tmp_path, rollout, caplog):
    RolloutFile(tmp_path / "missing" / "rollout.json").write(rollout)
    assert "a restart would begin it anew" in caplog.text
