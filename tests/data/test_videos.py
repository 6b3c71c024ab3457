import dataclasses

import pytest
import torch

from netwright.data.keep import kept
from netwright.data.videos import VideoDataset, make_video_dataset
from netwright.records.errors import DataError

CLIPS = torch.randint(0, 256, (5, 3, 4, 6, 7), generator=torch.Generator().manual_seed(0)).to(torch.uint8)


def videos(train, test, **more):
    """Return the clips of two lists of numbers; the label of a clip is its number modulo 2."""
    parts = [(CLIPS[list(part)], torch.tensor(part) % 2) for part in (train, test)]
    return make_video_dataset("toy", *parts, more.pop("classes", ("left", "right")), **more)


def test_inputs_are_the_chosen_clips_as_bytes():
    dataset = videos([0, 1, 2], [3, 4])
    assert torch.equal(dataset.train_inputs(torch.tensor([2, 0])), CLIPS[[2, 0]])
    assert torch.equal(dataset.test_inputs(torch.tensor([1])), CLIPS[[4]])
    assert dataset.train_inputs(torch.tensor([0])).dtype == torch.uint8
    assert (dataset.shape, dataset.samples, dataset.features) == ((3, 4, 6, 7), "videos", ())
    assert dataset.leaks() == ()


def test_a_dataset_is_frozen_and_has_no_groups():
    dataset = videos([0], [1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"
    with pytest.raises(DataError, match="toy has no column of groups, but group = 'age'"):
        dataset.groups("age")


def test_the_fingerprint_is_that_of_clips_labels_origins_and_classes():
    origins = (torch.tensor([5, 6]), torch.tensor([7]))
    first = videos([0, 1], [2])
    assert first.fingerprint == videos([0, 1], [2], notes=("a note",)).fingerprint
    others = (
        videos([1, 0], [2]), videos([0, 1], [3]), videos([0, 1], [2], classes=("up", "down")),
        videos([0, 1], [2], origins=origins), videos([0, 1], [2], origins=(origins[0] + 1, origins[1])),
    )  # fmt: skip
    assert len({first.fingerprint, *(dataset.fingerprint for dataset in others)}) == 6


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"origins": (torch.tensor([5, 6]), torch.tensor([7])), "notes": ("synthetic",)},
        {"files": (("a.avi", "b.avi"), ("c.avi",))},
    ],
)
def test_the_cache_gives_back_the_same_data_set(more):
    made = videos([0, 1], [2], **more)
    assert kept("toy", "1", VideoDataset, lambda: made) is made
    read = kept("toy", "1", VideoDataset, lambda: pytest.fail("it was not in the cache"))
    for field in dataclasses.fields(VideoDataset):
        first, second = getattr(made, field.name), getattr(read, field.name)
        assert torch.equal(first, second) if isinstance(first, torch.Tensor) else first == second


def test_equal_clips_in_both_parts_are_told_and_equal_files_are_an_error():
    (note,) = videos([0, 1], [2, 1]).leaks()
    assert note == "1 of 2 test videos of toy stand in its training part too, byte for byte: accuracy is flattered"
    with pytest.raises(DataError, match=r"1 of 2 test videos of toy are also training videos:\n  d.avi = b.avi\n"):
        videos([0, 1], [2, 1], files=(("a.avi", "b.avi"), ("c.avi", "d.avi"))).leaks()


def test_origins_in_both_parts_are_told():
    (note,) = videos([0, 1], [2, 3, 4], origins=(torch.tensor([8, 9]), torch.tensor([9, 9, 1]))).leaks()
    assert note.startswith("2 of 3 test videos of toy are of 1 origins (recordings, actors)")


def test_parts_that_do_not_fit_are_told():
    labels = torch.tensor([0, 1])
    good = CLIPS[:2], labels
    names = ("x", "y")
    with pytest.raises(DataError, match="the test part of it has 2 clips but 1 labels"):
        make_video_dataset("it", good, (CLIPS[:2], labels[:1]), names)
    with pytest.raises(DataError, match="the training part of it has 2 clips but 1 origins"):
        make_video_dataset("it", good, good, names, origins=(labels[:1], labels))
    with pytest.raises(DataError, match="the test part of it has 2 clips but 3 files"):
        make_video_dataset("it", good, good, names, files=((), ("a", "b", "c")))
    with pytest.raises(DataError, match=r"the clips in the test part of it are torch.float32 .* give bytes"):
        make_video_dataset("it", good, (CLIPS[:2].float(), labels), names)
    with pytest.raises(DataError, match=r"the clips in the training part of it are torch.uint8 \(2, 2, 4, 6, 7\)"):
        make_video_dataset("it", (CLIPS[:2, :2], labels), good, names)
    with pytest.raises(DataError, match=r"a training clip of it is \(3, 4, 6, 7\), a test clip \(3, 2, 6, 7\)"):
        make_video_dataset("it", good, (CLIPS[:2, :, :2], labels), names)
