"""Which answers of a study are explained, and how a file becomes what a model takes."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from netwright.anatomy.explanation import Subject
from netwright.data.clip_sampling import EvenSampling, StridedSampling
from netwright.data.frame_form import CentreSquare
from netwright.data.images import make_image_dataset, to_inputs
from netwright.data.video_frames import video_frames
from netwright.data.video_writer import encode_video
from netwright.data.videos import make_video_dataset
from netwright.records.errors import DataError, InputError, MissingExtraError
from netwright.studies.explain_run import explain_study
from netwright.studies.explain_source import read_source

CLASSES = ("a", "b", "c")
NETWORK = nn.Sequential(nn.Conv2d(1, 3, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def images(labels):
    pixels = torch.randint(0, 256, (len(labels), 1, 6, 6), dtype=torch.uint8)
    part = pixels, torch.tensor(labels)
    return make_image_dataset("toy", part, part, CLASSES)


def explained(answers, labels, test=None):
    """Sources and truths of what is explained, of answers (class, confidence)."""
    probabilities = torch.stack([torch.full((3,), (1 - sure) / 2) for _, sure in answers])
    for row, (label, sure) in zip(probabilities, answers, strict=True):
        row[label] = sure
    test = torch.arange(len(labels)) if test is None else torch.tensor(test)
    record = explain_study(Subject(NETWORK, "t", "m", CLASSES), images(labels), test, probabilities)
    assert record.missing == ""
    return [(one.source, one.truth) for one in record.each]


def test_the_surest_right_and_the_surest_wrong_answer_of_the_most_frequent_confusion():
    answers = [(0, 0.99), (1, 0.6), (1, 0.8), (1, 0.9), (2, 0.7), (2, 0.95), (0, 0.97)]
    labels = [0, 1, 1, 2, 1, 1, 2]
    # b is taken for c twice; c for b once, and for a once
    assert explained(answers, labels) == [("test image 2 of toy", 1), ("test image 5 of toy", 1)]


def test_where_the_confused_class_is_never_right_another_is():
    assert explained([(0, 0.7), (0, 0.9), (2, 0.8)], [0, 0, 1]) == [
        ("test image 1 of toy", 0),
        ("test image 2 of toy", 1),
    ]


def test_numbers_are_those_of_the_test_part():
    assert explained([(0, 0.7), (1, 0.9)], [0, 0, 1, 1, 1], [1, 4]) == [("test image 4 of toy", 1)]


def test_without_a_right_answer_the_wrong_one_is_explained():
    assert explained([(1, 0.7)], [0]) == [("test image 0 of toy", 0)]


def test_samples_and_models_without_places_are_told():
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3))
    record = explain_study(Subject(model, "t", "m", CLASSES), images([0]), torch.tensor([0]), torch.eye(3)[:1])
    assert record.each == ()
    assert "no layer of Sequential keeps places" in record.missing


def test_videos_are_explained_with_their_frames():
    clips = torch.randint(0, 256, (2, 3, 4, 8, 8), dtype=torch.uint8)
    part = clips, torch.tensor([0, 1])
    model = nn.Sequential(nn.Conv3d(3, 3, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten())

    class Bytes(nn.Module):
        def __init__(self):
            super().__init__()
            self.rest = model

        def forward(self, x):
            return self.rest(x.float())

    dataset = make_video_dataset("toy", part, part, CLASSES)
    record = explain_study(Subject(Bytes(), "t", "m", CLASSES), dataset, torch.arange(2), torch.eye(3)[:2])
    assert [(one.source, len(one.frames)) for one in record.each] == [("test video 0 of toy", 4)]


@pytest.fixture
def video(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (20, 24, 32, 3), np.uint8)
    path = tmp_path / "a.avi"
    path.write_bytes(encode_video(frames, rate=10))
    return path


@pytest.mark.parametrize(
    ("data", "stride", "sampling"),
    [
        ("", None, EvenSampling(4)),
        ("motions", None, EvenSampling(4)),
        ("videos:/v?frames=4", None, EvenSampling(4)),
        ("videos:/v?frames=4&stride=3", None, StridedSampling(4, 3)),
        ("videos:/v?frames=4&stride=3", 2, StridedSampling(4, 2)),
    ],
)
def test_a_clip_is_cut_as_the_training_clips_were(video, data, stride, sampling):
    read = read_source(video, (3, 4, 16, 16), data, stride)
    numbers = sampling.middle(20)
    every = [pixels for pixels, _ in video_frames(video, CentreSquare(16))]
    assert np.array_equal(read.inputs.permute(1, 2, 3, 0), np.stack([every[number] for number in numbers]))
    assert read.seconds == pytest.approx([number / 10 for number in numbers])
    assert read.notes == ()


def test_a_video_of_one_frame_is_shown_repeatedly(tmp_path):
    path = tmp_path / "one.avi"
    path.write_bytes(encode_video(np.zeros((1, 16, 16, 3), np.uint8)))
    read = read_source(path, (3, 4, 16, 16))
    assert read.inputs.shape == (3, 4, 16, 16)
    assert "one.avi has 1 frames, fewer than the 4 of a clip" in read.notes[0]


def test_an_image_is_what_image_data_sets_hand_out(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    read = read_source(tmp_path / "a.png", (3, 6, 8))
    assert torch.equal(read.inputs, to_inputs(torch.from_numpy(pixels).permute(2, 0, 1)))


@pytest.mark.parametrize(
    ("shape", "stride", "told"),
    [
        ((29,), None, r"takes inputs of shape \(29,\)"),
        ((3, 4, 16, 20), None, "of clips of square frames"),
        ((5, 16, 16), None, r"takes inputs of shape \(5, 16, 16\)"),
        ((3, 16, 16), 2, "a stride is of videos"),
    ],
)
def test_a_model_that_takes_no_such_file_is_told(video, shape, stride, told):
    with pytest.raises(InputError, match=told):
        read_source(video, shape, stride=stride)


@pytest.mark.parametrize("shape", [(3, 4, 16, 16), (3, 16, 16)])
def test_a_file_that_holds_neither_video_nor_image_is_named(tmp_path, shape):
    (tmp_path / "a.bin").write_bytes(b"no pictures")
    with pytest.raises(DataError, match=r"a\.bin") as caught:
        read_source(tmp_path / "a.bin", shape)
    assert not isinstance(caught.value, MissingExtraError)
