"""The thresholds as they stand, through the same planning as every other score."""

import pytest
import torch

from netwright.pruning.apply import apply_plan
from netwright.pruning.criterion.arbitrary import Arbitrary
from netwright.pruning.criterion.below import Below
from netwright.pruning.criterion.presets import PRESETS
from netwright.pruning.criterion.reductions import RootMeanSquare
from netwright.pruning.criterion.rule import Criterion, measure
from netwright.pruning.criterion.thresholds import Thresholds
from netwright.pruning.plan import plan_pruning
from netwright.structure.transformer.read import read_transformer


@pytest.mark.parametrize("one_sided", [(), (0, 1)])
def test_a_plan_keeps_what_the_thresholds_keep(classifier, batches, one_sided):
    criterion = Criterion(Thresholds(0.6, 0.1, beta_start=0, one_sided_layers=one_sided))
    plan = plan_pruning(classifier, batches, score=criterion, budget=Below())
    found = measure(read_transformer(classifier), batches, criterion)
    for site, one in zip(plan.sites, found, strict=True):
        compared = one.cosines if one_sided else one.cosines.abs()
        stays = compared >= one.threshold if one.threshold > 0 else torch.ones_like(compared, dtype=torch.bool)
        assert site.kept == tuple(stays.nonzero().flatten().tolist())
    assert 0 < plan.kept < 1
    assert plan.budget == "all that costs less than 1"
    assert "anatomy criterion (alpha 0.6, beta 0.1; text 0; after the last normalisation)" in plan.score


@pytest.mark.parametrize(
    "score", [Criterion(PRESETS["bert-4"], RootMeanSquare()), Arbitrary(0)], ids=["rule", "arbitrary"]
)
def test_the_same_share_can_be_asked_of_both(bert, batches, score):
    plan = plan_pruning(bert, batches, score=score, budget=0.75)
    assert plan.kept == 0.75
    assert sum(site.count for site in read_transformer(apply_plan(bert, plan)).neurons) == 36
