"""The model of all peers: linear layers with ReLU between them, from the weights of the package, and its input."""

import argparse
import os

import torch
from torch import nn

CENTRE, SPREAD = 0.5, 0.25


def arguments() -> argparse.Namespace:
    """Return what every peer is told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default=os.environ.get("PEER_WEIGHTS"))
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def load(weights: str) -> nn.Module:
    """Return the model."""
    torch.set_num_threads(1)
    state = list(torch.load(weights, weights_only=True).values())
    layers: list[nn.Module] = []
    for pair in zip(state[::2], state[1::2], strict=True):
        # safetensors sorts by name: `n.bias` comes before `n.weight`
        bias, weight = sorted(pair, key=lambda tensor: tensor.ndim)
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight.data, layer.bias.data = weight, bias
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1]).eval()


@torch.inference_mode()
def answer(model: nn.Module, image: list[float]) -> dict:
    """Return the class of an image of 784 numbers from 0 to 255, and the probabilities."""
    inputs = (torch.tensor([image], dtype=torch.float32) / 255 - CENTRE) / SPREAD
    shares = model(inputs).softmax(1)[0]
    return {"label": int(shares.argmax()), "probabilities": shares.tolist()}
