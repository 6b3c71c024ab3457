"""Fashion-MNIST: 70,000 images 28x28 of ten kinds of clothes (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747)."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from netwright.data.fetch import Fetched, fetch_files
from netwright.data.idx import read_idx
from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.keep import kept
from netwright.data.origins import DebianPackage, LocalFolder, WebSite
from netwright.machine.cache import cache_folder
from netwright.records.errors import DataError

NAME = "fashion-mnist"
LICENCE = "MIT"
CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

# of the uncompressed content, so that the official files, Debian's recompressed ones and plain ones are all accepted
DIGESTS = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}

_INSIDE = Path("usr/share/datasets/fashion-mnist")
ORIGINS = (
    LocalFolder(Path("/", _INSIDE), "local copy"),
    DebianPackage("dataset-fashion-mnist", _INSIDE),
    WebSite("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
)


def fetch() -> Fetched:
    """Bring the four files into the cache, unless they are there; each is checked by its SHA-256.

    Returns:
        Where they are, and where they came from.
    """
    folder = cache_folder() / NAME
    files, origin = fetch_files(DIGESTS, ORIGINS, folder)
    return Fetched(NAME, folder, files, origin, LICENCE)


def load() -> ImageDataset:
    """Return Fashion-MNIST: 60,000 training and 10,000 test images of shape (1, 28, 28).

    Returns:
        The data set; fetched first where it is not in the cache.
    """
    return kept(f"{NAME}/decoded", " ".join(DIGESTS.values()), ImageDataset, lambda: decode(fetch().files))


def decode(files: Mapping[str, Path]) -> ImageDataset:
    """Return the data set in four IDX files.

    Args:
        files: The paths, under the names in `DIGESTS`.

    Returns:
        The data set.
    """
    train = _part(files["train-images-idx3-ubyte"], files["train-labels-idx1-ubyte"])
    test = _part(files["t10k-images-idx3-ubyte"], files["t10k-labels-idx1-ubyte"])
    return make_image_dataset(NAME, train, test, CLASSES)


def _part(images: Path, labels: Path) -> tuple[Tensor, Tensor]:
    pixels, kinds = read_idx(images, dimensions=3), read_idx(labels, dimensions=1)
    if len(pixels) != len(kinds):
        raise DataError(f"{images} has {len(pixels)} images but {labels} has {len(kinds)} labels; fetch both again")
    # a copy: the file's bytes are read-only
    return torch.tensor(pixels).unsqueeze(1), torch.tensor(kinds).long()
