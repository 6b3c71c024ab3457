import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.models.text.tfidf_regression import tfidf_regression
from netwright.records.errors import DataError

WORDS = ("good", "bad", "film", "a", "not", "Good", "dull", "plot")
LENGTH = 80
FEATURES = 2**14
"""So many hashes that no two of these words and pairs of words meet, which a test sees to."""


def rows_of(texts):
    return torch.tensor([list(text.encode()[:LENGTH].ljust(LENGTH, b"\0")) for text in texts], dtype=torch.uint8)


def reference(texts, labels, unseen, strength, ngrams):
    """scikit-learn with a vocabulary of its own in place of hashes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(ngram_range=(1, ngrams), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    solver = LogisticRegression(C=strength, max_iter=1000).fit(vectorizer.fit_transform(texts), labels)
    return solver.predict_proba(vectorizer.transform(unseen))


@settings(max_examples=15)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=6, max_size=12),
    st.sampled_from([0.1, 1.0, 10.0]),
    st.sampled_from([1, 2]),
    st.sampled_from([2, 3]),
)
def test_it_says_what_scikit_learn_says_with_a_vocabulary(texts, strength, ngrams, classes):
    labels = np.arange(len(texts)) % classes
    model = tfidf_regression((LENGTH,), classes, C=strength, ngrams=ngrams, features=FEATURES)
    model.fit(rows_of(texts), torch.from_numpy(labels), seed=0)
    unseen = [texts[0], "good plot , a bad film !", "nothing known", ""]
    # the vocabulary of scikit-learn is that of the training texts: what is new to it has no weight here either
    found = model(rows_of(unseen[:1] + unseen[2:])).softmax(1).double().detach().numpy()
    expected = reference(texts, labels, unseen[:1] + unseen[2:], strength, ngrams)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_no_two_words_or_pairs_of_words_meet():
    hashing = tfidf_regression((LENGTH,), 2, features=FEATURES).hashing
    known = {word.lower() for word in WORDS}
    places = [hashing.transform([text]).indices for text in known]
    pairs = [hashing.transform([f"{one} {two}"]).indices for one in known for two in known]
    assert len(set(np.concatenate([*places, *pairs]).tolist())) == len(known) + len(known) ** 2


def test_one_class_is_refused_and_a_class_without_texts_is_never_said():
    texts = rows_of(["good film", "bad film", "good plot", "bad plot"])
    with pytest.raises(DataError, match=r"tfidf-regression: all 4 training labels are \[1\]"):
        tfidf_regression((LENGTH,), 3).fit(texts, torch.ones(4, dtype=torch.int64), 0)
    model = tfidf_regression((LENGTH,), 3, features=256)
    model.fit(texts, torch.tensor([0, 2, 0, 2]), 0)
    said = model(texts).softmax(1)
    assert said.argmax(1).tolist() == [0, 2, 0, 2]
    assert said[:, 1].max() == 0


def test_before_it_is_fitted_every_class_is_equally_likely():
    model = tfidf_regression((LENGTH,), 4)
    assert torch.equal(model(rows_of(["good", ""])), torch.zeros(2, 4))
    assert sum(tensor.numel() for tensor in model.state_dict().values()) == 2**18 * 5 + 4


def test_a_word_that_was_never_seen_still_counts_for_the_length_of_a_text():
    model = tfidf_regression((LENGTH,), 2)
    model.fit(rows_of(["good", "bad"]), torch.tensor([0, 1]), 0)
    plain, diluted = (model(rows_of([text]))[0] for text in ("good", "good unheard of words"))
    assert (plain - plain.mean()).abs().max() > (diluted - diluted.mean()).abs().max() > 0
