import dataclasses

import pytest
import torch

from netwright.data.dataset import to_inputs


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
