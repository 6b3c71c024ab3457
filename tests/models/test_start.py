import hashlib
import pickle

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from netwright.models.logistic_regression import logistic_regression
from netwright.models.resnet import resnet
from netwright.models.start import start_from
from netwright.records.errors import CandidateError


@pytest.fixture
def file(tmp_path):
    def write(state, name="weights.safetensors"):
        path = tmp_path / name
        save_file({key: value.contiguous() for key, value in state.items()}, path)
        return path

    return write


def network(classes, seed, width=0.5):
    torch.manual_seed(seed)
    return resnet((1, 8, 8), classes, depth=8, width=width)


def test_everything_that_fits_is_taken_bit_for_bit(file):
    old, new = network(10, 0), network(10, 1)
    old(torch.randn(9, 1, 8, 8))  # moves the statistics of batch normalisation
    path = file(old.state_dict())
    start = start_from(new, str(path))
    assert list(start.taken) == list(old.state_dict())
    assert start.left_out == {}
    assert all(torch.equal(a, b) for a, b in zip(old.state_dict().values(), new.state_dict().values(), strict=True))
    assert start.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_head_for_other_classes_stays_fresh(file):
    old, new = network(10, 0), network(2, 1)
    head = new[-1].weight.detach().clone()
    start = start_from(new, file(old.state_dict()))
    assert torch.equal(new[-1].weight, head)
    assert torch.equal(new[0].weight, old[0].weight)
    assert set(start.left_out) == {name for name in new.state_dict() if name.startswith(f"{len(new) - 1}.")}
    assert str(start).endswith("its shape is (10,) in the file and (2,) in the model")


def test_what_is_left_out_says_why(file):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    state = {
        "0.weight": torch.ones(4, 3, dtype=torch.float64),
        "0.bias": torch.tensor([1.0, 2.0, torch.inf, 0.0]),
        "1.num_batches_tracked": torch.tensor(3.0),
        "other": torch.zeros(1),
    }
    start = start_from(model, file(state))
    assert start.taken == ("0.weight",)
    assert model[0].weight.dtype == torch.float32
    assert (model[0].weight == 1).all()
    assert model[0].bias.isfinite().all()
    assert start.left_out == {
        "0.bias": "it has numbers in the file that are not finite",
        "1.weight": "the file has no such tensor",
        "1.bias": "the file has no such tensor",
        "1.running_mean": "the file has no such tensor",
        "1.running_var": "the file has no such tensor",
        "1.num_batches_tracked": "its type is torch.float32 in the file and torch.int64 in the model",
        "other": "the model has no such tensor",
    }


def test_weights_of_another_architecture_are_refused_and_change_nothing(file):
    model = network(10, 0)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    # the counters of batch normalisation fit any width; they are no weights
    with pytest.raises(CandidateError, match=r"has no weights that fit Sequential, such as 0.weight: its shape is"):
        start_from(model, file(network(7, 1, width=1.0).state_dict()))
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_missing_file_and_one_of_another_kind_are_told(tmp_path):
    with pytest.raises(CandidateError, match=r"none cannot be read: No such file .* correct recipe.weights"):
        start_from(nn.Linear(1, 1), tmp_path / "none")
    path = tmp_path / "weights.pt"
    torch.save(nn.Linear(1, 1).state_dict(), path)
    with pytest.raises(CandidateError, match=r"no whole safetensors file .* never as a pickle"):
        start_from(nn.Linear(1, 1), path)


def test_a_pickle_is_never_run(tmp_path):
    ran = tmp_path / "ran"

    class Attack:
        def __reduce__(self):
            return ran.touch, ()

    (tmp_path / "weights.safetensors").write_bytes(pickle.dumps(Attack()))
    with pytest.raises(CandidateError):
        start_from(nn.Linear(1, 1), tmp_path / "weights.safetensors")
    assert not ran.exists()


def test_a_model_that_fits_itself_has_no_start(tmp_path):
    with pytest.raises(CandidateError, match=r"LogisticRegression fits itself .* leave recipe.weights"):
        start_from(logistic_regression((1, 2, 2), 3), tmp_path / "weights.safetensors")
