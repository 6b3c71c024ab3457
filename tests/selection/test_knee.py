import numpy as np
import pytest

from netwright.selection.knee import knee_distances


def test_in_two_qualities_it_is_the_distance_from_the_line_through_the_ends():
    points = np.array([[1.0, 0.0], [0.9, 0.6], [0.5, 0.7], [0.0, 1.0]])
    # from the line x + y = 1
    expected = [(x + y - 1) / np.sqrt(2) for x, y in points.tolist()]
    assert knee_distances(points) == pytest.approx(expected)


def test_in_three_it_is_the_distance_from_the_plane_through_the_three_ends():
    points = np.vstack([np.eye(3), [[0.6, 0.6, 0.6]], [[0.2, 0.2, 0.2]]])
    expected = [(sum(point) - 1) / np.sqrt(3) for point in points.tolist()]
    assert knee_distances(points) == pytest.approx(expected)


def test_one_member_that_is_best_in_two_qualities_still_leaves_a_plane():
    points = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.8, 0.7, 0.8]])
    distances = knee_distances(points)
    assert distances[:2] == pytest.approx([0.0, 0.0], abs=1e-12)
    # the normal is at right angles to the line between the two ends, and points to better values in every quality
    normal = np.array([0.5, 0.5, 1.0]) / np.sqrt(1.5)
    assert distances[2] == pytest.approx(float(normal @ (points[2] - points[0])))
    assert distances[2] > 0


def test_the_distances_do_not_depend_on_the_order():
    points = np.random.default_rng(0).random((6, 3))
    order = [3, 1, 5, 0, 2, 4]
    assert knee_distances(points[order]) == pytest.approx(knee_distances(points)[order])


@pytest.mark.parametrize(
    "points",
    [[[1.0, 0.0], [0.0, 1.0]], [[1.0], [0.5], [0.2]], [[1.0, np.nan], [0.5, 0.5], [0.2, 1.0]], np.empty((0, 2))],
)
def test_where_there_is_no_knee_there_is_no_distance(points):
    assert np.isnan(knee_distances(np.array(points))).all()


def test_duplicates_of_an_end_stand_where_the_end_stands():
    distances = knee_distances(np.array([[1.0, 0.0], [1.0, -0.0], [0.0, 1.0], [0.8, 0.8]]))
    assert distances[:3] == pytest.approx([0.0, 0.0, 0.0])
    assert distances[3] > 0


def test_all_equal_members_lie_in_the_plane():
    assert knee_distances(np.full((4, 2), 0.5)) == pytest.approx([0.0] * 4)
