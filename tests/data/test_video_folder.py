import pytest

from netwright.data.video_folder import read_video_folder
from netwright.records.errors import DataError


@pytest.fixture
def folder(tmp_path):
    def make(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return make


def test_videos_are_taken_from_class_folders(folder):
    root = folder("train/run/a.MP4", "train/walk/b.avi", "train/walk/c.txt", "val/run/d.webm", "val/walk/deep/e.mkv")
    layout = read_video_folder(root)
    assert layout.classes == ("run", "walk")
    assert [(video.path.name, video.label) for video in (*layout.train, *layout.test)] == [
        ("a.MP4", 0),
        ("b.avi", 1),
        ("d.webm", 0),
        ("e.mkv", 1),
    ]
    # nothing is known of recordings: each is its own
    assert len({video.origin for video in (*layout.train, *layout.test)}) == 4
    assert layout.notes == (
        f"1 files are no videos by their suffix and were left aside, such as {root}/train/walk/c.txt",
    )


def test_a_folder_of_another_layout_is_told_how_to_write_it(folder):
    with pytest.raises(DataError, match=r"has no folder train; expected .*/train/CLASS/VIDEO"):
        read_video_folder(folder("run/a.mp4"))
