"""Small networks, and their families of symmetries written down by hand."""

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.head_family import Factor, HeadFamily
from netwright.dynamics.shear import Shear
from netwright.dynamics.slice_family import SliceFamily
from netwright.dynamics.slicing import Slicing
from netwright.records.symmetry import Symmetry


def family(kind, place, slicings, weights, exact=True):
    parameters = tuple(dict.fromkeys(slicing.parameter for slicing in slicings))
    symmetry = Symmetry(kind=kind, place=place, parameters=parameters, count=len(weights), exact=exact)
    return SliceFamily(symmetry, tuple(slicings), sparse.csr_array(np.asarray(weights, dtype=np.float64)))


def scale_rows(model, name, place):
    """One charge a row: the scale symmetry of a layer before a batch normalisation."""
    shape = tuple(model.get_parameter(name).shape)
    return family("scale", place, [Slicing(name, shape, (0,))], np.eye(shape[0]), exact=False)


def scale_whole(model, names, place):
    """One charge in all: the scale symmetry of a layer before a layer normalisation."""
    slicings = [Slicing(name, tuple(model.get_parameter(name).shape), ()) for name in names]
    return family("scale", place, slicings, np.ones((1, len(names))), exact=False)


def rescale(model, producers, consumer, place):
    """One charge a channel: rows of the producers against columns of a consumer."""
    slicings = [Slicing(name, tuple(model.get_parameter(name).shape), (0,)) for name in producers]
    shape = tuple(model.get_parameter(consumer).shape)
    one = np.eye(shape[1])
    columns = Slicing(consumer, shape, (1,))
    return family("rescale", place, [*slicings, columns], np.hstack([one] * len(producers) + [-one]))


def head(model, layer, place="head"):
    """Sums over the classes of a softmax head: one a column, and one of the bias."""
    width = model.get_parameter(f"{layer}.weight").shape
    slicings = [Slicing(f"{layer}.weight", tuple(width), (1,)), Slicing(f"{layer}.bias", (width[0],), ())]
    return family("translation", place, slicings, np.eye(width[1] + 1))


def convolutional(seed=0):
    """conv, batch normalisation, ReLU, twice, and a linear head; with its five families."""
    torch.manual_seed(seed)
    model = nn.Sequential(
        *(nn.Conv2d(2, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU()),
        *(nn.Conv2d(6, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4)),
    )
    families = (
        scale_rows(model, "0.weight", "0 to 1"),
        rescale(model, ["1.weight", "1.bias"], "3.weight", "1 to 3"),
        scale_rows(model, "3.weight", "3 to 4"),
        rescale(model, ["4.weight", "4.bias"], "8.weight", "4 to 8"),
        head(model, "8"),
    )
    return model, families


class Attention(nn.Module):
    """Attention of two heads of three coordinates with separate projections, averaged, and a linear head."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(5, 6) for _ in range(3))
        self.o, self.out = nn.Linear(6, 5), nn.Linear(5, 4)

    def forward(self, x: Tensor) -> Tensor:
        parts = [layer(x).unflatten(-1, (2, 3)).transpose(1, 2) for layer in (self.q, self.k, self.v)]
        mixed = functional.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
        return self.out((x + self.o(mixed)).mean(1))


def attention(seed=0):
    """The network above with its general linear families of queries and keys, and of values and outputs."""
    torch.manual_seed(seed)
    model = Attention()

    def pair(name, start, sign):
        weight = Factor(f"{name}.weight", (6, 5), 0, start, sign)
        return weight, Factor(f"{name}.bias", (6, 1), 0, start, sign)

    qk = tuple((*pair("q", start, 1), *pair("k", start, -1)) for start in (0, 3))
    vo = tuple((*pair("v", start, 1), Factor("o.weight", (5, 6), 1, start, -1)) for start in (0, 3))
    families = []
    for place, heads in (("q to k", qk), ("v to o", vo)):
        names = tuple(dict.fromkeys(factor.parameter for factor in heads[0]))
        families.append(
            HeadFamily(Symmetry(kind="general linear", place=place, parameters=names, count=12), heads, width=3)
        )
    null = family("null", "k", [Slicing("k.bias", (6,), (0,))], np.eye(6))
    return model, (*families, null, head(model, "out"))


def normalised(seed=0):
    """Linear, layer normalisation, tanh, linear: the whole (W, b) scales, and its columns' sums translate."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(5, 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, 4))
    slicings = [Slicing("0.weight", (6, 5), (1,)), Slicing("0.bias", (6,), ())]
    sums = family("translation", "0 to 1", slicings, np.eye(6))
    return model, (scale_whole(model, ["0.weight", "0.bias"], "0 to 1"), sums, head(model, "3"))


def sheared(seed=0):
    """Linear and batch normalisation in evaluation mode: a shear, and nothing else before the head."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 4))
    model(3 * torch.randn(16, 5) + 1)
    model.eval()
    deviations = (model[1].running_var.double() + model[1].eps).sqrt().numpy()
    symmetry = Symmetry(kind="shear", place="0 to 1", parameters=("0.bias", "1.bias"), count=6, conserves=False)
    return model, (Shear(symmetry, "0.bias", "1.bias", "1.weight", deviations), head(model, "3"))
