import torch
from sklearn.datasets import load_digits

from netwright.data import digits


def test_every_digit_is_in_one_part():
    dataset = digits.load()
    original = load_digits()
    pixels = torch.cat([dataset.train_images, dataset.test_images]).flatten(1).float()
    back = sorted((pixels * 16 / 255).round().int().tolist())
    assert back == sorted(original.data.astype(int).tolist())


def test_labels_stay_with_their_images():
    dataset = digits.load()
    known = {tuple(row.astype(int)): label for row, label in zip(*load_digits(return_X_y=True), strict=True)}
    rows = (dataset.test_images.flatten(1).float() * 16 / 255).round().int().tolist()
    assert [known[tuple(row)] for row in rows] == dataset.test_labels.tolist()


def test_the_split_is_stratified_and_fixed(cache):
    first = digits.load()
    shares = torch.cat([first.train_labels, first.test_labels]).bincount() * 500 / 1797
    assert ((first.test_labels.bincount() - shares).abs() < 1).all()
    (cache / "digits.safetensors").unlink()
    assert digits.load().fingerprint == first.fingerprint
    # decisions are told apart by it: it must not change by accident
    assert first.fingerprint[:16] == "8ea998b9ca9eed4d"


def test_pixels_use_the_whole_range():
    dataset = digits.load()
    assert (int(dataset.train_images.min()), int(dataset.train_images.max())) == (0, 255)
