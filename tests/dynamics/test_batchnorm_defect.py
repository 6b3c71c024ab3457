import numpy as np
import pytest
import torch
from torch import nn

from netwright.dynamics.batchnorm_defect import normalisation_defects
from netwright.dynamics.landscape import Landscape
from netwright.dynamics.loss import softmax_cross_entropy

LAYERS = {
    "batch": (lambda: nn.Conv2d(3, 6, 3), lambda eps: nn.BatchNorm2d(6, eps=eps), (1, 6)),
    "batch, plain": (lambda: nn.Conv2d(3, 6, 3), lambda eps: nn.BatchNorm2d(6, eps=eps, affine=False), (1, 6)),
    "batch, no memory": (
        lambda: nn.Conv2d(3, 6, 3),
        lambda eps: nn.BatchNorm2d(6, eps=eps, track_running_stats=False).eval(),
        (1, 6),
    ),
    "group": (lambda: nn.Conv2d(3, 6, 3), lambda eps: nn.GroupNorm(2, 6, eps=eps), (1, 2)),
    "layer": (lambda: nn.Conv2d(3, 6, 3), lambda eps: nn.LayerNorm([6, 4, 4], eps=eps), (1, 1)),
    "root mean square": (lambda: nn.Conv2d(3, 6, 3), lambda eps: nn.RMSNorm([6, 4, 4], eps=eps), (1, 1)),
}


def network(name, eps, dtype):
    torch.manual_seed(0)
    producer, norm, _ = LAYERS[name]
    model = nn.Sequential(producer(), norm(eps), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(96, 4)).to(dtype)
    with torch.no_grad():
        for parameter in model[1].parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return Landscape(model, torch.randn(12, 3, 6, 6, dtype=dtype), softmax_cross_entropy)


def measured(landscape, charges):
    """Return <g, (W, b)> summed over the channels of each charge."""
    here, gradient = landscape.here(), landscape.gradient(landscape.here())
    weight = (gradient["0.weight"].double() * here["0.weight"].double()).flatten(1).sum(1)
    return (weight + gradient["0.bias"].double() * here["0.bias"].double()).reshape(charges, -1).sum(1).numpy()


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(("dtype", "eps", "within"), [(torch.float64, 1e-5, 1e-7), (torch.float32, 1e-2, 1e-3)])
def test_the_defect_is_what_the_gradient_shows(name, dtype, eps, within):
    landscape = network(name, eps, dtype)
    (defect,) = normalisation_defects(landscape, landscape.here())
    seen = measured(landscape, defect.products.size)
    assert (defect.producer, defect.place, defect.products.size) == ("0", "1", LAYERS[name][2][1])
    assert np.linalg.norm(seen - defect.products) < within * np.linalg.norm(defect.products)
    assert 0 < defect.share < 1


@pytest.mark.parametrize("name", LAYERS)
def test_in_float32_it_is_predicted_to_a_thousandth_at_the_usual_epsilon_too(name):
    # what float32 measures of so small a defect is rounding; what it predicts is what float64 measures
    (defect,) = normalisation_defects(low := network(name, 1e-5, torch.float32), low.here())
    low.model.double()
    truth = measured(Landscape(low.model, low.example.double(), low.loss), defect.products.size)
    assert np.linalg.norm(truth - defect.products) < 1e-3 * np.linalg.norm(truth)


def test_running_statistics_have_no_defect_and_no_scale_symmetry():
    landscape = network("batch", 1e-5, torch.float64)
    landscape.model.eval()
    assert normalisation_defects(landscape, landscape.here()) == ()


def test_the_producer_is_known_only_where_its_output_enters_as_it_is():
    model = nn.Sequential(nn.Linear(4, 6), nn.Unflatten(1, (6, 1)), nn.BatchNorm1d(6), nn.Flatten(), nn.BatchNorm1d(6))
    landscape = Landscape(model, torch.randn(8, 4), lambda output: output.sigmoid().sum())
    found = normalisation_defects(landscape, landscape.here())
    assert [(one.producer, one.place) for one in found] == [("1", "2"), ("3", "4")]
