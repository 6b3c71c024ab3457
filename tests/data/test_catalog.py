import subprocess
import sys
from importlib import import_module
from operator import attrgetter

import pytest
import torch

from netwright.data import fashion_mnist
from netwright.data.catalog import ADDRESSES, FILES, SOURCES, anchored, fetch, find_source, load
from netwright.records.errors import DataError


# the snippets are tried on a tiny archive, in test_reviews.py
@pytest.mark.parametrize("name", [source.name for source in SOURCES if not source.name.startswith("reviews")])
def test_every_source_holds_what_its_entry_says(name, real_cache, monkeypatch):
    if name in {"fashion-mnist", "motions"}:
        monkeypatch.setenv("NETWRIGHT_CACHE", str(real_cache))
        monkeypatch.setattr(fashion_mnist, "ORIGINS", ())
    source = find_source(name)
    try:
        dataset = load(name)
    except DataError:
        pytest.skip(f"{name} is not in {real_cache}; netwright data fetch {name}")
    assert dataset.name == name
    assert (len(dataset.train_labels), len(dataset.test_labels)) == (source.train, source.test)
    assert (dataset.shape, len(dataset.classes)) == (source.shape, source.classes)
    assert dataset.train_labels.dtype == dataset.test_labels.dtype == torch.int64
    assert set(dataset.train_labels.tolist()) == set(dataset.test_labels.tolist()) == set(range(source.classes))
    assert dataset.train_inputs(torch.tensor([0, 5])).shape == (2, *source.shape)
    assert type(dataset).unpacked(dataset.packed()).fingerprint == dataset.fingerprint
    for column in source.groups:
        groups, codes = dataset.groups(column)
        assert len(codes) == source.test
        assert set(codes.tolist()) == set(range(len(groups)))
    synthetic = "synthetic" in source.origin
    assert any(note.startswith("SYNTHETIC") for note in dataset.notes) == synthetic
    assert fetch(name).licence == source.licence


def test_an_unknown_source_tells_the_nearest():
    with pytest.raises(DataError, match="Did you mean fashion-mnist"):
        load("fashion-minst")


def test_the_catalog_needs_no_torch():
    script = "import sys, netwright.data.catalog; print('torch' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_names_are_unique():
    names = [entry.name for entry in (*SOURCES, *FILES)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("use", [load, find_source])
def test_a_checkpoint_is_no_data(use):
    with pytest.raises(DataError, match="'minilm' is no data set\\. It is the checkpoint of a model"):
        use("minilm")


def test_what_cannot_be_fetched_is_told():
    with pytest.raises(DataError, match=r"nothing to fetch named 'minlm'. Did you mean minilm"):
        fetch("minlm")
    with pytest.raises(DataError, match="Data of your own is where you have it"):
        fetch("texts:aclImdb")


def test_every_entry_names_functions_that_there_are():
    places = [source.loader for source in SOURCES] + [entry.fetcher for entry in (*SOURCES, *FILES)]
    for place in places:
        module, _, name = place.partition(":")
        assert callable(attrgetter(name)(import_module(module)))


def test_addresses_are_made_absolute_and_names_are_left(tmp_path):
    assert anchored("folder:a b (c)?size=32", tmp_path) == f"folder:{tmp_path}/a b (c)?size=32"
    assert (
        anchored("table:x.csv?label=y&test=z.csv", tmp_path) == f"table:{tmp_path}/x.csv?label=y&test={tmp_path}/z.csv"
    )
    assert anchored("table:/x.csv?label=y", tmp_path) == "table:/x.csv?label=y"
    assert anchored("texts:aclImdb?length=9", tmp_path) == f"texts:{tmp_path}/aclImdb?length=9"
    assert anchored("fraud", tmp_path) == "fraud"
    assert "table:x".startswith(ADDRESSES)
    assert "texts:x".startswith(ADDRESSES)
    assert not any(source.name.startswith(ADDRESSES) for source in SOURCES)
