"""Frames, heat and curves stand where they belong in a strip."""

import xml.etree.ElementTree as ET
from base64 import b64decode
from io import BytesIO
from math import isnan, nan

import numpy as np
import pytest
from explanations import make_explanation
from PIL import Image

from netwright.records.explanation import FrameHeat
from netwright.report.charts.explanation_heat import heat_picture
from netwright.report.charts.explanation_strip import HEAT, LOSS, strip_panels, whole_strip

SVG = "{http://www.w3.org/2000/svg}"


def parsed(record):
    return [ET.fromstring(panel) for panel in strip_panels(record)]


def dots(panel, ink):
    return [dot for dot in panel.iter(f"{SVG}circle") if dot.get("fill") == ink.light]


def middle(image):
    return float(image.get("x")) + float(image.get("width")) / 2


@pytest.mark.parametrize(("frames", "panels"), [(1, [1]), (5, [5]), (8, [8]), (9, [5, 4]), (16, [8, 8]), (40, [8, 8])])
def test_a_panel_has_at_most_eight_frames_each_plain_and_with_heat(frames, panels):
    seen = parsed(make_explanation(frames))
    assert [len(list(panel.iter(f"{SVG}image"))) for panel in seen] == [3 * count for count in panels]


@pytest.mark.parametrize("frames", [5, 9, 16])
def test_each_point_of_a_curve_stands_below_its_frame(frames):
    for panel in parsed(make_explanation(frames)):
        plain = list(panel.iter(f"{SVG}image"))[::3]
        for ink in (HEAT, LOSS):
            assert [float(dot.get("cx")) for dot in dots(panel, ink)] == pytest.approx(
                list(map(middle, plain)), abs=0.1
            )


def test_of_many_frames_each_has_its_point_and_a_picture_stands_for_its_neighbours():
    first, second = parsed(make_explanation(40))
    assert (len(dots(first, HEAT)), len(dots(second, HEAT))) == (20, 20)
    # 20 frames below 8 pictures: two and a half points below each
    left = min(middle(image) for image in first.iter(f"{SVG}image"))
    width = float(next(first.iter(f"{SVG}image")).get("width")) + 2
    assert float(dots(first, HEAT)[0].get("cx")) - left == pytest.approx(width * (0.5 / 2.5 - 0.5), abs=0.2)


@pytest.mark.parametrize("ink", [HEAT, LOSS])
def test_all_panels_have_one_scale_on_which_more_is_higher(ink):
    record = make_explanation(16)
    heights = [float(dot.get("cy")) for panel in parsed(record) for dot in dots(panel, ink)]
    values = [frame.share if ink is HEAT else frame.lost for frame in record.frames]
    slope, offset = np.polyfit(values, heights, 1)
    assert slope < 0
    np.testing.assert_allclose(heights, slope * np.array(values) + offset, atol=0.1)


def test_lines_go_on_from_one_panel_to_the_next():
    record = make_explanation(16)
    ends = []
    for panel in parsed(record):
        line = next(one for one in panel.iter(f"{SVG}polyline") if one.get("stroke") == HEAT.light)
        ends.append([tuple(map(float, point.split(","))) for point in line.get("points").split()])
    assert ends[0][-1][1] == ends[1][0][1]
    assert (len(ends[0]), len(ends[1])) == (9, 9)


def test_what_is_not_known_has_no_point():
    frames = tuple(FrameHeat(share=nan, lost=nan if place < 3 else 0.1) for place in range(8))
    (panel,) = parsed(make_explanation(8, frames=frames))
    assert (dots(panel, HEAT), len(dots(panel, LOSS))) == ([], 5)
    assert "nan" not in strip_panels(make_explanation(8, frames=frames))[0]
    assert all(isnan(frame.share) for frame in frames)


def test_next_to_nothing_looks_like_nothing():
    frames = tuple(FrameHeat(share=1 / 8, lost=1e-6 * place) for place in range(8))
    (panel,) = parsed(make_explanation(8, frames=frames))
    heights = [float(dot.get("cy")) for dot in dots(panel, LOSS)]
    assert max(heights) - min(heights) < 0.2


def test_heat_is_redder_and_less_transparent_where_it_is_hotter():
    image = Image.open(BytesIO(b64decode(heat_picture(((0.0, 0.3), (0.6, 1.0))).png)))
    pixels = np.asarray(image).reshape(4, 4).astype(int)
    assert image.mode == "RGBA"
    assert pixels[0, 3] == 0
    assert (np.diff(pixels[:, 3]) > 0).all()
    assert (np.diff(pixels[:, 1]) < 0).all()


def test_the_whole_strip_is_one_file_with_all_panels():
    record = make_explanation(16)
    whole = ET.fromstring(whole_strip(record))
    assert len(list(whole.iter(f"{SVG}image"))) == 3 * 16
    heights = [float(panel.get("viewBox").split()[3]) for panel in parsed(record)]
    assert float(whole.get("viewBox").split()[3]) > sum(heights)
