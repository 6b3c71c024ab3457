import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from netwright.tracking.connection import (
    SETTINGS,
    connect,
    mlflow_failures,
    reason_of,
    sqlite_file,
    tracking_uri,
    without_password,
)

_CONNECT = """
import sys
import netwright.tracking.runs, netwright.tracking.registry
assert "mlflow" not in sys.modules and "sqlalchemy" not in sys.modules
from netwright.tracking.connection import connect
client = connect(sys.argv[1])
import mlflow.telemetry.client
assert mlflow.telemetry.client.get_telemetry_client() is None
assert "torch" not in sys.modules
assert client.get_experiment_by_name("no such") is None
"""


def test_the_database_is_in_the_studys_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    assert sqlite_file(tracking_uri(Path("study"))) == tmp_path / "study" / "mlflow.db"


def test_the_users_server_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example:5000")
    assert tracking_uri(tmp_path) == "http://mlflow.example:5000"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("sqlite:///runs.db", Path("runs.db")),
        ("sqlite:////data/runs.db?timeout=3", Path("/data/runs.db")),
        ("sqlite:///:memory:", None),
        ("sqlite:///", None),
        ("postgresql:///runs.db", None),
        ("mlruns", None),
    ],
)
def test_finds_the_file_of_a_sqlite_uri(uri: str, path: Path | None) -> None:
    assert sqlite_file(uri) == path


@pytest.mark.parametrize("uri", ["http://host:5000/@/x", "sqlite:////data/a@b.db", "mlruns"])
def test_a_uri_without_a_password_is_shown_as_it_is(uri: str) -> None:
    assert without_password(uri) == uri


def test_a_reason_is_one_short_line() -> None:
    assert reason_of(OSError("\n  \n" + "x" * 999 + "\nmore")) == "OSError: " + "x" * 200
    assert reason_of(OSError()) == "OSError: "


def test_a_first_connection_is_silent_and_tells_nobody(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if key not in {*SETTINGS, "CI", "PYTEST_CURRENT_TEST"}}
    uri = f"sqlite:///{tmp_path}/deep/mlflow.db"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _CONNECT, uri],
        check=False,
        env=clean,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # nothing is left beside the database, and nothing lands in the working folder
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == [".mlflow.db.lock", "mlflow.db"]
    assert [p.name for p in tmp_path.iterdir()] == ["deep"]


def test_the_users_settings_stand(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "5")
    connect(uri)
    assert {name: os.environ[name] for name in SETTINGS} == SETTINGS | {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "5"}


def test_a_set_up_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def half_way(uri: str) -> None:
        Path(uri.removeprefix("sqlite:///")).write_bytes(b"half of a database")
        raise Killed

    import mlflow.tracking

    leftover = tmp_path / ".mlflow.db-left"
    leftover.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(mlflow.tracking, "MlflowClient", half_way)
        with pytest.raises(Killed):
            connect(f"sqlite:///{tmp_path}/mlflow.db")
    assert not (tmp_path / "mlflow.db").exists()
    assert not leftover.exists()


def test_known_failures_hold_what_mlflow_and_its_database_raise(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(mlflow_failures()):
        connect(f"sqlite:///{tmp_path}/mlflow.db")
    with pytest.raises(mlflow_failures()):
        connect("no-such-scheme://x").search_experiments()
    assert not issubclass(AssertionError, mlflow_failures())


def test_only_one_narrow_warning_is_silenced(uri: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        connect(uri)
        warnings.warn("something else", DeprecationWarning, stacklevel=1)
    assert [str(w.message) for w in seen] == ["something else"]
