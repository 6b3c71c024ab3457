import numpy as np
import pytest
import sklearn.datasets
import torch

from netwright.data import fashion_mnist
from netwright.data.motion_textures import cast_of, photos, reachable
from netwright.records.errors import DataError, MissingExtraError


def pictures():
    images = torch.zeros(6, 1, 28, 28, dtype=torch.uint8)
    for number in range(6):
        images[number, 0, 8:20, 8:20] = 200 + number
    # a dark button on the first
    images[0, 0, 14, 14] = 0
    return images


@pytest.mark.parametrize(("size", "side"), [(32, 14), (64, 28)])
def test_what_is_dark_is_cut_away_and_buttons_stay(size, side):
    textures = cast_of(pictures(), 6, torch.zeros(2, 3, 2 * size, 3 * size), np.random.default_rng(0))
    assert textures.actors.shape == (6, 2, side, side)
    bright, cover = textures.actors[:, 0], textures.actors[:, 1]
    assert (cover[:, side // 2, side // 2] == 1).all()
    assert (cover[:, 0] == 0).all()
    assert (bright <= cover + 1e-6).all()
    assert len({round(float(picture.max()) * 255) for picture in bright}) == 6


def test_actors_are_drawn_without_repetition():
    behind = torch.zeros(2, 3, 128, 192)
    some = cast_of(pictures(), 4, behind, np.random.default_rng(1)).actors[:, 0].amax((1, 2))
    assert len(some.unique()) == 4
    with pytest.raises(DataError, match="7 actors were asked for, but there are 6 pictures; ask for fewer videos"):
        cast_of(pictures(), 7, behind, np.random.default_rng(1))


def test_photos_are_twice_as_high_as_a_frame():
    found = photos(24)
    assert found.shape == (2, 3, 48, 72)
    assert 0 <= found.min() < 0.2 < 0.8 < found.max() <= 1


def test_without_pillow_it_is_told_what_to_install(monkeypatch):
    def without(_name):
        raise ImportError("The Python Imaging Library (PIL) is required to load data from jpeg files.")

    monkeypatch.setattr(sklearn.datasets, "load_sample_image", without)
    with pytest.raises(MissingExtraError, match=r"netwright\[video\]"):
        photos(24)


def test_garments_act_where_they_can_be_brought(tiny_files):
    images, note = reachable()
    assert (images.name, note) == ("fashion-mnist", "")


def test_digits_act_where_no_origin_gives_garments_and_it_is_told(monkeypatch):
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())
    images, note = reachable()
    assert images.name == "digits"
    assert note.startswith("handwritten digits act, since Fashion-MNIST could not be brought: the files of fashion")
