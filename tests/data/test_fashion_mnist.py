import gzip
import time

import pytest
import torch

from netwright.data import fashion_mnist
from netwright.data.checks import check_dataset
from netwright.data.idx import read_idx
from netwright.records.errors import DataError
from netwright.records.scenario import Design

REAL_DIGESTS = dict(fashion_mnist.DIGESTS)


def test_the_arrays_are_those_of_the_files(tiny_files):
    dataset = fashion_mnist.load()
    images = read_idx(tiny_files / "train-images-idx3-ubyte.gz", dimensions=3)
    assert torch.equal(dataset.train_images[:, 0], torch.tensor(images))
    assert dataset.train_labels.tolist() == [i % 10 for i in range(30)]
    assert dataset.train_labels.dtype == torch.int64
    assert (dataset.shape, len(dataset.test_labels), dataset.classes[9]) == ((1, 28, 28), 20, "Ankle boot")


def test_once_decoded_the_files_are_not_needed(tiny_files, cache, monkeypatch):
    first = fashion_mnist.load()
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())
    for path in (cache / "fashion-mnist").glob("*.gz"):
        path.unlink()
    assert fashion_mnist.load().fingerprint == first.fingerprint


def test_a_truncated_decoded_form_is_made_again(tiny_files, cache):
    first = fashion_mnist.load()
    path = cache / "fashion-mnist" / "decoded.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    assert fashion_mnist.load().fingerprint == first.fingerprint


def test_fetching_says_where_from_where_and_under_which_licence(tiny_files, cache):
    fetched = fashion_mnist.fetch()
    assert (fetched.folder, fetched.licence) == (cache / "fashion-mnist", "MIT")
    assert fetched.origin == f"local copy {tiny_files}"
    assert set(fetched.files) == set(fashion_mnist.DIGESTS)


def test_a_truncated_file_and_no_other_origin_is_told(tiny_files):
    path = tiny_files / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError) as caught:
        fashion_mnist.load()
    assert str(path) in str(caught.value)
    assert "truncated at byte" in str(caught.value)


def test_parts_of_different_length_are_told(tmp_path):
    files = {}
    for name in REAL_DIGESTS:
        shape = (3, 2, 2) if "images" in name else (4,)
        data = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
        files[name] = tmp_path / name
        files[name].write_bytes(gzip.compress(data + bytes(torch.Size(shape).numel())))
    with pytest.raises(DataError, match=r"has 3 images but .* has 4 labels"):
        fashion_mnist.decode(files)


@pytest.fixture
def real(real_cache, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(real_cache))
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())
    try:
        return fashion_mnist.load()
    except DataError:
        pytest.skip(f"Fashion-MNIST is not in {real_cache}; netwright data fetch fashion-mnist")


def test_the_real_data(real):
    assert (len(real.train_labels), len(real.test_labels), real.shape) == (60_000, 10_000, (1, 28, 28))
    assert real.train_labels.bincount().tolist() == [6000] * 10
    assert real.test_labels.bincount().tolist() == [1000] * 10
    # mean and deviation of the training pixels, as published with many models of this data
    pixels = real.train_images.double() / 255
    assert (round(pixels.mean().item(), 4), round(pixels.std().item(), 4)) == (0.2860, 0.3530)
    # no test image stands in the training part
    assert check_dataset(real, Design(sizes=(125, 2000))) == ()


def test_the_real_data_loads_fast(real):
    took = []
    for _ in range(3):
        start = time.perf_counter()
        fashion_mnist.load()
        took.append(time.perf_counter() - start)
    assert min(took) < 1
