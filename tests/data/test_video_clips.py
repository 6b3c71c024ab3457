import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from netwright.data import clip_decoding, video_clips
from netwright.data.checks import check_dataset
from netwright.data.fingerprint import fingerprint
from netwright.data.video_clip import read_clips
from netwright.data.video_clips import load
from netwright.data.video_writer import write_video
from netwright.data.videos_address import read_videos_address
from netwright.machine.progress import Silent
from netwright.records.errors import DataError, StorageError
from netwright.records.scenario import Design

CLASSES = ("jump", "walk")


def picture(seed, count=6):
    return np.random.default_rng(seed).integers(0, 256, (count, 20, 24, 3), dtype=np.uint8)


@pytest.fixture
def tree(tmp_path):
    """Twelve training and four test videos in class folders."""
    root = tmp_path / "videos"
    places = [(part, name, i) for part, count in (("train", 6), ("test", 2)) for name in CLASSES for i in range(count)]
    for seed, (part, name, number) in enumerate(places):
        path = root / part / name / f"{number}.avi"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_video(path, picture(seed))
    return root


def loaded(text):
    return load(read_videos_address(text), Silent())


def test_clips_labels_files_and_origins(tree):
    text = f"videos:{tree}?frames=4&size=16"
    dataset = loaded(text)
    assert (dataset.name, dataset.shape, dataset.classes) == (text, (3, 4, 16, 16), CLASSES)
    assert dataset.train_labels.tolist() == [0] * 6 + [1] * 6
    assert dataset.test_labels.tolist() == [0, 0, 1, 1]
    assert dataset.train_files[7] == str(tree / "train/walk/1.avi")
    form = video_clips._form(read_videos_address(text), 1)
    expected = read_clips(tree / "train/walk/1.avi", form).clips[0]
    np.testing.assert_array_equal(dataset.train_clips[7].numpy(), expected)
    origins = torch.cat([dataset.train_origins, dataset.test_origins])
    assert sorted(origins.tolist()) == list(range(16))
    assert check_dataset(dataset, Design(sizes=(4, 8), validation=2)) == ()


def test_the_fingerprint_is_that_of_the_content_and_known_afterwards(tree, monkeypatch):
    dataset = loaded(f"videos:{tree}?frames=4&size=16")
    names = ("train_clips", "train_labels", "test_clips", "test_labels", "train_origins", "test_origins")
    assert dataset.fingerprint == fingerprint({name: getattr(dataset, name) for name in names}, CLASSES)
    seen = []

    def counting(arrays, classes):
        seen.append(sorted(arrays))
        return fingerprint(arrays, classes)

    monkeypatch.setattr(video_clips, "fingerprint", counting)
    assert loaded(f"videos:{tree}?frames=4&size=16").fingerprint == dataset.fingerprint
    assert not any("train_clips" in arrays for arrays in seen)


def test_a_changed_clip_file_changes_the_fingerprint(tree, cache):
    first = loaded(f"videos:{tree}?frames=4&size=16").fingerprint
    (file,) = cache.glob("videos/*/training.safetensors")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(1, 1))
    assert loaded(f"videos:{tree}?frames=4&size=16").fingerprint != first


def test_it_is_decoded_once_until_a_video_changes(tree, monkeypatch):
    first = loaded(f"videos:{tree}?frames=4&size=16")
    with monkeypatch.context() as patch:
        patch.setattr(clip_decoding, "read_clips", None)
        assert loaded(f"videos:{tree}?frames=4&size=16").fingerprint == first.fingerprint
    write_video(tree / "train/walk/1.avi", picture(99))
    second = loaded(f"videos:{tree}?frames=4&size=16")
    same = (second.train_clips == first.train_clips).flatten(1).all(1).tolist()
    assert same == [number != 7 for number in range(12)]


def test_several_clips_of_a_training_video_share_label_and_origin(tree):
    dataset = loaded(f"videos:{tree}?frames=2&size=16&stride=1&clips=3")
    assert (len(dataset.train_clips), len(dataset.test_clips)) == (36, 4)
    assert dataset.train_labels.tolist() == [0] * 18 + [1] * 18
    assert dataset.train_origins.unique(return_counts=True)[1].tolist() == [3] * 12
    assert dataset.train_files[3:6] == (str(tree / "train/jump/1.avi"),) * 3


