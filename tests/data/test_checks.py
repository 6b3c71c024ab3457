import dataclasses

import pytest
import torch

from netwright.data.checks import check_dataset
from netwright.records.errors import DataError
from netwright.records.scenario import Design

DESIGN = Design(sizes=(3, 6), validation=3)
TRAIN, TEST = [0, 1, 2] * 4, [0, 1, 2]


def test_sound_data_has_no_notes_but_its_own(toy):
    assert check_dataset(toy(TRAIN, TEST), DESIGN) == ()
    assert check_dataset(toy(TRAIN, TEST, notes=("half of it is rendered",)), DESIGN) == ("half of it is rendered",)


@pytest.mark.parametrize(
    ("train", "test", "design", "found"),
    [
        ([], TEST, DESIGN, "the training part of toy has no images"),
        (TRAIN, [], DESIGN, "the test part of toy has no images"),
        ([1] * 12, TEST, DESIGN, "every training image of toy is of one class, 'b'"),
        ([*TRAIN, 3], TEST, DESIGN, "has the label 3, but its 3 classes are numbered from 0 to 2"),
        (TRAIN, [0, -1], DESIGN, "the test part of toy has the label -1"),
        (TRAIN, TEST, Design(sizes=(3, 10), validation=3), "asks for 10 training images, but toy has 12, 3 of them"),
        (TRAIN, TEST, Design(sizes=(3, 6), validation=20), "ask for at most 0"),
        (TRAIN, TEST, Design(sizes=(2, 6), validation=3), "has 3 classes"),
        (TRAIN, TEST, Design(sizes=(3,), validation=3, test=4), "asks for 4 test images, but toy has 3"),
    ],
)
def test_each_fault_is_told(toy, train, test, design, found):
    with pytest.raises(DataError) as caught:
        check_dataset(toy(train, test), design)
    assert found in str(caught.value)


def test_images_without_labels_are_told(toy):
    dataset = dataclasses.replace(toy(TRAIN, TEST), train_labels=torch.tensor(TRAIN[:-1]))
    with pytest.raises(DataError, match="12 images but 11 labels"):
        check_dataset(dataset, DESIGN)


def leaking(toy, **more):
    dataset = toy(TRAIN, TEST, **more)
    test_images = dataset.test_images.clone()
    test_images[:2] = dataset.train_images[[7, 4]]
    return dataclasses.replace(dataset, test_images=test_images)


def test_leaks_in_published_data_are_a_note_with_their_count(toy):
    (note,) = check_dataset(leaking(toy), DESIGN)
    assert note.startswith("2 of 3 test images of toy stand in its training part too")


def test_leaks_between_files_are_an_error_that_names_them(toy):
    files = tuple(f"train/{i}.png" for i in range(12)), tuple(f"test/{i}.png" for i in range(3))
    with pytest.raises(DataError) as caught:
        check_dataset(leaking(toy, train_files=files[0], test_files=files[1]), DESIGN)
    message = str(caught.value)
    assert "test/0.png = train/7.png" in message
    assert "test/1.png = train/4.png" in message
    assert "test/2.png" not in message
    assert "remove each from one" in message
