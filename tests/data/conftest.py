"""A cache of its own for each test, and a tiny IDX set made like Fashion-MNIST."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from netwright.data import fashion_mnist
from netwright.data.images import make_image_dataset
from netwright.data.origins import LocalFolder
from netwright.data.table import make_table_dataset
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import make_text_dataset
from netwright.data.videos import make_video_dataset
from netwright.machine.cache import cache_folder


@pytest.fixture(scope="session")
def real_cache():
    """The user's own cache, before a test gets one of its own."""
    return cache_folder()


@pytest.fixture(autouse=True)
def cache(real_cache, tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("NETWRIGHT_CACHE", str(folder))
    return folder


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


def idx_set():
    """Name -> content of four IDX files: 30 training and 20 test images, classes in turn."""
    random = np.random.default_rng(0)
    content = {}
    for part, count in (("train", 30), ("t10k", 20)):
        content[f"{part}-images-idx3-ubyte"] = idx_bytes(random.integers(0, 256, (count, 28, 28)))
        content[f"{part}-labels-idx1-ubyte"] = idx_bytes(np.arange(count) % 10)
    return content


@pytest.fixture
def tiny_files(tmp_path, monkeypatch):
    """A local copy of a tiny set, which takes the place of Fashion-MNIST and of all its origins."""
    folder = tmp_path / "copy"
    folder.mkdir()
    content = idx_set()
    for name, data in content.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
    monkeypatch.setattr(fashion_mnist, "DIGESTS", {n: hashlib.sha256(d).hexdigest() for n, d in content.items()})
    monkeypatch.setattr(fashion_mnist, "ORIGINS", (LocalFolder(folder, "local copy"),))
    return folder


@pytest.fixture
def toy():
    """A maker of data sets of distinct random images 1x2x5 with given labels."""

    def make(train_labels, test_labels, classes=3, **more):
        random = torch.Generator().manual_seed(1)
        count = len(train_labels) + len(test_labels)
        images = torch.randint(0, 256, (count, 1, 2, 5), generator=random).to(torch.uint8)
        train = images[: len(train_labels)], torch.tensor(train_labels, dtype=torch.int64)
        test = images[len(train_labels) :], torch.tensor(test_labels, dtype=torch.int64)
        return make_image_dataset("toy", train, test, tuple("abcdefgh"[:classes]), **more)

    return make


@pytest.fixture
def rows():
    """A maker of tables of two columns, a number and a word, with given labels."""

    def make(train_labels, test_labels, classes=3, **more):
        random = np.random.default_rng(2)

        def part(labels):
            columns = {"x": random.normal(size=len(labels)), "word": random.choice(["a", "b", "c"], len(labels))}
            return columns, np.array(labels, dtype=np.int64)

        return make_table_dataset("toy", part(train_labels), part(test_labels), tuple("abcdefgh"[:classes]), **more)

    return make


@pytest.fixture
def words():
    """A maker of data sets of distinct short texts with given labels."""

    def make(train_labels, test_labels, classes=3, **more):
        count = len(train_labels)
        texts = encode_texts([f"naïve text {number}" for number in range(count + len(test_labels))])
        train = texts[:count], torch.tensor(train_labels, dtype=torch.int64)
        test = texts[count:], torch.tensor(test_labels, dtype=torch.int64)
        return make_text_dataset("toy", train, test, tuple("abcdefgh"[:classes]), **more)

    return make


@pytest.fixture
def videos_of_origins():
    """A maker of data sets of distinct videos of one frame: the label and the origin of each training video."""

    def make(pairs):
        labels, origins = torch.tensor(pairs).T
        pixels = torch.arange(len(labels) + 2).to(torch.uint8).reshape(-1, 1, 1, 1, 1).expand(-1, 3, 1, 2, 2)
        parts = (pixels[:-2], labels), (pixels[-2:], torch.tensor([0, 1]))
        return make_video_dataset(
            "toy", *parts, tuple("abcde"[: labels.max() + 1]), origins=(origins, 1000 - labels[:2])
        )

    return make


@pytest.fixture
def text_tree(tmp_path):
    """A maker of text folders: {"train/pos/1.txt": text or bytes} -> the folder."""

    def make(texts) -> Path:
        root = tmp_path / "aclImdb"
        for name, text in texts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return make


@pytest.fixture
def image_tree(tmp_path):
    """A maker of image folders: {"train/cat/1.png": PIL image} -> the folder."""

    def make(images) -> Path:
        root = tmp_path / "pictures"
        for name, image in images.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
        return root

    return make
