import io
import subprocess
import sys
import zipfile

import pytest

from netwright.records.errors import InputError
from netwright.studies.cluster import user_code
from netwright.studies.cluster.user_code import pack_code


def names(content):
    return [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if not name.endswith("/")]


@pytest.fixture
def project(tmp_path):
    for name in ("nets.py", "pack/__init__.py", "pack/deep/layers.py", "data/a.csv", "data/more/script.py",
                 ".venv/lib/x.py", "not-importable/y.py", "notes.txt"):  # fmt: skip
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("VALUE = 1\n")
    return tmp_path


def test_what_can_be_imported_travels_and_nothing_else(project):
    assert names(pack_code([str(project)])) == ["nets.py", "pack/__init__.py", "pack/deep/layers.py"]


def test_what_is_installed_does_not_travel():
    installed = [entry for entry in sys.path if "site-packages" in entry or "lib/python" in entry]
    assert installed
    assert pack_code(installed) == b""


def test_netwright_itself_does_not_travel():
    assert pack_code([str(user_code._OWN)]) == b""


def test_the_first_file_of_a_name_counts(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "nets.py").write_text(f"WHERE = {folder!r}")
    archive = zipfile.ZipFile(io.BytesIO(pack_code([str(tmp_path / "one"), str(tmp_path / "two")])))
    assert archive.read("nets.py") == b"WHERE = 'one'"


def test_the_same_files_are_the_same_bytes(project):
    first = pack_code([str(project)])
    (project / "nets.py").write_text("VALUE = 1\n")
    assert pack_code([str(project)]) == first


def test_an_interpreter_imports_it_from_the_zip_file(project, tmp_path):
    file = tmp_path / "code.zip"
    file.write_bytes(pack_code([str(project)]))
    program = (
        f"import sys; sys.path.append({str(file)!r}); import pack.deep.layers as l, nets; print(l.VALUE + nets.VALUE)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout == "2\n"


def test_too_much_is_no_code(project, monkeypatch):
    monkeypatch.setattr(user_code, "LARGEST", 5)
    with pytest.raises(InputError, match=r"3 Python files of .* lie in .*; start the study in the folder"):
        pack_code([str(project)])