def test_broken_videos_are_left_out_counted_and_listed(tree):
    broken, cut = tree / "train/jump/1.avi", tree / "test/walk/0.avi"
    broken.write_bytes(b"")
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
    dataset = loaded(f"videos:{tree}?frames=2&size=16")
    assert len(dataset.train_clips) == len(dataset.train_labels) == len(dataset.train_files) == 11
    assert str(broken) not in dataset.train_files
    left_out, short = dataset.notes
    assert left_out == (f"1 of 12 training videos could not be used and were left out: {broken}: it is empty, 0 bytes")
    assert short.startswith(f"1 of 4 test videos end in damage, and the frames before it were used: {cut}: it is ")
    assert loaded(f"videos:{tree}?frames=2&size=16").notes == dataset.notes


def test_too_many_broken_videos_are_an_error_that_names_them(tree):
    for number in (1, 3):
        (tree / f"train/jump/{number}.avi").write_bytes(b"no video")
    with pytest.raises(DataError, match="2 of 12 training videos cannot be used, more than 10%:") as caught:
        loaded(f"videos:{tree}?frames=2&size=16")
    assert f"{tree / 'train/jump/3.avi'}: it cannot be opened" in str(caught.value)


def test_a_part_of_which_nothing_can_be_used_is_an_error(tree):
    for path in (tree / "test").rglob("*.avi"):
        path.write_bytes(b"")
    with pytest.raises(DataError, match="4 of 4 test videos cannot be used, more than 10%:"):
        loaded(f"videos:{tree}?frames=2&size=16")


def test_a_class_of_which_nothing_is_left_is_an_error(tree):
    for name in ("hop", *CLASSES):
        for number in range(6, 14):
            path = tree / f"train/{name}/{number}.avi"
            path.parent.mkdir(exist_ok=True)
            write_video(path, picture(number))
    for path in (tree / "train/hop").iterdir():
        if path.name != "6.avi":
            path.unlink()
    (tree / "train/hop/6.avi").write_bytes(b"no video")
    with pytest.raises(DataError, match="no training video of hop can be used"):
        loaded(f"videos:{tree}?frames=2&size=16")


@pytest.mark.parametrize("layout", ["ucf101", "hmdb51", "kinetics"])
def test_other_layouts_are_loaded_with_their_origins(tmp_path, layout):
    root = tmp_path / layout
    (root / "train/a").mkdir(parents=True)
    (root / "val/a").mkdir(parents=True)
    (root / "a").mkdir()
    if layout == "ucf101":
        names = ("a/v_a_g01_c01.avi", "a/v_a_g01_c02.avi", "a/v_a_g02_c01.avi")
        (root / "classInd.txt").write_text("1 a\n")
        (root / "trainlist01.txt").write_text(f"{names[0]} 1\n{names[1]} 1\n")
        (root / "testlist01.txt").write_text(f"{names[2]}\n")
    elif layout == "hmdb51":
        names = tuple(f"a/{film}_a_f_cm_np1_le_med_{i}.avi" for i, film in enumerate(("Film", "Film", "Zoo")))
        parts = (f"{name.removeprefix('a/')} {part}\n" for name, part in zip(names, (1, 1, 2), strict=True))
        (root / "a_test_split1.txt").write_text("".join(parts))
    else:
        names = ("train/a/x_000000_000010.avi", "train/a/x_000010_000020.avi", "val/a/y_000000_000010.avi")
        lines = ("label,youtube_id,time_start,time_end,split", "a,x,0,10,train", "a,x,10,20,train", "a,y,0,10,val")
        (root / "all.csv").write_text("\n".join(lines))
    for seed, name in enumerate(names):
        write_video(root / name, picture(seed))
    dataset = loaded(f"videos:{root}?layout={layout}&frames=2&size=16")
    assert dataset.train_origins.tolist() == [0, 0]
    assert dataset.test_origins.tolist() == [1]
    assert dataset.train_files == tuple(str(root / name) for name in names[:2])


def test_several_may_load_at_once(tree, monkeypatch):
    # a lock holds threads apart as it holds processes: each opens the file for itself
    counted = []
    real = clip_decoding.read_clips

    def counting(path, *arguments):
        counted.append(path)
        return real(path, *arguments)

    monkeypatch.setattr(clip_decoding, "read_clips", counting)
    with ThreadPoolExecutor(3) as pool:
        told = [dataset.fingerprint for dataset in pool.map(loaded, [f"videos:{tree}?frames=4&size=16"] * 3)]
    assert len(set(told)) == 1
    assert sorted(counted) == sorted(tree.rglob("*.avi"))


def test_a_cache_that_cannot_be_written_is_told(tree, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="set NETWRIGHT_CACHE to a folder"):
        loaded(f"videos:{tree}?frames=4&size=16")
