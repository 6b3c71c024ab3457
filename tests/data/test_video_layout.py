from pathlib import Path

import pytest

from netwright.data.video_layout import LabelledVideo, check_apart, differing_sizes, find_file, present, written_lines
from netwright.records.errors import DataError


def test_lines_of_any_system_are_numbered_as_in_an_editor(tmp_path):
    file = tmp_path / "list.txt"
    file.write_bytes(b"\xef\xbb\xbfone \r\n\r\n two\nthree")
    assert written_lines(file) == [(1, "one"), (3, "two"), (4, "three")]


def test_lists_that_cannot_be_read_are_told(tmp_path):
    file = tmp_path / "list.txt"
    file.write_bytes(b"ok\n\xff\xfe")
    with pytest.raises(DataError, match="is no UTF-8 text at byte 3"):
        written_lines(file)
    with pytest.raises(DataError, match=r"cannot be read: No such file"):
        written_lines(tmp_path / "none.txt")


def test_the_first_place_with_the_file_is_taken(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b/x.txt").touch()
    (tmp_path / "x.txt").touch()
    assert find_file(tmp_path, ("a", "b", "."), "x.txt", "list") == tmp_path / "b/x.txt"
    with pytest.raises(DataError, match=r"has no list; looked for .*/a/y.txt, .*/y.txt"):
        find_file(tmp_path, ("a", "."), "y.txt", "list")
    with pytest.raises(DataError, match="is a file"):
        find_file(tmp_path / "x.txt", (".",), "y.txt", "list")


def test_videos_are_apart_and_present(tmp_path):
    videos = [LabelledVideo(tmp_path / name, 0, name) for name in ("a", "b", "c")]
    check_apart(videos[:2], videos[2:], "lists")
    with pytest.raises(DataError, match=r"/b stands in the training and the test part of lists"):
        check_apart(videos[:2], videos[1:], "lists")
    videos[1].path.touch()
    there, notes = present(videos, "the list")
    assert there == (videos[1],)
    assert notes == (f"a partial copy: 2 of 3 videos of the list are not there, such as {Path(tmp_path, 'a')}",)


def test_published_sizes_give_no_note():
    assert differing_sizes("split 1", (3, 2), (3, 2)) == ()
    assert "published" in differing_sizes("split 1", (3, 1), (3, 2))[0]
