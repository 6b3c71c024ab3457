import dataclasses

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.checks import check_dataset, surely_from
from netwright.data.split import nested_order
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
        ([1] * 12, TEST, DESIGN, "all training images of toy are of one class, 'b'"),
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


def few(make, rare, total, test=(0, 1)):
    return make([1] * rare + [0] * (total - rare), list(test), classes=2)


@pytest.mark.parametrize("make", ["toy", "rows", "words"])
def test_a_rare_class_may_not_be_lost_at_the_smallest_size(make, request):
    dataset = few(request.getfixturevalue(make), 4, 400)
    noun = dataset.samples
    check_dataset(dataset, Design(sizes=(51, 250), validation=100))
    message = f"design.sizes asks for 50 training {noun} of toy, which may all be 'a': 3 of 300 are of another class"
    with pytest.raises(DataError, match=message) as caught:
        check_dataset(dataset, Design(sizes=(50, 250), validation=100))
    assert "ask for at least 51" in str(caught.value)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6), st.integers(0, 10**6))
def test_a_class_is_surely_there_from_that_size_on(counts, seed):
    labels = torch.tensor([label for label, count in enumerate(counts) for _ in range(count)])
    order = labels[nested_order(labels, seed)]
    for label, count in enumerate(counts):
        assert label in order[: surely_from(count, len(labels), len(counts))]


def test_below_that_size_it_may_be_missing():
    labels = torch.tensor([1] * 3 + [0] * 297)
    assert surely_from(3, 300, 2) == 51
    assert any(1 not in labels[nested_order(labels, seed)[:50]] for seed in range(20))


def test_a_pool_of_one_class_is_told(toy):
    with pytest.raises(DataError, match=r"0 of 6 are of another class beside those held out .*lower design.validation"):
        check_dataset(few(toy, 1, 13), Design(sizes=(2, 5), validation=7))


def test_test_samples_of_one_class_are_told(toy):
    dataset = few(toy, 20, 100, test=[1] + [0] * 49)
    with pytest.raises(DataError, match=r"design.test asks for 25 test images .* may all be 'a': 1 of 50 .* least 26"):
        check_dataset(dataset, Design(sizes=(10, 50), validation=10, test=25))


def test_classes_that_the_smallest_size_may_lack_are_a_note(toy):
    dataset = toy([0] * 50 + [1] * 48 + [2] * 2, [0, 1, 2])
    (note,) = check_dataset(dataset, Design(sizes=(10, 60), validation=1))
    assert note == "the smallest size, 10, may have no images of c; every class is there from 38 on"


def test_texts_in_both_parts_are_a_note_that_names_files(words):
    files = tuple(f"train/{i}.txt" for i in range(12)), tuple(f"test/{i}.txt" for i in range(3))
    dataset = words(TRAIN, TEST, files=files)
    test_texts = dataset.test_texts.clone()
    test_texts[1] = dataset.train_texts[5]
    leaking = dataclasses.replace(dataset, test_texts=test_texts)
    assert check_dataset(dataset, DESIGN) == ()
    (note,) = check_dataset(leaking, DESIGN)
    assert note.startswith("1 of 3 test texts of toy stand in its training part too, such as test/1.txt = train/5.txt:")
    (bare,) = check_dataset(dataclasses.replace(leaking, train_files=(), test_files=()), DESIGN)
    assert "such as" not in bare


def test_the_group_column_is_looked_up(toy):
    with pytest.raises(DataError, match="toy has no column of groups, but group = 'age'"):
        check_dataset(toy(TRAIN, TEST), DESIGN, group="age")


def test_rows_in_both_parts_are_a_note(rows):
    dataset = rows(TRAIN, TEST)
    test_values = dataset.test_values.clone()
    test_values[1] = dataset.train_values[5]
    (note,) = check_dataset(dataclasses.replace(dataset, test_values=test_values), DESIGN)
    assert note.startswith("1 of 3 test rows of toy equal a training row")


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
        check_dataset(leaking(toy, files=files), DESIGN)
    message = str(caught.value)
    assert "test/0.png = train/7.png" in message
    assert "test/1.png = train/4.png" in message
    assert "test/2.png" not in message
    assert "remove each from one" in message


def test_room_is_what_other_origins_leave(videos_of_origins):
    dataset = videos_of_origins([(place % 3, place // 6) for place in range(24)])
    assert check_dataset(dataset, Design(sizes=(3, 12), validation=7)) == ()
    with pytest.raises(DataError, match=r"24, 12 of them held out .*, with everything of their origins; .*most 12"):
        check_dataset(dataset, Design(sizes=(3, 13), validation=7))
