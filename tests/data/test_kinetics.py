import pytest

from netwright.data.kinetics import read_kinetics
from netwright.records.errors import DataError

HEAD = "label,youtube_id,time_start,time_end,split"
TRAIN = ("abseiling,aaaaaaaaaaa,10,20,train", '"riding a bike, fast",-bbbbbbbbbb,0,10,train')
TEST = ("abseiling,ccccccccccc,3,13,validate", '"riding a bike, fast",ddddddddddd,7,17,validate')
FILES = (
    "train/abseiling/aaaaaaaaaaa_000010_000020.mp4",
    "train/riding_a_bike,_fast/-bbbbbbbbbb_000000_000010.mkv",
    "val/ccccccccccc_000003_000013.mp4",
    "val/riding a bike, fast/ddddddddddd.webm",
)


@pytest.fixture
def copy(tmp_path):
    def make(train=TRAIN, test=TEST, files=FILES, place="annotations", head=HEAD, more=None):
        root = tmp_path / "kinetics"
        (root / place).mkdir(parents=True, exist_ok=True)
        for name, lines in {"train": train, "validate": test, **(more or {})}.items():
            (root / place / f"{name}.csv").write_text("".join(f"{line}\n" for line in (head, *lines)))
        for name in files:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        return root

    return make


@pytest.mark.parametrize("place", ["annotations", "."])
def test_clips_are_found_however_their_files_are_kept(copy, place):
    root = copy(place=place)
    layout = read_kinetics(root)
    assert (layout.classes, layout.notes) == (("abseiling", "riding a bike, fast"), ())
    assert [str(video.path.relative_to(root)) for video in (*layout.train, *layout.test)] == list(FILES)
    assert [(video.label, video.origin) for video in layout.train] == [(0, "aaaaaaaaaaa"), (1, "-bbbbbbbbbb")]
    assert [video.label for video in layout.test] == [0, 1]


def test_a_partial_copy_works_with_a_note(copy):
    layout = read_kinetics(copy(files=FILES[1:]))
    assert len(layout.train) == 1
    assert "1 of 2 videos of split train" in layout.notes[0]
    assert "train/abseiling/aaaaaaaaaaa_000010_000020.mp4" in layout.notes[0]


def test_the_test_part_is_told_where_there_are_two(copy):
    more = {"test": ("abseiling,eeeeeeeeeee,1,11,test",)}
    layout = read_kinetics(copy(more=more, files=(*FILES, "test/eeeeeeeeeee_000001_000011.mp4")))
    assert [video.origin for video in layout.test] == ["ccccccccccc", "ddddddddddd"]
    assert layout.notes == ("split test was not used: the test part is validate",)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            {"head": "label,youtube_id,time_start"},
            "line 1: the columns are label,youtube_id,time_start, expected label",
        ),
        ({"train": ("abseiling,aaaaaaaaaaa,10",)}, "train.csv, line 2: found 'abseiling,aaaaaaaaaaa,10', expected 5"),
        ({"train": ("abseiling,aaaaaaaaaaa,x,20,train",)}, "train.csv, line 2: time_start is 'x', expected seconds"),
        (
            {"test": (TEST[0], "abseiling,a,1,11,dev")},
            "validate.csv, line 3: the split is 'dev', expected one of train",
        ),
        ({"train": (TRAIN[0], TRAIN[0])}, "stands twice in the training part"),
        ({"files": FILES[2:]}, "none of the 2 videos of split train"),
    ],
)
def test_wrong_lists_are_told_with_their_line(copy, change, found):
    with pytest.raises(DataError) as caught:
        read_kinetics(copy(**change))
    assert found in str(caught.value)


def test_a_folder_without_a_list_is_told(tmp_path):
    with pytest.raises(DataError, match="has no list label,youtube_id"):
        read_kinetics(tmp_path)
