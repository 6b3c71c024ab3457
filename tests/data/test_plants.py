"""The layout of the scalability paper's plant-disease images: train/ and valid/, a folder a class."""

import numpy as np
import pytest
import torch
from PIL import Image

from netwright.data.catalog import load
from netwright.data.checks import check_dataset
from netwright.data.split import draw
from netwright.models.build import build
from netwright.records.candidate import Candidate, Recipe
from netwright.records.scenario import Design
from netwright.training.epochs import train_epochs

CLASSES = (
    "Apple___Apple_scab",
    "Apple___healthy",
    "Corn_(maize)___Common_rust_",
    "Pepper,_bell___healthy",
    "Tomato___healthy",
)


def leaf(kind, random):
    """A green leaf of 48x40 pixels; the diseased ones have spots of their own colour."""
    pixels = np.empty((40, 48, 3))
    pixels[:] = np.array([60, 150, 50]) + random.normal(0, 12, 3)
    if "healthy" not in CLASSES[kind]:
        for _ in range(6):
            y, x = random.integers(4, 36), random.integers(4, 44)
            pixels[y - 3 : y + 3, x - 3 : x + 3] = (70, 60, 40) if kind == 0 else (190, 110, 30)
    elif kind != 1:
        pixels[:, :: 4 + 3 * (kind == 4)] += 60
    return Image.fromarray((pixels + random.normal(0, 8, pixels.shape)).clip(0, 255).astype(np.uint8))


@pytest.fixture
def plants(tmp_path):
    random, folder = np.random.default_rng(0), tmp_path / "New Plant Diseases Dataset(Augmented)"
    for part, count in (("train", 24), ("valid", 8)):
        for kind, name in enumerate(CLASSES):
            place = folder / part / name
            place.mkdir(parents=True)
            for index in range(count):
                suffix = "JPG" if index % 2 else "jpg"
                leaf(kind, random).save(place / f"{index:03d}_RS_HL {index}.{suffix}", "JPEG", quality=90)
    return folder


def test_it_is_loaded_checked_split_and_learnt(plants):
    dataset = load(f"folder:{plants}?size=24")
    assert (dataset.shape, dataset.classes) == ((3, 24, 24), CLASSES)
    assert dataset.train_labels.bincount().tolist() == [24] * 5
    assert dataset.test_labels.bincount().tolist() == [8] * 5
    design = Design(sizes=(25, 100), validation=20)
    assert check_dataset(dataset, design) == ()
    split = draw(dataset, design, 0, 100)
    recipe = Recipe(lr=0.05, epochs=8, batch_size=20, augment="shift-flip")
    torch.manual_seed(0)
    model = build(Candidate(name="r", model="resnet", options={"depth": 8, "width": 0.5}), dataset.shape, 5)
    data = dataset.train_inputs(split.train), dataset.train_labels[split.train]
    tests = dataset.test_inputs(split.test), dataset.test_labels[split.test]
    *_, last = train_epochs(model, data, tests, recipe, 0, None)
    assert last.validation_accuracy > 0.6
