import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netwright.data import origins
from netwright.data.origins import DebianPackage, LocalFolder, UnreachableError, WebSite, find_file


class Commands:
    """Stands for apt-get and dpkg-deb: answers each command, and keeps what was asked."""

    def __init__(self, folder, failing):
        self.folder, self.failing, self.asked = folder, failing, []

    def __call__(self, command, cwd, **_):
        action = next(part for part in command if part in {"download", "update", "-x"})
        own = any("Dir::State::lists" in part for part in command)
        self.asked.append((action, own))
        if (action, own) in self.failing:
            return subprocess.CompletedProcess(command, 100, "", f"W: old\nE: {action} failed, own lists {own}\n")
        if action == "download":
            (Path(cwd) / "data_1_all.deb").write_bytes(b"deb")
        if action == "-x":
            place = Path(command[-1]) / "usr" / "share"
            place.mkdir(parents=True)
            (place / "x.gz").write_bytes(b"x")
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def commands(monkeypatch, tmp_path):
    def install(*failing):
        fake = Commands(tmp_path, set(failing))
        monkeypatch.setattr(origins.subprocess, "run", fake)
        monkeypatch.setattr(origins.shutil, "which", lambda tool: f"/usr/bin/{tool}")
        return fake

    return install


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


PACKAGE = DebianPackage("data", Path("usr/share"))


def test_a_package_is_downloaded_and_unpacked(commands, workspace):
    fake = commands()
    assert (PACKAGE.bring(["x"], workspace) / "x.gz").read_bytes() == b"x"
    assert fake.asked == [("download", False), ("-x", False)]


def test_without_package_lists_it_makes_its_own_once(commands, workspace):
    fake = commands(("download", False))
    assert (PACKAGE.bring(["x"], workspace) / "x.gz").exists()
    assert fake.asked == [("download", False), ("update", True), ("download", True), ("-x", False)]


@pytest.mark.parametrize("second", [("update", True), ("download", True)])
def test_both_failures_of_a_package_are_told(commands, workspace, second):
    commands(("download", False), second)
    with pytest.raises(UnreachableError, match=f"download failed, own lists False; .*{second[0]} failed, own lists"):
        PACKAGE.bring(["x"], workspace)


def test_a_package_that_cannot_be_unpacked_is_told(commands, workspace):
    commands(("-x", False))
    with pytest.raises(UnreachableError, match="-x failed"):
        PACKAGE.bring(["x"], workspace)


def test_a_system_without_apt_is_told(monkeypatch, workspace):
    monkeypatch.setattr(origins.shutil, "which", lambda tool: None)
    with pytest.raises(UnreachableError, match="apt-get and dpkg-deb not found"):
        PACKAGE.bring(["x"], workspace)


def test_a_command_that_hangs_is_told(commands, monkeypatch, workspace):
    commands()

    def hang(command, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(origins.subprocess, "run", hang)
    with pytest.raises(UnreachableError, match="apt-get took longer than 600 s"):
        PACKAGE.bring(["x"], workspace)


def test_a_folder_gives_plain_and_compressed_files(tmp_path, workspace):
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b.gz").write_bytes(b"")
    assert LocalFolder(tmp_path, "copy").bring(["a", "b"], workspace) == tmp_path
    assert (find_file(tmp_path, "a"), find_file(tmp_path, "b")) == (tmp_path / "a", tmp_path / "b.gz")
    with pytest.raises(UnreachableError, match="it lacks c, d"):
        LocalFolder(tmp_path, "copy").bring(["a", "c", "d"], workspace)
    with pytest.raises(UnreachableError, match="no such folder"):
        LocalFolder(tmp_path / "absent", "copy").bring(["a"], workspace)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def site(tmp_path):
    served = tmp_path / "served"
    served.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=served)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_site_gives_its_files(site, workspace):
    served, address = site
    (served / "a.gz").write_bytes(b"content of a")
    assert (WebSite(address).bring(["a"], workspace) / "a.gz").read_bytes() == b"content of a"


def test_a_site_that_lacks_a_file_is_told(site, workspace):
    with pytest.raises(UnreachableError, match=r"a\.gz: .*not found|a\.gz: .*File not found"):
        WebSite(site[1]).bring(["a"], workspace)


def test_a_site_that_does_not_answer_is_told(workspace):
    # port 9 (discard) is closed on every machine that tests run on
    with pytest.raises(UnreachableError, match=r"a\.gz: .*refused"):
        WebSite("http://127.0.0.1:9/").bring(["a"], workspace)
