import torch
from torch import nn

from netwright.models.initialisation import start_weights


def test_activations_keep_their_variance_through_rectified_layers():
    torch.manual_seed(0)
    network = nn.Sequential(*[layer for _ in range(8) for layer in (nn.Linear(500, 500), nn.ReLU())])
    start_weights(network)
    x = torch.randn(1000, 500)
    with torch.no_grad():
        y = network[:-1](x)
    # He et al. 2015, equation 9: the variance before each rectifier is twice the mean square of the input
    assert 1.2 < float(y.var()) < 3.2


def test_heads_make_all_classes_almost_equally_likely():
    torch.manual_seed(0)
    head = nn.Linear(300, 10)
    network = nn.Sequential(nn.Conv2d(3, 300, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    start_weights(network, head)
    with torch.no_grad():
        shares = network(torch.randn(50, 3, 8, 8)).softmax(1)
    assert 0.008 < float(head.weight.detach().std()) < 0.012
    assert float((shares - 0.1).abs().max()) < 0.05
