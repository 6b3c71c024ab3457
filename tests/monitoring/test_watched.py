"""What is watched of a sample, in the order of the reference."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netwright.monitoring.embedding import fit_projection
from netwright.monitoring.summaries.catalog import summary_for
from netwright.monitoring.watched import Watched, steady


def samples(n):
    rng = np.random.default_rng(0)
    return (rng.normal(size=shape).astype(np.float32) for shape in ((n, 4), (n, 3), (n, 12)))


def test_numbers_stand_under_their_names():
    rows, logits, embedding = samples(6)
    projection = fit_projection(embedding)
    watched = Watched(summary_for("row", ("a", "b", "c", "d")), projection)
    found = watched.watch(rows, logits, embedding)
    assert found.shape == (6, len(watched.names))
    assert watched.names[:5] == ("a", "b", "c", "d", "missing values")
    assert watched.features[5:8] == (("confidence", "prediction"), ("margin", "prediction"), ("entropy", "prediction"))
    np.testing.assert_array_equal(found[:, :4], rows)
    np.testing.assert_allclose(found[:, 8:], projection.project(embedding), rtol=1e-4)


def test_an_answer_without_an_embedding_lacks_its_numbers():
    rows, logits, embedding = samples(6)
    watched = Watched(summary_for("row", ("a", "b", "c", "d")), fit_projection(embedding))
    found = watched.watch(rows, logits)
    assert np.isnan(found[:, 8:]).all()
    assert np.isfinite(found[:, :8]).all()


def test_a_model_without_embeddings_is_watched_without():
    rows, logits, _ = samples(6)
    assert Watched(summary_for("row", ("a", "b", "c", "d"))).watch(rows, logits).shape == (6, 8)


@given(arrays(np.float32, st.integers(0, 20), elements=st.floats(width=32)))
def test_steady_numbers_are_near(values):
    found = steady(values)
    assert found.dtype == np.float32
    normal = np.isfinite(values) & (np.abs(values) < 3e38)
    np.testing.assert_allclose(found[normal], values[normal], rtol=2**-14, atol=1e-41)
    np.testing.assert_array_equal(found[~np.isfinite(values)], values[~np.isfinite(values)])
    np.testing.assert_array_equal(steady(found), found)


def test_the_last_bits_of_sure_answers_do_not_matter():
    sure = np.float32(1) - np.arange(4, dtype=np.float32) * np.float32(2**-24)
    assert set(steady(sure).tolist()) == {1.0}
