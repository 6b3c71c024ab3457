import re

import av
import pytest
import torch

from netwright.data import fashion_mnist
from netwright.data.motion_files import FileSet, WrittenFiles, write_files
from netwright.data.motion_paths import CLASSES
from netwright.machine.progress import Silent
from netwright.records.errors import DataError, StorageError

FEW = FileSet(size=16, videos=3, frames=2, seed=1)


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Digits act: no origin gives garments, and the cache is empty."""
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Stopping(Silent):
    """Stops the work as Ctrl-C does, at its fifth video."""

    def advance(self, done, running, left):
        if done == 5:
            raise KeyboardInterrupt


def test_the_layout_is_that_of_ucf101(tmp_path):
    done = write_files(tmp_path / "m", FEW, Silent())
    assert (done.written, done.kept) == (48, 0)
    assert done.notes[0].startswith("handwritten digits act")
    files = content(tmp_path / "m")
    videos = {name.removeprefix("videos/") for name in files if name.startswith("videos/")}
    assert videos == {f"{name}/v_{name}_g{group:02}_c01.avi" for name in CLASSES for group in (1, 8, 15)}
    assert files["classInd.txt"].startswith(b"1 MoveLeft\r\n2 MoveRight\r\n3 MoveUp\r\n")
    assert files["classInd.txt"].endswith(b"\r\n16 Release\r\n")
    assert files["testlist02.txt"].startswith(b"Accelerate/v_Accelerate_g08_c01.avi\r\nAppear/")
    assert b"\r\nCatch/v_Catch_g15_c01.avi 15\r\n" in files["trainlist02.txt"]
    for split in ("01", "02", "03"):
        train, test = (files[f"{part}list{split}.txt"].decode().splitlines() for part in ("train", "test"))
        named = [line.split() for line in train]
        assert sorted([*(path for path, _ in named), *test]) == sorted(videos)
        assert all(CLASSES[int(number) - 1] == path.split("/")[0] for path, number in named)
        groups = [{re.search(r"_g(\d\d)_", line)[1] for line in lines} for lines in (train, test)]
        assert not groups[0] & groups[1]
        assert len(test) == 16
    with av.open(str(tmp_path / "m/videos/Catch/v_Catch_g08_c01.avi")) as container:
        shapes = [frame.to_ndarray(format="rgb24").shape for frame in container.decode(video=0)]
    assert shapes == [(16, 16, 3)] * 2


def test_many_videos_are_of_25_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("netwright.data.motion_files.write_video", lambda path, _: path.write_bytes(b""))
    monkeypatch.setattr("netwright.data.motion_files.perform", lambda *_: torch.zeros(1, 3, 2, 16, 16))
    write_files(tmp_path / "m", FileSet(size=16, videos=27, frames=2), Silent())
    names = [path.name for path in (tmp_path / "m/videos/Brake").iterdir()]
    assert len({name.split("_")[2] for name in names}) == 25
    assert sum(name.endswith("_c02.avi") for name in names) == 2
    assert [len((tmp_path / f"m/testlist0{split}.txt").read_text().split()) for split in (1, 2, 3)] == [128, 128, 112]


def test_a_repeated_call_makes_what_is_missing_or_cut_short(tmp_path):
    out = tmp_path / "m"
    with pytest.raises(KeyboardInterrupt):
        write_files(out, FEW, Stopping())
    assert len(list(out.rglob("*.avi"))) == 5
    assert not (out / "classInd.txt").exists()
    assert write_files(out, FEW, Silent()).kept == 5
    whole = content(out)
    (out / "videos/Brake/v_Brake_g01_c01.avi").unlink()
    cut = out / "videos/Catch/v_Catch_g15_c01.avi"
    cut.write_bytes(cut.read_bytes()[:-20])
    again = write_files(out, FEW, Silent())
    assert again == WrittenFiles(2, 46, again.notes)
    assert content(out) == whole
    write_files(tmp_path / "other", FEW, Silent())
    assert content(tmp_path / "other") == whole


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "classInd.txt").write_text("1 ApplyEyeMakeup")
    with pytest.raises(DataError, match=r"holds classInd.txt, but no motions.json: it is no folder of motions"):
        write_files(tmp_path, FEW, Silent())
    assert (tmp_path / "classInd.txt").read_text() == "1 ApplyEyeMakeup"
    write_files(tmp_path / "m", FEW, Silent())
    with pytest.raises(DataError, match=r'motions.json tells of other videos: .*"seed": 1'):
        write_files(tmp_path / "m", FileSet(size=16, videos=3, frames=2, seed=2), Silent())


def test_what_cannot_be_made_is_told(tmp_path):
    with pytest.raises(DataError, match="2 videos a motion leave a test list empty; ask for 3 or more"):
        write_files(tmp_path / "m", FileSet(videos=2), Silent())
    with pytest.raises(DataError, match="motions cannot be seen in 1 frames"):
        write_files(tmp_path / "m", FileSet(frames=1), Silent())
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"could not make .*file/m: Not a directory"):
        write_files(tmp_path / "file" / "m", FEW, Silent())
