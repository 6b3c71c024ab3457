import numpy as np
import pytest

from netwright.records.live import ClassProbability, Latency, LiveUpdate, Losses
from netwright.streaming.overlay import annotate


def update(*probabilities):
    top = tuple(ClassProbability(name=f"class {index}", probability=p) for index, p in enumerate(probabilities))
    latency = Latency(p50=0.01, p95=0.02, n=1)
    return LiveUpdate(video="a", time=1.0, frame=9, rate=10.0, top=top, latency=latency, losses=Losses())


def bars(pixels):
    """Return the widths of the bars, in pixels, one a class."""
    blue = (pixels[..., 2] > 240) & (pixels[..., 0] < 80)
    widths = blue.sum(1)
    return [int(width) for width, before in zip(widths[1:], widths[:-1], strict=True) if width and not before]


def test_bars_are_as_long_as_the_probabilities():
    pixels = np.full((480, 640, 3), 90, np.uint8)
    drawn = annotate(pixels, update(0.8, 0.2))
    assert drawn.shape == pixels.shape
    longer, shorter = bars(drawn)
    assert longer / shorter == pytest.approx(4, rel=0.05)
    # the lower half of the picture stays as it was
    np.testing.assert_array_equal(drawn[240:], pixels[240:])


def test_small_and_odd_frames_are_enlarged_to_even_sides():
    pixels = np.zeros((9, 33, 3), np.uint8)
    pixels[0, 0] = 255
    drawn = annotate(pixels, None)
    assert drawn.shape == (90, 330, 3)
    assert drawn[:10, :10].all()
    assert not drawn[10:].any()
    assert annotate(np.zeros((1, 400, 3), np.uint8), update(1.0)).shape == (2, 400, 3)


def test_no_word_is_cut_off_where_the_frame_is_narrow():
    wide, narrow = (annotate(np.full((480, width, 3), 90, np.uint8), update(0.5)) for width in (960, 320))
    shaded = [int((pixels[:, -1] < 60).all(1).sum()) for pixels in (wide, narrow)]
    assert shaded[1] > shaded[0]
