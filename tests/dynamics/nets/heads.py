"""Losses and what feeds them: where a softmax head has its translations, and what takes them away."""

import torch
from tests.dynamics.nets.net import Net, ZLoss, rescale, translation
from torch import Tensor, nn
from torch.nn import functional


class TiedLanguageModel(nn.Module):
    """Embedding -> ReLU branch, added to the embedding or alone -> logits through the embedding's own matrix."""

    def __init__(self, skip: float) -> None:
        super().__init__()
        self.skip = skip
        self.embedding = nn.Embedding(7, 4)
        self.branch = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4))

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)
        hidden = self.skip * x + self.branch(x)
        return functional.linear(hidden, self.embedding.weight).flatten(0, -2)


def _mlp(classes: int = 4) -> nn.Module:
    return nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, classes))


def _gelu_mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(5, 6), nn.GELU(), nn.Linear(6, 4))


# One unit h -> lambda h, undone by its column: 6 units. Its row and its bias grow together.
UNITS = rescale(6, "0.weight", "0.bias", "2.weight")
# sum_k dL/dlogit_k = 0 for every sample, whatever the weights of the classes and the smoothing: one charge for each of
# the 6 columns, sum_k W_kj, and one for sum_k b_k.
HEAD = translation(7, "2.weight", "2.bias")

BRANCH = rescale(5, "branch.0.weight", "branch.0.bias", "branch.2.weight")

HEADS = (
    Net("softmax head", _mlp, (9, 5), (UNITS, HEAD), nn.CrossEntropyLoss()),
    Net(
        "softmax head, class weights and smoothing",
        _mlp,
        (9, 5),
        (UNITS, HEAD),
        nn.CrossEntropyLoss(weight=torch.tensor([1.0, 0.5, 2.0, 3.0]), label_smoothing=0.1),
    ),
    # GELU is not positively homogeneous: only the head is left.
    Net("softmax head on GELU", _gelu_mlp, (9, 5), (HEAD,), nn.CrossEntropyLoss()),
    # log^2 Z moves with a shift of all logits: no translation.
    Net("z-loss", _mlp, (9, 5), (UNITS,), ZLoss()),
    # Each logit has a loss of its own: no translation.
    Net("sigmoid head", _mlp, (9, 5), (UNITS,), nn.BCEWithLogitsLoss()),
    # The squared error sees every output: no translation.
    Net("regression head", _mlp, (9, 5), (UNITS,)),
    # A column of the head's matrix is also a channel of the stream: no translation, and no channel may grow. The units
    # of the branch do not touch the tied matrix: 5.
    Net("tied embedding", lambda: TiedLanguageModel(1.0), (6, 3), (BRANCH,), nn.CrossEntropyLoss(), vocabulary=7),
    # Without the skip, column j of the embedding may grow in both its roles: column j of branch.0 undoes the first,
    # row j of branch.2 the second: 4 more.
    Net(
        "tied embedding, no skip",
        lambda: TiedLanguageModel(0.0),
        (6, 3),
        (BRANCH, rescale(4, "embedding.weight", "branch.0.weight", "branch.2.weight", "branch.2.bias")),
        nn.CrossEntropyLoss(),
        vocabulary=7,
    ),
    # No unit is homogeneous and the loss sees every output.
    Net("no symmetry", _gelu_mlp, (9, 5), ()),
)
