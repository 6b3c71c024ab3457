"""What every data set must do, whatever its samples are."""

import pytest
import torch

from netwright.records.errors import DataError


@pytest.fixture(params=["toy", "rows", "words"])
def any_dataset(request):
    return request.getfixturevalue(request.param)([0, 1, 2, 1], [2, 0, 1])


@pytest.fixture(params=["toy", "rows"])
def grouped(request):
    make = request.getfixturevalue(request.param)
    groups = {"age": (("old", "young"), torch.tensor([1, 0, 1]))} if request.param == "toy" else None
    if groups is None:
        import numpy as np

        groups = {"age": np.array(["young", "old", "young"])}
    return make([0, 1, 2, 1], [2, 0, 1], groups=groups)


def test_inputs_are_float32_or_bytes_of_its_shape(any_dataset):
    train, test = any_dataset.train_inputs(torch.tensor([3, 0, 3])), any_dataset.test_inputs(torch.arange(3))
    assert train.shape == (3, *any_dataset.shape) == test.shape
    assert train.dtype == test.dtype == (torch.uint8 if any_dataset.samples == "texts" else torch.float32)
    assert torch.equal(train[0], train[2])
    assert train.isfinite().all()


def test_what_it_says_of_itself(any_dataset):
    assert any_dataset.name == "toy"
    assert any_dataset.samples in {"images", "rows", "texts"}
    assert any_dataset.features == () or (len(any_dataset.features),) == any_dataset.shape
    assert any_dataset.train_labels.tolist() == [0, 1, 2, 1]
    assert any_dataset.test_labels.tolist() == [2, 0, 1]
    assert len(any_dataset.fingerprint) == 64
    assert any_dataset.leaks() == ()


def test_handing_out_inputs_changes_nothing(any_dataset):
    any_dataset.train_inputs(torch.tensor([0])).zero_()
    any_dataset.test_inputs(torch.tensor([0])).zero_()
    assert type(any_dataset).unpacked(any_dataset.packed()).fingerprint == any_dataset.fingerprint


def test_groups_name_each_test_sample(grouped):
    names, codes = grouped.groups("age")
    assert [names[code] for code in codes] == ["young", "old", "young"]
    assert codes.dtype == torch.int64


def test_an_unknown_group_column_names_the_nearest(grouped):
    with pytest.raises(DataError, match=r"toy has no column of groups 'agee'. Did you mean age"):
        grouped.groups("agee")
