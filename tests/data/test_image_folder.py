import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from netwright.data import image_folder
from netwright.data.catalog import load
from netwright.data.checks import check_dataset
from netwright.records.errors import DataError
from netwright.records.scenario import Design


def picture(seed, size=(6, 5), mode="RGB"):
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def pictures(mode="RGB", size=(6, 5)):
    places = [f"{part}/{kind}/{i}.png" for part in ("train", "valid") for kind in ("cat", "dog") for i in range(4)]
    return {place: picture(seed, size, mode) for seed, place in enumerate(places)}


def test_images_labels_and_files(image_tree):
    images = pictures()
    folder = image_tree(images)
    dataset = load(f"folder:{folder}")
    assert (dataset.name, dataset.shape, dataset.classes) == (f"folder:{folder}", (3, 6, 5), ("cat", "dog"))
    assert dataset.train_labels.tolist() == [0] * 4 + [1] * 4
    assert dataset.train_files[5] == str(folder / "train/dog/1.png")
    expected = np.asarray(images["train/dog/1.png"]).transpose(2, 0, 1)
    np.testing.assert_array_equal(dataset.train_images[5].numpy(), expected)
    assert check_dataset(dataset, Design(sizes=(2, 4), validation=2)) == ()


def test_the_most_common_size_and_grey_are_taken(image_tree):
    images = pictures("L") | {"train/cat/9.png": picture(99, (20, 20), "L")}
    assert load(f"folder:{image_tree(images)}").shape == (1, 6, 5)


def test_one_colour_image_makes_all_colour(image_tree):
    assert load(f"folder:{image_tree(pictures('L') | {'train/cat/9.png': picture(99)})}").shape == (3, 6, 5)


def test_the_address_can_state_size_and_channels(image_tree):
    folder = image_tree(pictures())
    assert load(f"folder:{folder}?size=8&channels=1").shape == (1, 8, 8)
    assert load(f"folder:{folder}?size=7").shape == (3, 7, 7)
    assert load(f"folder:{folder}?channels=1").shape == (1, 6, 5)


def test_it_is_decoded_once_until_a_file_changes(image_tree, monkeypatch):
    folder = image_tree(pictures())
    first = load(f"folder:{folder}")
    with monkeypatch.context() as patch:
        patch.setattr(image_folder, "read_pixels", None)
        assert load(f"folder:{folder}").fingerprint == first.fingerprint
    changed = folder / "train/cat/0.png"
    picture(77).save(changed)
    os.utime(changed, ns=(1, 1))
    second = load(f"folder:{folder}")
    assert second.fingerprint != first.fingerprint
    assert not torch.equal(second.train_images[0], first.train_images[0])


def test_all_broken_files_are_told_by_name(image_tree):
    folder = image_tree(pictures())
    (folder / "train/cat/1.png").write_bytes(b"not an image")
    truncated = folder / "valid/dog/2.png"
    truncated.write_bytes(truncated.read_bytes()[:-40])
    with pytest.raises(DataError, match="1 of 8 image files") as caught:
        load(f"folder:{folder}")
    assert str(folder / "train/cat/1.png") in str(caught.value)
    with pytest.raises(DataError, match="2 of 16 image files") as caught:
        load(f"folder:{folder}?size=6&channels=3")
    message = str(caught.value)
    assert f"{folder / 'train/cat/1.png'}: cannot identify image file" in message
    assert f"{truncated}: " in message
    assert "replace or remove" in message


def test_one_class_is_told(image_tree):
    folder = image_tree({place: image for place, image in pictures().items() if "cat" in place})
    with pytest.raises(DataError, match="one class, 'cat'"):
        check_dataset(load(f"folder:{folder}"), Design(sizes=(2,), validation=1))


def test_the_same_image_in_both_parts_is_told_with_both_files(image_tree):
    images = pictures()
    images["valid/cat/0.png"] = images["train/cat/3.png"]
    folder = image_tree(images)
    with pytest.raises(DataError) as caught:
        check_dataset(load(f"folder:{folder}"), Design(sizes=(2,), validation=2))
    assert f"{folder / 'valid/cat/0.png'} = {folder / 'train/cat/3.png'}" in str(caught.value)


def test_more_than_the_memory_holds_is_told(image_tree, monkeypatch):
    folder = image_tree(pictures())

    class Memory:
        available = 1000

    monkeypatch.setattr(image_folder.psutil, "virtual_memory", Memory)
    with pytest.raises(DataError, match=r"16 images of 3 x 6 x 5 pixels .*\?size=32"):
        load(f"folder:{folder}")


def test_without_pillow_the_line_that_installs_it_is_told(image_tree):
    script = (
        "import sys; sys.modules['PIL'] = None\n"
        "from netwright.data.catalog import load\n"
        "from netwright.records.errors import MissingExtraError\n"
        "try:\n    load('folder:x')\nexcept MissingExtraError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert 'pip install "netwright[images]"' in done.stdout
