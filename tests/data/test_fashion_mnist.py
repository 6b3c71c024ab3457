import gzip
import hashlib

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


# MD5 of each published file, as its authors list them, and the time in its gzip header
PUBLISHED = {
    "train-images-idx3-ubyte": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 1504176606),
    "train-labels-idx1-ubyte": ("25c81989df183df01b3e8a0aad5dffbe", 1504176606),
    "t10k-images-idx3-ubyte": ("bef4ecab320f06d8554ea6380940ec79", 1504176627),
    "t10k-labels-idx1-ubyte": ("bb300cfdad3c16e7a12a480ee83cd310", 1504176627),
}


def test_the_digests_are_those_of_the_published_files(real, real_cache):
    for name, (published, written) in PUBLISHED.items():
        path = real_cache / "fashion-mnist" / f"{name}.gz"
        if not path.exists():
            pytest.skip(f"{path} is not there; netwright data fetch fashion-mnist")
        stored = path.read_bytes()
        assert hashlib.sha256(gzip.decompress(stored)).hexdigest() == REAL_DIGESTS[name]
        # Debian keeps the compressed stream but drops name and time from the header: put them back
        header = bytes([0x1F, 0x8B, 8, 8]) + written.to_bytes(4, "little") + bytes([0, 3]) + name.encode() + b"\0"
        whole = stored if stored[3] & 8 else header + stored[10:]
        assert hashlib.md5(whole).hexdigest() == published
