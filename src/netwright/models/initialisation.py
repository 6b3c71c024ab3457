"""How the weights of the catalog's networks start."""

from torch import nn

LOGITS_DEVIATION = 0.01
"""Standard deviation of the weights that make logits, so that all classes start almost equally likely."""


def start_weights(network: nn.Module, *heads: nn.Linear) -> None:
    """Draw the weights of every convolution and linear layer from N(0, 2 / fan-in); set their biases to 0.

    A layer of rectified units then keeps the variance of its input, whatever its width: a constant standard deviation
    such as AlexNet's 0.01 does so only at the published widths. The layers that make logits are drawn from
    N(0, 0.01^2), as in the AlexNet paper. A batch normalisation starts with scale 1 and shift 0.

    Sources: He et al. 2015, "Delving Deep into Rectifiers", section 2.2, equation 10; Krizhevsky et al. 2012,
    "ImageNet Classification with Deep Convolutional Neural Networks", section 5.

    Args:
        network: Changed in place, with draws from torch's global generator.
        *heads: Its linear layers that make logits.

    >>> layer = nn.Linear(200, 300)
    >>> start_weights(layer)
    >>> round(layer.weight.std().item(), 2), layer.bias.count_nonzero().item()
    (0.1, 0)
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Conv3d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for head in heads:
        nn.init.normal_(head.weight, std=LOGITS_DEVIATION)
