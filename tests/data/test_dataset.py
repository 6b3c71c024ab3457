"""What every data set must do, whatever its samples are."""

import pytest
import torch

from netwright.records.errors import DataError


@pytest.fixture(params=["toy", "rows"])
def dataset(request):
    make = request.getfixturevalue(request.param)
    groups = {"age": (("old", "young"), torch.tensor([1, 0, 1]))} if request.param == "toy" else None
    if groups is None:
        import numpy as np

        groups = {"age": np.array(["young", "old", "young"])}
    return make([0, 1, 2, 1], [2, 0, 1], groups=groups)


def test_inputs_are_float32_of_its_shape(dataset):
    train, test = dataset.train_inputs(torch.tensor([3, 0, 3])), dataset.test_inputs(torch.arange(3))
    assert train.shape == (3, *dataset.shape) == test.shape
    assert train.dtype == test.dtype == torch.float32
    assert torch.equal(train[0], train[2])
    assert train.isfinite().all()


def test_what_it_says_of_itself(dataset):
    assert dataset.name == "toy"
    assert dataset.samples in {"images", "rows"}
    assert dataset.features == () or (len(dataset.features),) == dataset.shape
    assert dataset.train_labels.tolist() == [0, 1, 2, 1]
    assert dataset.test_labels.tolist() == [2, 0, 1]
    assert len(dataset.fingerprint) == 64
    assert dataset.leaks() == ()


def test_handing_out_inputs_changes_nothing(dataset):
    dataset.train_inputs(torch.tensor([0])).zero_()
    dataset.test_inputs(torch.tensor([0])).zero_()
    assert type(dataset).unpacked(dataset.packed()).fingerprint == dataset.fingerprint


def test_groups_name_each_test_sample(dataset):
    names, codes = dataset.groups("age")
    assert [names[code] for code in codes] == ["young", "old", "young"]
    assert codes.dtype == torch.int64


def test_an_unknown_group_column_names_the_nearest(dataset):
    with pytest.raises(DataError, match=r"toy has no column of groups 'agee'. Did you mean age"):
        dataset.groups("agee")
