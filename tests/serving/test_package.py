"""A package is used whole and unchanged, or not at all."""

import json
import shutil

import pytest

from netwright.records.errors import PackageError
from netwright.serving.package import MANIFEST, open_package


@pytest.fixture
def copy(tiny_package, tmp_path):
    return shutil.copytree(tiny_package.folder, tmp_path / "copy")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def test_a_whole_package_opens(tiny_package, copy):
    found = open_package(copy)
    assert found.manifest == tiny_package.manifest
    assert found.version == tiny_package.version
    assert found.decision.chosen == "logistic"
    assert [model.candidate for model in found.manifest.models] == ["logistic", "mlp"]
    assert found.model("fallback").candidate == "mlp"
    assert found.reference.n == sum(found.reference.labelled) == 500
    assert sum(found.manifest.prior) == pytest.approx(1)


def test_any_changed_byte_is_noticed(copy):
    for path in files(copy):
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(PackageError, match=path.name):
            open_package(copy)
        path.write_bytes(content)
    open_package(copy)


def test_a_missing_a_longer_and_an_added_file_are_noticed(copy):
    first = files(copy)[0]
    content = first.read_bytes()
    first.unlink()
    with pytest.raises(PackageError, match="missing"):
        open_package(copy)
    first.write_bytes(content + b"x")
    with pytest.raises(PackageError, match=f"has {len(content) + 1} bytes instead of {len(content)}"):
        open_package(copy)
    first.write_bytes(content)
    (copy / "models" / "more.pkl").write_bytes(b"")
    with pytest.raises(PackageError, match=r"more\.pkl, which its package\.json does not name"):
        open_package(copy)


def test_a_link_instead_of_a_file_is_refused(copy, tmp_path):
    first = files(copy)[0]
    shutil.move(first, tmp_path / "elsewhere")
    first.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PackageError, match="no plain file"):
        open_package(copy)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd"])
def test_a_manifest_that_names_files_outside_is_refused(copy, name):
    told = json.loads((copy / MANIFEST).read_text())
    told["files"][name] = {"sha256": "0" * 64, "size": 1}
    (copy / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(PackageError, match="outside the package"):
        open_package(copy)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "netwright package 9"}'])
def test_another_manifest_is_refused(copy, content):
    (copy / MANIFEST).write_text(content)
    with pytest.raises(PackageError, match=r"package\.json cannot be read"):
        open_package(copy)


def test_a_folder_without_a_manifest_is_no_package(tmp_path):
    with pytest.raises(PackageError, match="netwright ship"):
        open_package(tmp_path)


def test_the_version_changes_with_the_manifest(copy, tiny_package):
    (copy / MANIFEST).write_bytes((copy / MANIFEST).read_bytes() + b"\n")
    assert open_package(copy).version != tiny_package.version
