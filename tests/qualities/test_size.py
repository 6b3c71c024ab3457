import pytest
import torch
from safetensors.torch import save_file, save_model
from torch import nn

from netwright.qualities.size import size_on_disk


@pytest.mark.parametrize("evidence", ["network", "forest"], indirect=True)
def test_is_the_length_of_the_file(evidence, tmp_path):
    save_file(evidence.model.state_dict(), tmp_path / "weights.safetensors")
    assert size_on_disk(evidence.model).value == (tmp_path / "weights.safetensors").stat().st_size


def test_tied_weights_count_once(tmp_path):
    model = nn.Sequential(nn.Linear(50, 50), nn.Linear(50, 50))
    apart = size_on_disk(model).value
    model[1].weight = model[0].weight
    assert apart - size_on_disk(model).value >= 50 * 50 * 4
    save_model(model, str(tmp_path / "tied.safetensors"))
    # save_model also writes which names it left out
    assert 0 <= (tmp_path / "tied.safetensors").stat().st_size - size_on_disk(model).value < 100


def test_views_into_one_buffer_count_each():
    class Views(nn.Module):
        def __init__(self):
            super().__init__()
            flat = torch.zeros(100)
            self.register_buffer("left", flat[:50])
            self.register_buffer("right", flat[50:])

    assert size_on_disk(Views()).value > 400


def test_empty_tensors_are_no_trouble():
    model = nn.Module()
    model.register_buffer("nothing", torch.zeros(0))
    model.register_buffer("neither", torch.zeros(0))
    assert 8 < size_on_disk(model).value < 200


def test_half_precision_is_half_the_numbers():
    whole = size_on_disk(nn.Linear(1000, 10)).value
    assert size_on_disk(nn.Linear(1000, 10).half()).value == pytest.approx(whole / 2, rel=0.01)
