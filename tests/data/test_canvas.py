import numpy as np
import pytest

from netwright.data.canvas import Canvas

ONE, FIRST = np.ones(1, np.float32), np.array([0])


def at(*values):
    return tuple(np.array([value], np.float32) for value in values)


def painted(paint, side=21):
    canvas = Canvas(1, side)
    paint(canvas)
    return canvas.pixels[0]


def test_a_box_covers_its_pixels():
    pixels = painted(lambda c: c.box(FIRST, at(2, 3, 5, 7), ONE))
    expected = np.zeros((21, 21))
    expected[3:8, 2:6] = 1
    # the edge is half covered on the line itself, since it is one pixel soft
    inner = np.zeros((21, 21), bool)
    inner[4:7, 3:5] = True
    assert (pixels[inner] == 1).all()
    assert (pixels[expected == 0] == 0).all()
    assert (pixels[(expected == 1) & ~inner] == 0.5).all()


def test_areas_are_those_of_the_shapes():
    disc = painted(lambda c: c.disc(FIRST, at(10, 10), at(6)[0], ONE)).sum()
    assert disc == pytest.approx(np.pi * 36, rel=0.02)
    capsule = painted(lambda c: c.capsule(FIRST, at(5, 5, 14, 14), at(2)[0], ONE)).sum()
    assert capsule == pytest.approx(4 * np.hypot(9, 9) + np.pi * 4, rel=0.03)
    ring = painted(lambda c: c.ring(FIRST, at(10, 10), at(7)[0], ONE)).sum()
    assert ring == pytest.approx(2 * np.pi * 7 * 0.6, rel=0.2)


def test_a_line_of_no_length_is_a_disc():
    dot = painted(lambda c: c.capsule(FIRST, at(10, 10, 10, 10), at(3)[0], ONE))
    np.testing.assert_array_equal(dot, painted(lambda c: c.disc(FIRST, at(10, 10), at(3)[0], ONE)))


def test_later_paint_covers_earlier_paint_in_the_chosen_images_only():
    canvas = Canvas(3, 8)
    canvas.paint(np.arange(3), np.ones((1, 1, 1), np.float32), np.full((1, 1, 1), 0.25, np.float32))
    canvas.disc(np.array([1]), at(4, 4), at(2)[0], ONE)
    assert (canvas.pixels[[0, 2]] == 0.25).all()
    assert canvas.pixels[1, 4, 4] == 1


@pytest.mark.parametrize("axis", [1, 2])
def test_blur_is_a_mean_over_neighbours_and_keeps_flat_images(axis):
    canvas = Canvas(1, 9)
    canvas.pixels[0, 4, 4] = 1
    canvas.blur(FIRST, at(2 / 3)[0], axis)
    line = canvas.pixels[0, :, 4] if axis == 1 else canvas.pixels[0, 4]
    np.testing.assert_allclose(line[3:6], 1 / 3, rtol=1e-6)
    assert canvas.pixels.sum() == pytest.approx(1)
    canvas.pixels[:] = 0.7
    canvas.blur(FIRST, ONE, axis)
    np.testing.assert_allclose(canvas.pixels, 0.7, rtol=1e-6)
