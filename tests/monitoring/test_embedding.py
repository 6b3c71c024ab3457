"""Projections of embeddings: those of scikit-learn, and a distance that grows away from the reference."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from netwright.monitoring.embedding import Projection, fit_projection
from netwright.records.errors import InputError


@pytest.fixture(scope="module")
def embedding():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(600, 20)) * np.linspace(3, 0.2, 20) @ rng.normal(size=(20, 20))).astype(np.float32)


def test_the_numbers_are_principal_components(embedding):
    found = fit_projection(embedding).project(embedding)
    expected = PCA(8).fit_transform(embedding.astype(float))
    np.testing.assert_allclose(np.abs(found[:, :8]), np.abs(expected), rtol=1e-3, atol=1e-3)


def test_the_distance_is_that_of_the_definition(embedding):
    projection = fit_projection(embedding, components=3)
    centred = embedding.astype(float) - embedding.astype(float).mean(axis=0)
    pca = PCA(3).fit(embedding.astype(float))
    along = centred @ pca.components_.T
    left = ((centred - along @ pca.components_) ** 2).sum(axis=1)
    parts = np.concatenate([along**2 / (along**2).mean(axis=0), (left / left.mean())[:, None]], axis=1)
    np.testing.assert_allclose(projection.project(embedding)[:, -1], np.sqrt(parts.mean(axis=1)), rtol=1e-3)


def test_what_lies_off_the_components_is_far(embedding):
    projection = fit_projection(embedding[:300])
    usual = projection.project(embedding[300:])[:, -1]
    off = np.linalg.svd(projection.components)[2][-1]
    strange = projection.project(embedding[300:] + 100 * off.astype(np.float32))
    assert strange[:, -1].min() > usual.max()
    assert np.abs(strange[:, 0] - projection.project(embedding[300:])[:, 0]).max() < 1e-2


@pytest.mark.parametrize(("n", "width"), [(2, 5), (100, 3), (5, 50)])
def test_few_samples_or_dimensions_have_fewer_components(n, width):
    rows = np.random.default_rng(1).normal(size=(n, width)).astype(np.float32)
    projection = fit_projection(rows)
    assert len(projection.names) == min(8, n - 1, width) + 1
    assert np.isfinite(projection.project(rows)).all()


def test_an_embedding_that_never_changes_has_numbers():
    projection = fit_projection(np.ones((10, 4), np.float32))
    assert np.isfinite(projection.project(np.ones((2, 4), np.float32))).all()


def test_arrays_are_read_back(embedding):
    projection = fit_projection(embedding)
    again = Projection.from_arrays(projection.arrays())
    np.testing.assert_array_equal(again.project(embedding), projection.project(embedding))


def test_another_width_is_refused(embedding):
    with pytest.raises(InputError, match=r"takes \(N, 20\)"):
        fit_projection(embedding).project(np.zeros((2, 7), np.float32))


@pytest.mark.parametrize("hostile", [np.full((4, 3), np.nan), np.zeros((1, 3)), np.zeros(5)])
def test_what_cannot_be_fitted_is_told(hostile):
    with pytest.raises(InputError, match="at least two samples"):
        fit_projection(hostile.astype(np.float32))
