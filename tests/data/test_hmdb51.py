import pytest

from netwright.data.hmdb51 import read_hmdb51
from netwright.records.errors import DataError

LISTS = {
    "brush_hair": ("Film_brush_hair_u_nm_np1_ba_goo_0.avi 1 ", "April_brush_hair_u_nm_np1_ba_goo_1.avi 2 "),
    "wave": (
        "Film_wave_f_cm_np2_le_med_0.avi 1 ",
        "own name.avi 1 ",
        "Zoo_wave_u_nm_np1_fr_bad_3.avi 2 ",
        "Zoo_wave_u_nm_np1_fr_bad_4.avi 0 ",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """A maker of a copy: lists of split 2, and empty files for the videos of all lists but those left out."""

    def make(lists=LISTS, place="testTrainMulti_7030_splits", lost=()):
        root = tmp_path / "hmdb"
        (root / place).mkdir(parents=True, exist_ok=True)
        for name, lines in lists.items():
            (root / place / f"{name}_test_split2.txt").write_text("".join(f"{line}\n" for line in lines))
            (root / "hmdb51_org" / name).mkdir(parents=True, exist_ok=True)
            for line in lines:
                if line not in lost:
                    (root / "hmdb51_org" / name / line.strip().rpartition(" ")[0]).touch()
        return root

    return make


@pytest.mark.parametrize("place", ["testTrainMulti_7030_splits", "splits", "."])
def test_parts_classes_and_films(copy, place):
    root = copy(place=place)
    layout = read_hmdb51(root, split=2)
    assert (layout.classes, layout.notes) == (("brush_hair", "wave"), ())
    assert [(video.label, video.origin) for video in layout.train] == [
        (0, "Film"),
        (1, "Film"),
        (1, "wave/own name.avi"),
    ]
    assert [(video.path.name, video.origin) for video in layout.test] == [
        ("April_brush_hair_u_nm_np1_ba_goo_1.avi", "April"),
        ("Zoo_wave_u_nm_np1_fr_bad_3.avi", "Zoo"),
    ]
    assert layout.train[0].path == root / "hmdb51_org/brush_hair/Film_brush_hair_u_nm_np1_ba_goo_0.avi"


def test_a_partial_copy_works_with_a_note(copy):
    layout = read_hmdb51(copy(lost=LISTS["wave"][:1]), split=2)
    assert len(layout.train) == 2
    assert "1 of 3 videos of the training part" in layout.notes[0]


def test_sizes_that_differ_from_the_published_split_are_told(copy):
    lists = {f"class{number}": ("a.avi 1", "b.avi 2") for number in range(51)}
    (note,) = read_hmdb51(copy(lists), split=2).notes
    assert "lists 51 training and 51 test videos, the published split 3570 and 1530" in note


@pytest.mark.parametrize("line", ["a.avi 3", "a.avi", "1", "a.avi one"])
def test_wrong_lines_are_told(copy, line):
    with pytest.raises(DataError, match=rf"wave_test_split2.txt, line 2: found '{line}'"):
        read_hmdb51(copy(LISTS | {"wave": ("b.avi 1", line)}), split=2)


def test_a_video_in_two_lines_is_told(copy):
    with pytest.raises(DataError, match="stands in the training and the test part"):
        read_hmdb51(copy(LISTS | {"wave": ("b.avi 1", "b.avi 2")}), split=2)


def test_missing_lists_are_told(copy):
    with pytest.raises(DataError, match="has no lists of split 1"):
        read_hmdb51(copy(), split=1)
