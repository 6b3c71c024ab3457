import pytest

from netwright.data.ucf101 import PUBLISHED, read_ucf101
from netwright.records.errors import DataError

CLASSES = ("ApplyEyeMakeup", "HandstandPushups")
TRAIN = (
    "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1",
    "HandstandPushups/v_HandStandPushups_g08_c01.avi 2",
    "HandstandPushups/v_HandStandPushups_g08_c02.avi 2",
)
TEST = ("ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi", "HandstandPushups/v_HandStandPushups_g01_c01.avi")


@pytest.fixture
def copy(tmp_path):
    """A maker of a copy: lists with the line ends of the published ones, and empty files for their videos."""

    def make(classes=CLASSES, train=TRAIN, test=TEST, videos=None, lists="ucfTrainTestlist", home="UCF-101"):
        root = tmp_path / "ucf"
        (root / lists).mkdir(parents=True, exist_ok=True)
        index = [f"{number} {name}" if " " not in name else name for number, name in enumerate(classes, 1)]
        for name, lines in (("classInd", index), ("trainlist01", train), ("testlist01", test)):
            (root / lists / f"{name}.txt").write_bytes("".join(f"{line}\r\n" for line in lines).encode())
        for line in (*train, *test) if videos is None else videos:
            path = root / home / line.split(" ")[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return root

    return make


@pytest.mark.parametrize(("lists", "home"), [("ucfTrainTestlist", "UCF-101"), (".", "."), ("ucfTrainTestlist", ".")])
def test_the_class_is_the_folder_and_the_origin_its_group(copy, lists, home):
    root = copy(lists=lists, home=home)
    layout = read_ucf101(root)
    assert (layout.classes, layout.notes) == (CLASSES, ())
    assert [(video.label, video.origin) for video in layout.train] == [
        (0, "ApplyEyeMakeup g08"),
        (1, "HandstandPushups g08"),
        (1, "HandstandPushups g08"),
    ]
    assert [(video.label, video.origin) for video in layout.test] == [
        (0, "ApplyEyeMakeup g01"),
        (1, "HandstandPushups g01"),
    ]
    assert layout.train[1].path == root / home / "HandstandPushups/v_HandStandPushups_g08_c01.avi"


def test_lists_beside_the_videos_are_found(copy):
    assert len(read_ucf101(copy() / "UCF-101").train) == 3


def test_a_partial_copy_works_with_a_note(copy):
    layout = read_ucf101(copy(videos=(TRAIN[0], TRAIN[2], *TEST)))
    assert len(layout.train) == 2
    (note,) = layout.notes
    assert "a partial copy: 1 of 3 videos of" in note
    assert "v_HandStandPushups_g08_c01.avi" in note


def test_sizes_that_differ_from_the_published_split_are_told(copy):
    classes = tuple(f"Class{number}" for number in range(101))
    train = tuple(f"{name}/v_{name}_g02_c01.avi {number}" for number, name in enumerate(classes, 1))
    test = tuple(f"{name}/v_{name}_g01_c01.avi" for name in classes)
    (note,) = read_ucf101(copy(classes, train, test)).notes
    assert "lists 101 training and 101 test videos, the published split 9537 and 3783" in note
    assert [sum(sizes) for sizes in PUBLISHED.values()] == [13_320] * 3


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"classes": ("ApplyEyeMakeup", "3 HandstandPushups")}, "classInd.txt, line 2: found '3 HandstandPushups'"),
        ({"classes": ("ApplyEyeMakeup", "2 ApplyEyeMakeup")}, "line 2: the class 'ApplyEyeMakeup' stands there twice"),
        ({"train": (*TRAIN, "Handstand/v_Handstand_g01_c01.avi 2")}, "trainlist01.txt, line 4: the class 'Handstand'"),
        (
            {"train": (*TRAIN, "ApplyEyeMakeup/v_g01_c07.avi 2")},
            "line 4: ApplyEyeMakeup has the number 2 here and 1 in",
        ),
        ({"test": ("v_ApplyEyeMakeup_g01_c01.avi",)}, "testlist01.txt, line 1: found 'v_ApplyEyeMakeup_g01_c01.avi'"),
        ({"test": (TRAIN[0].removesuffix(" 1"),)}, "stands in the training and the test part"),
        ({"train": (*TRAIN, TRAIN[0])}, "stands twice in the training part"),
        ({"videos": TEST}, "none of the 3 videos of"),
        ({"test": (), "videos": TRAIN}, "none of the 0 videos of"),
    ],
)
def test_wrong_lists_are_told_with_their_line(copy, change, found):
    root = copy(**change)
    with pytest.raises(DataError) as caught:
        read_ucf101(root)
    assert found in str(caught.value)
    assert str(root) in str(caught.value)


def test_missing_lists_are_told(copy, tmp_path):
    root = copy()
    with pytest.raises(DataError, match=r"testlist02|trainlist02"):
        read_ucf101(root, split=2)
    (root / "ucfTrainTestlist/classInd.txt").unlink()
    with pytest.raises(DataError, match="has no list of classes; looked for"):
        read_ucf101(root)
    with pytest.raises(DataError, match="does not exist"):
        read_ucf101(tmp_path / "nowhere")
