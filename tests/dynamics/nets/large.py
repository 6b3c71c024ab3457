"""Networks of the literature and the charges of each, as functions of their sizes, with their derivations.

Shears, which have no charge, are not listed. E: width of the stream, F: hidden units, H heads of d coordinates, L
layers, V tokens, T positions. Counts are of independent charges, so that they add up to what the oracle finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from tests.dynamics.nets.net import Expected, general_linear, null, rescale, scale, translation
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.resnet import ResidualBlock


@dataclass(frozen=True)
class Sizes:
    """Sizes of a transformer.

    Args:
        layers: L.
        width: E, width of the stream.
        heads: H; each has E / H coordinates.
        hidden: F, hidden units of a feed-forward layer.
        vocabulary: V.
        positions: T.
        classes: Of a classifier.
    """

    layers: int
    width: int
    heads: int
    hidden: int
    vocabulary: int
    positions: int
    classes: int = 3


def vgg_families(network: nn.Sequential) -> tuple[Expected, ...]:
    """Count the charges of a VGG network with batch normalisation.

    For each convolution of C outputs, ended by batch norm and ReLU: C scales of rows (the norm divides each channel by
    its own deviation), C biases that the norm subtracts, and C rescales: (gamma_c, beta_c) against all that reads
    channel c, that is, column c of the next convolution, or the columns of the linear layer that read its pixels. Each
    hidden unit of the head: a rescale. The head: its columns and its bias, inputs + 1 translations.

    VGG-16 for small images: channels 2 * 64 + 2 * 128 + 3 * 256 + 6 * 512 = 4224, hence 4224 scales, 4224 null, 4224
    rescales and 513 translations. As published: 4096 + 4096 rescales more, and 4097 translations.
    """
    weighted = [(str(i), layer) for i, layer in enumerate(network) if isinstance(layer, nn.Conv2d | nn.Linear)]
    families = []
    for (name, layer), (reader, _) in pairwise(weighted):
        if isinstance(layer, nn.Conv2d):
            norm, channels = str(int(name) + 1), layer.out_channels
            families += [scale(channels, f"{name}.weight"), null(channels, f"{name}.bias")]
            families.append(rescale(channels, f"{norm}.weight", f"{norm}.bias", f"{reader}.weight"))
        else:
            families.append(rescale(layer.out_features, f"{name}.weight", f"{name}.bias", f"{reader}.weight"))
    name, head = weighted[-1]
    return (*families, translation(head.in_features + 1, f"{name}.weight", f"{name}.bias"))


def resnet_families(network: nn.Sequential) -> tuple[Expected, ...]:
    """Count the charges of a ResNet of two-layer blocks with projected shortcuts.

    Rows of every convolution, each before a batch norm: for depth 18, 64 + 4 * (64 + 128 + 256 + 512) in the blocks
    + (128 + 256 + 512) in the shortcuts = 4800 scales. No convolution has a bias: nothing is null.

    Rescales. In a block, the first norm against the second convolution's columns: 2 * 960 = 1920. On a stream, between
    two projected shortcuts, all that writes channel c (the norms that enter it, the second norm of each of its blocks)
    against all that reads it (first convolutions of its blocks, first convolution and shortcut of the next stage, or
    the head): 64 + 128 + 256 + 512 = 960. Sum: 2880.

    Translations. The head: 512 + 1. Where a norm of the branch and a norm of the shortcut are added, beta + u,
    beta' - u changes nothing: 128 + 256 + 512 = 896. Sum: 1409.
    """
    families: list[Expected] = [scale(network[0].out_channels, "0.weight")]
    channels, writers, readers = network[0].out_channels, ["1.weight", "1.bias"], []
    for i, block in enumerate(network):
        if not isinstance(block, ResidualBlock):
            continue
        residual, shortcut = f"{i}.residual", f"{i}.shortcut"
        middle, outputs = block.residual[0].out_channels, block.residual[4].out_channels
        families += [scale(middle, f"{residual}.0.weight"), scale(outputs, f"{residual}.4.weight")]
        families.append(rescale(middle, f"{residual}.1.weight", f"{residual}.1.bias", f"{residual}.4.weight"))
        readers.append(f"{residual}.0.weight")
        if not isinstance(block.shortcut, nn.Identity):
            families.append(rescale(channels, *writers, *readers, f"{shortcut}.0.weight"))
            families.append(scale(outputs, f"{shortcut}.0.weight"))
            families.append(translation(outputs, f"{residual}.5.bias", f"{shortcut}.1.bias"))
            channels, writers, readers = outputs, [f"{shortcut}.1.weight", f"{shortcut}.1.bias"], []
        writers += [f"{residual}.5.weight", f"{residual}.5.bias"]
    name = str(len(network) - 1)
    families.append(rescale(channels, *writers, *readers, f"{name}.weight"))
    return (*families, translation(channels + 1, f"{name}.weight", f"{name}.bias"))


class PreNormBlock(nn.Module):
    """x + attention(norm(x)), then x + down(relu(up(norm(x)))) (Xiong et al. 2020, figure 1b)."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width, self.heads = sizes.width, sizes.heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, sizes.hidden), nn.Linear(sizes.hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.norm1(x)
        query, key, value = (
            part(seen).unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        attended = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(attended.transpose(1, 2).flatten(2))
        return x + self.down(self.up(self.norm2(x)).relu())


class PreNormTransformer(nn.Module):
    """Tokens and positions, blocks, a last norm, a head of its own; logits of all positions: (batch * positions, V)."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.tokens, self.positions = (nn.Embedding(n, sizes.width) for n in (sizes.vocabulary, sizes.positions))
        self.blocks = nn.ModuleList(PreNormBlock(sizes) for _ in range(sizes.layers))
        self.norm, self.head = nn.LayerNorm(sizes.width), nn.Linear(sizes.width, sizes.vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)).flatten(0, 1)


def pre_norm_families(s: Sizes) -> tuple[Expected, ...]:
    """Count the charges of `PreNormTransformer`.

    - Every reader of the stream is a layer norm. So all writers (both tables, `out` and `down` with biases) may grow
      together: 1 scale; and each may shift all channels alike: V + T rows of tables, E + 1 of each `out`, F + 1 of each
      `down`.
    - The two tables are added: all tokens + u, all positions - u changes nothing: E; but u = (1, ..., 1) is among the
      shifts of rows already: E - 1.
    - Each norm's (gamma_j, beta_j) against all columns j that read it: (2 L + 1) E rescales. ReLU units: L F.
    - Attention: H d (d + 1) / 2 for queries and keys, as many for values and `out`; E key biases that are not seen.
    - Head: E + 1 translations.
    """
    width, heads = s.width, s.width // s.heads
    every = [f"blocks.{i}" for i in range(s.layers)]
    writers = [f"{b}.{name}.{part}" for b in every for name in ("out", "down") for part in ("weight", "bias")]
    families = [
        scale(1, "tokens.weight", "positions.weight", *writers),
        translation(s.vocabulary, "tokens.weight"),
        translation(s.positions, "positions.weight"),
        translation(width - 1, "tokens.weight", "positions.weight"),
        rescale(width, "norm.weight", "norm.bias", "head.weight"),
        translation(width + 1, "head.weight", "head.bias"),
    ]
    for b in every:
        query, key, value = ((f"{b}.{name}.weight", f"{b}.{name}.bias") for name in ("query", "key", "value"))
        families += [
            rescale(width, f"{b}.norm1.weight", f"{b}.norm1.bias", query[0], key[0], value[0]),
            general_linear(s.heads, heads, *query, *key),
            general_linear(s.heads, heads, *value, f"{b}.out.weight"),
            null(width, key[1]),
            translation(width + 1, f"{b}.out.weight", f"{b}.out.bias"),
            rescale(width, f"{b}.norm2.weight", f"{b}.norm2.bias", f"{b}.up.weight"),
            rescale(s.hidden, f"{b}.up.weight", f"{b}.up.bias", f"{b}.down.weight"),
            translation(s.hidden + 1, f"{b}.down.weight", f"{b}.down.bias"),
        ]
    return tuple(families)


def total(families: Sequence[Expected], kind: str) -> int:
    """Return the charges of a kind."""
    return sum(family.count for family in families if family.kind == kind)
