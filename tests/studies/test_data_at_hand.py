"""A data set that was brought to a machine is loaded there, and its source is not asked."""

import pytest
import torch

from netwright.data import catalog
from netwright.machine.cache import cache_folder
from netwright.records.errors import DataError
from netwright.studies.data_at_hand import data_place, load, note_place, pack


@pytest.fixture(params=["digits", "fraud"])
def name(request):
    return request.param


@pytest.fixture
def brought(name, tmp_path, monkeypatch):
    """A machine that has nothing but what `pack` told to bring, and cannot reach any source."""
    arrays, note = pack(name)
    there = tmp_path / "there"
    for place, content in ((data_place(name), arrays.read_bytes()), (note_place(name), note)):
        (there / place).parent.mkdir(parents=True, exist_ok=True)
        (there / place).write_bytes(content)
    here = catalog.load(name)
    monkeypatch.setenv("NETWRIGHT_CACHE", str(there))
    monkeypatch.setattr(catalog, "load", _unreachable)
    return here


def _unreachable(name):
    raise DataError(f"{name} cannot be reached")


def test_the_copy_is_the_data_set(brought, name):
    copy = load(name)
    assert type(copy) is type(brought)
    assert (copy.name, copy.fingerprint, copy.classes) == (brought.name, brought.fingerprint, brought.classes)
    some = torch.arange(50)
    assert torch.equal(copy.train_inputs(some), brought.train_inputs(some))


def test_nothing_but_the_copy_is_in_the_cache(brought, name):
    load(name)
    files = {path.relative_to(cache_folder()).as_posix() for path in cache_folder().rglob("*") if path.is_file()}
    assert files == {data_place(name), note_place(name)}


def test_what_was_not_brought_comes_from_its_source(brought):
    with pytest.raises(DataError, match="cannot be reached"):
        load("fashion-mnist")


def test_a_damaged_copy_is_told(brought, name):
    path = cache_folder() / data_place(name)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"the copy of {name} .* is damaged"):
        load(name)
