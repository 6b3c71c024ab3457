"""The digits inside scikit-learn: 1,797 images 8x8 of handwritten digits (Alpaydin and Kaynak 1998, UCI repository)."""

import torch

from netwright.data.fetch import Fetched
from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.keep import kept
from netwright.data.split import the_rest, validation_indices

NAME = "digits"
LICENCE = "CC BY 4.0"
TEST = 500
_BRIGHTEST = 16


def fetch() -> Fetched:
    """Return where the digits are: inside scikit-learn, nothing has to be fetched."""
    return Fetched(NAME, None, {}, "inside scikit-learn", LICENCE)


def load() -> ImageDataset:
    """Return the digits: 1,297 training and 500 test images of shape (1, 8, 8); the split is fixed and stratified.

    Returns:
        The data set; pixel = round(255 x/16), x the original 0 to 16.
    """
    return kept(NAME, "1,297 / 500", ImageDataset, _decode)


def _decode() -> ImageDataset:
    # only here: it takes a second to import
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (torch.tensor(digits.images) * 255 / _BRIGHTEST).round().to(torch.uint8).unsqueeze(1)
    labels = torch.tensor(digits.target).long()
    test = validation_indices(labels, TEST)
    train = the_rest(len(labels), test)
    classes = tuple(map(str, range(10)))
    return make_image_dataset(NAME, (images[train], labels[train]), (images[test], labels[test]), classes)
