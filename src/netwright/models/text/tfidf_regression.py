"""Logistic regression on TF-IDF of words and word pairs: what every model of texts must beat."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.logistic_regression import solve
from netwright.models.options import whole, within
from netwright.models.text.byte_rows import decode_rows, text_shape

WORDS = r"(?u)\b\w+\b"
"""What counts as a word: letters and digits in a row, even a single one."""


class TfidfRegression(nn.Module):
    """P(k | text) = softmax(W v + b)_k, where v is the TF-IDF of the text's words and runs of words.

    v_j = (1 + log n_j) i_j / length, n_j how often feature j stands in the text, i_j = 1 + log((1 + N) / (1 + N_j)) for
    the N_j of N training texts that have it, and the length makes v of Euclidean length 1. A feature is the hash of a
    run of words, so that there is no vocabulary: the state is three tensors of known shape (Weinberger et al. 2009).
    Before `fit` the weights are 0, so that every class is equally likely.

    Args:
        classes: How many logits.
        features: Hashes.
        ngrams: The longest run of words.
        strength: C, the inverse of the penalty's weight.
        max_iter: Iterations of L-BFGS.
    """

    idf: Tensor

    def __init__(self, classes: int, features: int, ngrams: int, strength: float, max_iter: int) -> None:
        super().__init__()
        # imported here, because reading the catalog's factories should cost nothing
        from sklearn.feature_extraction.text import HashingVectorizer

        self.strength = strength
        self.max_iter = max_iter
        self.hashing = HashingVectorizer(
            n_features=features, ngram_range=(1, ngrams), alternate_sign=False, norm=None, token_pattern=WORDS
        )
        self.register_buffer("idf", torch.ones(features))
        self.weight = nn.Parameter(torch.zeros(features, classes))
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits (N, classes) of rows of bytes, uint8 (N, L)."""
        rows = self._weighed(self._counted(inputs), self.idf.cpu().numpy())
        device = self.weight.device
        places, starts = torch.from_numpy(rows.indices).long(), torch.from_numpy(rows.indptr[:-1]).long()
        values = torch.from_numpy(rows.data).to(self.weight.dtype)
        summed = functional.embedding_bag(
            places.to(device), self.weight, starts.to(device), mode="sum", per_sample_weights=values.to(device)
        )
        return summed + self.bias

    def fit(self, inputs: Tensor, labels: Tensor, seed: int) -> None:
        """Count the texts that have each feature, and minimise C sum_i -log P(y_i | v_i) + |W|^2 / 2.

        Args:
            inputs: uint8 (N, L).
            labels: int64 (N,).
            seed: Handed to scikit-learn; the solver draws nothing.
        """
        counted = self._counted(inputs)
        having = np.bincount(counted.indices, minlength=counted.shape[1])
        idf = (1 + np.log((1 + counted.shape[0]) / (1 + having))).astype(np.float32)
        rows = self._weighed(counted, idf)
        weight, bias = solve("tfidf-regression", rows, labels, len(self.bias), (self.strength, self.max_iter, seed))
        with torch.no_grad():
            self.idf.copy_(torch.from_numpy(idf))
            self.weight.copy_(torch.from_numpy(weight.T))
            self.bias.copy_(torch.from_numpy(bias))

    def _counted(self, inputs: Tensor) -> Any:
        return self.hashing.transform(decode_rows(inputs))

    @staticmethod
    def _weighed(counted: Any, idf: np.ndarray[Any, Any]) -> Any:
        from sklearn.preprocessing import normalize

        rows = counted.copy()
        rows.data = (1 + np.log(rows.data)) * idf[rows.indices].astype(np.float64)
        return normalize(rows, copy=False)


def tfidf_regression(
    shape: tuple[int, ...],
    classes: int,
    *,
    C: float = 10.0,  # noqa: N803 - the field's name
    features: int = 2**18,
    ngrams: int = 2,
    max_iter: int = 1000,
) -> nn.Module:
    """Return a multinomial logistic regression on the TF-IDF of words and runs of words.

    It fits itself (`netwright.models.fits_itself`).

    Source: Wang and Manning 2012, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", for word
    pairs and a linear model; Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"; hashed and
    solved by scikit-learn.

    Args:
        shape: Of an input: (bytes,).
        classes: How many logits.
        C: Inverse of the penalty's weight; smaller is stronger.
        features: Hashes that words and runs of words are told apart by.
        ngrams: The longest run of words.
        max_iter: Iterations of the solver; scikit-learn warns where they do not suffice.

    Returns:
        A module from uint8 (N, bytes) to logits (N, classes).

    >>> rows = torch.tensor([list(b"good"), list(b"bad "), list(b"fine"), list(b"poor")], dtype=torch.uint8)
    >>> model = tfidf_regression((4,), 2, features=1024, C=100.0)
    >>> model.fit(rows, torch.tensor([1, 0, 1, 0]), seed=0)
    >>> model(rows).argmax(1).tolist()
    [1, 0, 1, 0]
    """
    text_shape("tfidf-regression", shape)
    within("tfidf-regression.C", C, 1e-9, 1e9)
    whole("tfidf-regression.features", features, 2, 2**30)
    whole("tfidf-regression.ngrams", ngrams, 1, 10)
    whole("tfidf-regression.max_iter", max_iter, 1, 1_000_000)
    return TfidfRegression(classes, features, ngrams, C, max_iter)
