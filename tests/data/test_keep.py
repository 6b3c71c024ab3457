from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
import torch

from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.keep import kept
from netwright.data.table import TableDataset
from netwright.data.texts import TextDataset
from netwright.records.errors import StorageError


def never():
    raise AssertionError("made again although a sound form was kept")


@pytest.fixture
def dataset(toy):
    return toy([0, 1, 2], [1, 2], notes=("a note",), files=(("a", "b", "ü"), ("d", "e")))


def same(first, second):
    arrays = ("train_images", "train_labels", "test_images", "test_labels")
    facts = ("name", "classes", "fingerprint", "notes", "train_files", "test_files")
    return all(torch.equal(getattr(first, a), getattr(second, a)) for a in arrays) and all(
        getattr(first, f) == getattr(second, f) for f in facts
    )


def test_it_is_made_once_and_comes_back_whole(dataset):
    assert kept("some/toy", "1", ImageDataset, lambda: dataset) is dataset
    assert same(kept("some/toy", "1", ImageDataset, never), dataset)


def test_groups_come_back(toy):
    young = ("young", "old"), torch.tensor([1, 0])
    made = toy([0, 1, 2], [1, 2], groups={"age": young, "light": (("day",), torch.tensor([0, 0]))})
    kept("toy", "1", ImageDataset, lambda: made)
    names, codes = kept("toy", "1", ImageDataset, never).groups("age")
    assert (names, codes.tolist()) == (("young", "old"), [1, 0])
    assert made.fingerprint != toy([0, 1, 2], [1, 2]).fingerprint


def test_a_table_comes_back_whole(rows):
    made = rows([0, 1, 2] * 3, [1, 2], notes=("a note",), groups={"age": np.array(["old", ""])})
    kept("rows", "1", TableDataset, lambda: made)
    found = kept("rows", "1", TableDataset, never)
    for name in ("train_values", "train_labels", "test_values", "test_labels"):
        assert torch.equal(getattr(found, name), getattr(made, name))
    for name in ("name", "classes", "fingerprint", "notes", "encoding", "features", "shape"):
        assert getattr(found, name) == getattr(made, name)
    assert found.groups("age")[0] == ("(missing)", "old")


def test_texts_come_back_whole(words):
    made = words([0, 1, 2], [1, 2], notes=("a note",), files=(("a", "b", "ü"), ("d", "e")))
    kept("words", "1", TextDataset, lambda: made)
    found = kept("words", "1", TextDataset, never)
    for name in ("train_texts", "train_labels", "test_texts", "test_labels"):
        assert torch.equal(getattr(found, name), getattr(made, name))
    for name in ("name", "classes", "fingerprint", "notes", "train_files", "test_files", "shape"):
        assert getattr(found, name) == getattr(made, name)


def test_a_table_is_no_image_set(rows, toy):
    kept("it", "1", TableDataset, lambda: rows([0, 1, 2], [1]))
    images = toy([0, 1], [0])
    assert kept("it", "1", ImageDataset, lambda: images) is images


def test_another_key_makes_it_anew(dataset, toy):
    kept("toy", "1", ImageDataset, lambda: dataset)
    other = toy([0, 1], [0])
    assert kept("toy", "2", ImageDataset, lambda: other) is other
    assert same(kept("toy", "2", ImageDataset, never), other)


@pytest.mark.parametrize("damage", ["empty", "header", "half", "last byte", "flipped pixel", "text", "longer"])
def test_a_damaged_file_is_replaced(dataset, cache, damage):
    kept("toy", "1", ImageDataset, lambda: dataset)
    path = cache / "toy.safetensors"
    data = path.read_bytes()
    flipped = bytearray(data)
    flipped[-1] ^= 1
    damaged = {
        "empty": b"", "header": data[:20], "half": data[: len(data) // 2], "last byte": data[:-1],
        "flipped pixel": bytes(flipped), "text": b"not a tensor in sight", "longer": data + b"x",
    }  # fmt: skip
    path.write_bytes(damaged[damage])
    assert kept("toy", "1", ImageDataset, lambda: dataset) is dataset
    assert same(kept("toy", "1", ImageDataset, never), dataset)


def test_a_tensor_file_of_another_kind_is_replaced(dataset, cache):
    from safetensors.torch import save_file

    cache.mkdir()
    save_file({"x": torch.zeros(1)}, cache / "toy.safetensors")
    assert kept("toy", "1", ImageDataset, lambda: dataset) is dataset
    assert same(kept("toy", "1", ImageDataset, never), dataset)


def test_changing_what_was_loaded_leaves_the_file_alone(dataset):
    kept("toy", "1", ImageDataset, lambda: dataset)
    kept("toy", "1", ImageDataset, never).train_images.zero_()
    assert same(kept("toy", "1", ImageDataset, never), dataset)


def test_a_cache_that_cannot_be_made_is_told(dataset, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(StorageError, match="NETWRIGHT_CACHE"):
        kept("toy", "1", ImageDataset, lambda: dataset)


def test_many_may_load_at_once_and_each_sees_it_whole(dataset, cache):
    together = Barrier(8)

    def load(_):
        together.wait()
        return kept("toy", "1", ImageDataset, lambda: dataset)

    with ThreadPoolExecutor(8) as pool:
        assert all(same(loaded, dataset) for loaded in pool.map(load, range(8)))
    assert [path.name for path in cache.iterdir()] == ["toy.safetensors"]


def test_slices_of_one_array_can_be_kept():
    images, labels = torch.arange(20, dtype=torch.uint8).reshape(4, 1, 1, 5), torch.arange(4)
    sliced = make_image_dataset("slices", (images, labels), (images[:2], labels[:2]), ("a", "b", "c", "d"))
    kept("slices", "1", ImageDataset, lambda: sliced)
    assert same(kept("slices", "1", ImageDataset, never), sliced)
