from pathlib import Path
from types import SimpleNamespace

import pytest

from netwright.records.errors import PackageError
from netwright.serving.routing.same_requests import check_same_requests


def package(version, **other):
    facts = {"inputs": ("x",), "shape": (1, 28, 28), "classes": ("a", "b")} | other
    form = facts.pop("form", "image")
    return SimpleNamespace(folder=Path(version), version=version, form=form, manifest=SimpleNamespace(**facts))


def test_two_versions_of_one_kind_are_fine():
    check_same_requests(package("v1"), package("v2"))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"classes": ("b", "a")}, r"v2 has classes \('b', 'a'\), and v1 \('a', 'b'\)"),
        ({"shape": (3, 28, 28)}, "inputs of shape"),
        ({"form": "text"}, "inputs of the form text"),
        ({"inputs": ("y" * 500,)}, r"tensors .{100,130}\.\.\., and"),
    ],
)
def test_what_differs_is_told(other, told):
    with pytest.raises(PackageError, match=told):
        check_same_requests(package("v1"), package("v2", **other))


def test_a_package_is_no_canary_of_itself():
    with pytest.raises(PackageError, match="served already"):
        check_same_requests(package("v1"), package("v1"))
