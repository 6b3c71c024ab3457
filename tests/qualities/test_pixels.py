import torch

from netwright.data.images import CENTRE, SPREAD
from netwright.qualities.pixels import BRIGHTEST, DARKEST, are_images, from_brightness, to_brightness


def test_there_and_back():
    brightness = torch.linspace(0, 1, 256)
    assert torch.allclose(to_brightness(from_brightness(brightness)), brightness)
    assert from_brightness(brightness).aminmax() == (DARKEST, BRIGHTEST)
    assert (DARKEST, BRIGHTEST) == (-CENTRE / SPREAD, (1 - CENTRE) / SPREAD)


def test_small_pictures_and_rows_are_no_images():
    shapes = [(5, 1, 4, 4), (5, 3, 224, 224), (5, 1, 3, 30), (5, 8, 1, 1), (5, 64)]
    assert [are_images(torch.zeros(shape)) for shape in shapes] == [True, True, False, False, False]
