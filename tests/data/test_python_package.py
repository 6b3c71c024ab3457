import importlib.metadata
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from netwright.data import origins
from netwright.data.origins import UnreachableError
from netwright.data.python_package import PythonPackage

SDIST = PythonPackage("toy-data==1.0", "sdist", "ab" * 32, PurePosixPath("toy-data-1.0/files"))
WHEEL = PythonPackage("toy-data==1.0", "wheel", "cd" * 32, PurePosixPath("toy_data/files"))


def sdist(members):
    """A compressed tar of {name: bytes, or the TarInfo of a link}."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return held.getvalue()


def wheel(members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def pip(monkeypatch):
    """A maker of a pip that leaves a file of that name and content, or fails with that word; its calls are kept."""

    def install(name=None, content=b"", fault=""):
        asked = []

        def run(command, **_):
            requirements = Path(command[command.index("--requirement") + 1]).read_text()
            asked.append((command, requirements))
            if fault:
                return subprocess.CompletedProcess(command, 1, "", f"WARNING: old\nERROR: {fault}\n    more\n")
            if name is not None:
                folder = Path(command[command.index("--dest") + 1])
                folder.mkdir()
                (folder / name).write_bytes(content)
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(origins.subprocess, "run", run)
        return asked

    return install


def test_files_of_a_source_distribution_are_brought(pip, workspace):
    members = {"a.txt": b"A", "b.tar.gz": b"B", "other.txt": b"no"}
    asked = pip("toy-data-1.0.tar.gz", sdist({f"toy-data-1.0/files/{name}": data for name, data in members.items()}))
    folder = SDIST.bring(["a.txt", "b.tar"], workspace)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.txt": b"A", "b.tar.gz": b"B"}
    ((command, requirements),) = asked
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--require-hashes"} <= set(command)
    assert command[command.index("--no-binary") + 1] == "toy-data"
    assert requirements == f"toy-data==1.0 --hash=sha256:{'ab' * 32}\n"


def test_files_of_a_wheel_are_brought(pip, workspace):
    asked = pip("toy_data-1.0-py3-none-any.whl", wheel({"toy_data/files/a.txt": b"A", "a.txt": b"another"}))
    folder = WHEEL.bring(["a.txt", "b.txt"], workspace)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.txt": b"A"}
    command = asked[0][0]
    assert command[command.index("--only-binary") + 1] == "toy-data"


def test_nothing_is_written_outside_and_links_are_not_followed(pip, workspace):
    link = tarfile.TarInfo("toy-data-1.0/files/a.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    outside = "toy-data-1.0/files/../../../b.txt"
    pip("toy-data-1.0.tar.gz", sdist({link.name: link, outside: b"B", "/c.txt": b"C"}))
    folder = SDIST.bring(["a.txt", "b.txt", "c.txt"], workspace)
    assert list(folder.iterdir()) == []
    assert sorted(path.name for path in workspace.parent.rglob("*.txt")) == ["requirements.txt"]


def test_the_reason_of_pip_is_told(pip, workspace):
    pip(fault="No matching distribution found for toy-data==1.0")
    with pytest.raises(UnreachableError, match=r"^ERROR: No matching distribution found for toy-data==1\.0$"):
        SDIST.bring(["a"], workspace)


@pytest.mark.parametrize("damage", [b"", b"no archive", sdist({"a": b"A" * 5000})[:-20], wheel({"a": b"A"})[:-5]])
def test_a_release_that_cannot_be_opened_is_told(pip, workspace, damage):
    pip("toy-data-1.0.tar.gz", damage)
    with pytest.raises(UnreachableError, match=r"toy-data-1\.0\.tar\.gz cannot be opened"):
        SDIST.bring(["a"], workspace)


def test_a_pip_that_leaves_nothing_is_told(pip, workspace):
    pip()
    with pytest.raises(UnreachableError, match="pip left no file behind"):
        SDIST.bring(["a"], workspace)


def test_a_python_without_pip_is_told(monkeypatch, workspace):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(UnreachableError, match=r"has no pip; python -m ensurepip adds it"):
        SDIST.bring(["a"], workspace)
    assert SDIST.title == "Python package toy-data==1.0"
