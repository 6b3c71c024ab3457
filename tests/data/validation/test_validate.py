"""Each fault is found where it was planted, and nothing is found in data without any."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.catalog import load
from netwright.data.images import make_image_dataset
from netwright.data.validation.validate import insist, of_kind, validate
from netwright.records.errors import DataError
from netwright.records.validation import Validation

from .planted import CLASSES, images, labels, rows, texts, videos

SOUND = [images, videos, texts, rows]


@pytest.mark.parametrize("make", SOUND)
def test_sound_data_of_each_kind_gives_no_error_and_no_warning(make):
    found = validate(make())
    assert found.sound
    assert not found.of_severity("warning"), [str(one) for one in found.findings]
    assert found.profile.columns
    insist(found)


@pytest.mark.parametrize("make", SOUND)
def test_the_record_is_read_back_unchanged(make):
    text = validate(make()).to_json()
    assert Validation.from_json(text).to_json() == text


def test_real_digits_are_sound():
    assert validate(load("digits")).findings == ()


def one(found, kind):
    (finding,) = of_kind(found, kind)
    return finding


def with_test_image(data, index, image):
    test = data.test_images.clone()
    test[index] = image
    return make_image_dataset(
        data.name,
        (data.train_images, data.train_labels),
        (test, data.test_labels),
        data.classes,
        files=(data.train_files, data.test_files),
    )


def test_an_image_in_both_parts_is_a_warning_and_one_file_in_both_an_error():
    data = images()
    leak = one(validate(with_test_image(data, 4, data.train_images[9])), "leak")
    assert (leak.severity, leak.where, leak.count, leak.of) == ("warning", ("test[4] = train[9]",), 1, 30)
    data = images(files=True)
    found = validate(with_test_image(data, 4, data.train_images[9]))
    assert one(found, "leak").severity == "error"
    with pytest.raises(DataError, match=r"pictures has 1 fault(.|\n)*test/4.png = train/9.png"):
        insist(found)


def test_an_image_that_is_almost_a_training_one_is_found_once():
    data = images()
    near = data.train_images[9].clamp(3, 250) + 2
    found = validate(with_test_image(data, 4, near))
    assert not of_kind(found, "leak")
    assert one(found, "near leak").where == ("test[4] = train[9]",)


def test_a_clip_in_both_parts_is_found():
    data = videos()
    test = data.test_clips.clone()
    test[0] = data.train_clips[3]
    assert one(validate(replace(data, test_clips=test)), "leak").where == ("test[0] = train[3]",)


def test_texts_of_the_same_words_are_found_whatever_their_case_and_signs():
    found = validate(texts(train={2: "A fine, slow FILM!", 3: "..."}, test={5: "a fine slow film", 6: "!!!"}))
    assert one(found, "near leak").where == ("test[5] = train[2]",)
    found = validate(texts(train={2: "A fine film"}, test={5: "A fine film"}))
    assert one(found, "leak").severity == "warning"
    assert not of_kind(found, "near leak")


def test_equal_samples_with_different_labels_are_found():
    found = validate(texts(train={2: "the same", 3: "the same", 4: "the same"}))
    conflict = one(found, "label conflict")
    # 2 and 4 have one label, 3 the other one
    assert conflict.count == 1
    assert conflict.where == ("train[2]", "train[3]")
    assert "'no' and 'yes'" in conflict.what
    assert one(found, "duplicates").count == 2


def test_shared_origins_are_counted():
    origins = torch.arange(24) // 4, torch.arange(22) // 2 + 5
    found = one(validate(videos(origins)), "shared origin")
    assert (found.severity, found.count) == ("warning", 2)
    apart = torch.arange(24), torch.arange(22) + 100
    assert not of_kind(validate(videos(apart)), "shared origin")


def relabelled(train=None, test=None, classes=CLASSES):
    data = images()
    return replace(
        data,
        train_labels=data.train_labels if train is None else train,
        test_labels=data.test_labels if test is None else test,
        classes=classes,
    )


LABELS = [
    (relabelled(train=torch.zeros(60, dtype=torch.int64)), "one class", "error"),
    (relabelled(train=torch.where(torch.arange(60) == 7, 5, labels(60))), "unknown label", "error"),
    (relabelled(test=torch.where(torch.arange(30) == 7, -1, labels(30))), "unknown label", "error"),
    (relabelled(test=torch.full((30,), 2), classes=(*CLASSES, "never")), "class not trained", "error"),
    (relabelled(test=torch.zeros(30, dtype=torch.int64)), "class not tested", "warning"),
    (relabelled(test=(torch.arange(30) < 3).long()), "class hardly tested", "warning"),
    (relabelled(classes=(*CLASSES, "never")), "empty class", "note"),
    (relabelled(train=(torch.arange(60) < 2).long()), "imbalance", "warning"),
]


@pytest.mark.parametrize(("data", "kind", "severity"), LABELS)
def test_labels(data, kind, severity):
    assert one(validate(data), kind).severity == severity


def test_an_empty_part_is_an_error_and_nothing_else_fails_over_it():
    data = images()
    empty = replace(data, test_images=data.test_images[:0], test_labels=data.test_labels[:0])
    assert one(validate(empty), "empty part").severity == "error"
    empty = replace(data, train_images=data.train_images[:0], train_labels=data.train_labels[:0])
    assert one(validate(empty), "empty part").severity == "error"


def test_numbers_that_are_none_are_errors_with_their_rows():
    data = rows()
    values = data.train_values.clone()
    values[3, 0], values[8, 0] = float("nan"), float("inf")
    found = one(validate(replace(data, train_values=values)), "not finite")
    assert found.where == ("train[3]", "train[8]")


def test_parts_of_different_shapes_are_an_error():
    data = images()
    assert one(validate(replace(data, test_images=data.test_images[..., :5])), "shapes").severity == "error"


def test_missing_values_are_told_by_column_and_many_of_them_as_a_warning():
    ages = np.linspace(20, 60, 400)
    ages[:8] = np.nan
    few = one(validate(rows(train={"age": ages})), "missing values")
    assert (few.severity, few.count, few.of, few.where) == ("note", 8, 400, ("age",))
    ages[:200] = np.nan
    assert one(validate(rows(train={"age": ages})), "missing values").severity == "warning"


def test_columns_that_say_nothing_new_words_and_slipped_units():
    steady = {"steady": np.where(np.arange(400) < 1, 1.0, 0.0)}
    found = validate(rows(train=steady, test={"steady": np.zeros(200)}))
    assert one(found, "near constant").where == ("steady",)
    cities = np.where(np.arange(200) == 11, "Lima", "Oslo")
    assert one(validate(rows(test={"city": cities})), "unknown words").where == ("test[11]",)
    ages = np.where(np.arange(200) == 17, 4000.0, 40.0)
    far = one(validate(rows(test={"age": ages})), "out of range")
    assert far.where == ("test[17]",)
    assert "20" in far.what
    assert "4000" in far.what


def test_what_moved_since_the_last_version_is_told_and_nothing_where_nothing_did():
    before = validate(rows(seed=0)).profile
    same = validate(rows(seed=0), previous=before)
    assert (same.previous, same.drifts) == (before.fingerprint, ())
    alike = validate(rows(seed=5), previous=before)
    assert alike.drifts
    assert not of_kind(alike, "drift")
    older = {"age": np.random.default_rng(1).uniform(50, 90, 400)}
    moved = validate(rows(seed=6, train=older), previous=before)
    assert moved.drifts[0].name == "age"
    assert one(moved, "drift").severity == "warning"
    # the distribution functions of [20, 60] and [50, 90] are 3/4 apart at 50
    assert moved.drifts[0].distance == pytest.approx(0.75, abs=0.08)


def test_columns_and_classes_that_came_and_went_are_told():
    before = validate(rows()).profile
    found = validate(rows(train={"height": np.arange(400.0)}, test={"height": np.arange(200.0)}), previous=before)
    assert one(found, "columns changed").where == ("height",)
    data = replace(rows(seed=3), classes=("no", "maybe"))
    gone, new = of_kind(validate(data, previous=before), "classes changed")
    assert (gone.where, new.where) == (("yes",), ("maybe",))


@given(st.integers(0, 59), st.integers(0, 29), st.integers(0, 1))
def test_whatever_image_leaks_is_found_with_its_places(train, test, noise):
    data = images()
    changed = validate(with_test_image(data, test, data.train_images[train].clamp(0, 250) + noise))
    found = (*of_kind(changed, "leak"), *of_kind(changed, "near leak"))
    assert f"test[{test}] = train[{train}]" in found[0].where
