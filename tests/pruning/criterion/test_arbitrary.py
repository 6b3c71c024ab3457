"""The arbitrary baseline: what is preserved, and that the rest is random."""

import pytest
import torch

from netwright.anatomy.decision_states import targets_of
from netwright.anatomy.neurons import neuron_cosines
from netwright.anatomy.threshold import Absolute, Deviations
from netwright.pruning.criterion.arbitrary import Arbitrary
from netwright.pruning.score import Question
from netwright.records.errors import InputError
from netwright.structure.transformer.read import read_transformer


@pytest.fixture
def question(classifier, batches):
    found = read_transformer(classifier)
    return Question(found, found.neurons, batches, ())


@pytest.mark.parametrize("preserve", [Absolute(0.35), Deviations(1.5)], ids=str)
def test_active_neurons_of_any_text_stay(question, preserve):
    layers = neuron_cosines(question.transformer, targets_of(question.transformer, question.batches))
    kept = 0
    for cosines, removal in zip(layers, Arbitrary(preserve=preserve).rank(question), strict=True):
        active = (cosines.abs().amax(0) > preserve.bound(cosines)).nonzero().flatten().tolist()
        stays = removal.order[removal.cost.isinf()].tolist()
        assert sorted(stays) == active
        assert sorted(removal.order.tolist()) == list(range(cosines.shape[1]))
        kept += len(stays)
    assert kept > 0


def test_another_seed_is_another_draw(question):
    first, again, other = (Arbitrary(seed, Absolute(1.0)).rank(question) for seed in (0, 0, 1))
    assert all(torch.equal(one.order, two.order) for one, two in zip(first, again, strict=True))
    assert not all(torch.equal(one.order, two.order) for one, two in zip(first, other, strict=True))
    assert not torch.equal(first[0].order, first[1].order)
    assert all(bool((removal.cost >= 0).all() and (removal.cost < 1).all()) for removal in first)


def test_heads_are_refused(bert, batches):
    found = read_transformer(bert)
    with pytest.raises(InputError, match="the arbitrary baseline ranks neurons"):
        Arbitrary().rank(Question(found, found.heads, batches, ()))
