import dataclasses

import pytest
import torch

from netwright.data.images import make_image_dataset, to_inputs
from netwright.records.errors import DataError


def test_inputs_follow_their_formula_for_every_pixel():
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    expected = (pixels.double() / 255 - 0.5) / 0.25
    inputs = to_inputs(pixels)
    assert inputs.dtype == torch.float32
    torch.testing.assert_close(inputs.double(), expected, atol=1e-6, rtol=0)


def test_inputs_leave_the_images_alone():
    pixels = torch.full((1, 1, 2, 2), 7, dtype=torch.uint8)
    to_inputs(pixels)
    assert pixels.unique().tolist() == [7]


def test_a_dataset_is_frozen_and_knows_its_shape(toy):
    dataset = toy([0, 1], [0])
    assert dataset.shape == (1, 2, 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"


def test_inputs_are_those_of_the_chosen_images(toy):
    dataset = toy([0, 1, 2], [1, 0])
    assert torch.equal(dataset.train_inputs(torch.tensor([2, 0])), to_inputs(dataset.train_images[[2, 0]]))
    assert torch.equal(dataset.test_inputs(torch.tensor([1])), to_inputs(dataset.test_images[1:]))
    assert (dataset.samples, dataset.features) == ("images", ())


def test_images_without_labels_are_told():
    images, labels = torch.zeros(12, 1, 2, 2, dtype=torch.uint8), torch.zeros(11, dtype=torch.int64)
    with pytest.raises(DataError, match="the test part of it has 12 images but 11 labels"):
        make_image_dataset("it", (images, torch.zeros(12, dtype=torch.int64)), (images, labels), ("a",))
