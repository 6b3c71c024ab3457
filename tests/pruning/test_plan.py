"""Plans as a user asks for them: what they keep, what they cost, and every way to ask wrongly."""

import pytest
import torch

from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.bytes import Bytes
from netwright.pruning.budgets.flops import Flops
from netwright.pruning.budgets.parameters import Parameters
from netwright.pruning.budgets.uniform import Uniform
from netwright.pruning.fingerprint import fingerprint
from netwright.pruning.flop_count import count_batch_flops
from netwright.pruning.offers import parameter_bytes, parameter_count
from netwright.pruning.plan import plan_pruning
from netwright.pruning.rank import rank_units
from netwright.pruning.removal import by_importance
from netwright.pruning.whole_layers import BlockInfluence
from netwright.records.errors import InputError, ModelError
from netwright.records.pruning import Plan


class ByNumber:
    """Unit 0 of each place goes first; the second place is worth ten times the first."""

    title, wanted, rescale_invariant = "by number", None, True

    def rank(self, question):
        return [by_importance(10.0**site.layer * torch.arange(1.0, site.count + 1)) for site in question.sites]


def test_the_units_of_least_cost_go_and_the_plan_says_what_was_looked_at(bert, batches):
    plan = plan_pruning(bert, iter(batches), ByNumber(), 0.75)
    assert [len(site.kept) for site in plan.sites] == [13, 23]
    assert plan.sites[0].kept == tuple(range(11, 24))
    assert plan.texts == 12
    assert plan.tokens == sum(int(batch["attention_mask"].sum()) for batch in batches)
    assert (plan.score, plan.budget, plan.model) == ("by number", "75% of the units", "BertForSequenceClassification")
    assert plan.fingerprint == fingerprint(bert)
    assert Plan.from_json(plan.to_json()) == plan


def test_the_standard_score_looks_at_texts_and_leaves_the_model_as_it_is(classifier, batches):
    before = fingerprint(classifier)
    classifier.train()
    plan = plan_pruning(classifier, batches)
    assert plan.score.lower().startswith("second")
    assert plan.kept == 0.5
    assert classifier.training
    assert fingerprint(classifier) == before
    assert all(parameter.grad is None for parameter in classifier.parameters())
    assert apply_plan(classifier, plan).config.ffn_sizes == [len(site.kept) for site in plan.sites]


@pytest.mark.parametrize("units", [("neurons",), ("heads",), ("neurons", "heads")])
def test_budgets_count_what_the_smaller_model_really_has(classifier, batches, units):
    ranking = rank_units(classifier, batches, ByNumber(), units)
    choice, example = ranking.choice, batches[0]
    assert choice.flops == count_batch_flops(classifier, example)
    for budget in (Flops(0.9), Parameters(choice.parameters - 700), Bytes(choice.bytes - 2800)):
        plan = ranking.plan(budget)
        smaller = apply_plan(classifier, plan)
        gone = [(offer, offer.count - len(site.kept)) for offer, site in zip(choice.offers, plan.sites, strict=True)]
        assert parameter_count(smaller) == choice.parameters - sum(offer.parameters * n for offer, n in gone)
        assert parameter_bytes(smaller) == choice.bytes - sum(offer.bytes * n for offer, n in gone)
        flops = count_batch_flops(smaller, example)
        assert flops == choice.flops - sum(offer.flops * n for offer, n in gone)
        kept = {"Flops": flops / choice.flops <= 0.9, "Parameters": parameter_count(smaller) <= choice.parameters - 700}
        assert kept.get(type(budget).__name__, parameter_bytes(smaller) <= choice.bytes - 2800)


def test_whole_layers_go_as_one_place(classifier, batches):
    plan = plan_pruning(classifier, batches, units=("layers",), budget=0.5)
    (site,) = plan.sites
    assert (site.unit, site.count, len(site.kept), plan.score) == ("layers", 2, 1, "block-influence")
    choice = rank_units(classifier, batches, units=("layers",)).choice
    smaller = apply_plan(classifier, plan)
    assert parameter_count(smaller) == choice.parameters - choice.offers[0].parameters
    assert count_batch_flops(smaller, batches[0]) == choice.flops - choice.offers[0].flops


def test_a_uniform_budget_leaves_blocks_of_one_shape(bert, batches):
    plan = plan_pruning(bert, batches, "magnitude", Uniform(0.5, multiple=8))
    assert [len(site.kept) for site in plan.sites] == [8, 8]


def test_data_free_scores_need_no_texts(bert):
    plan = plan_pruning(bert, (), "magnitude", 0.5)
    assert (plan.texts, plan.tokens) == (0, 0)
    with pytest.raises(InputError, match="needs a batch"):
        plan_pruning(bert, (), "magnitude", Flops(0.5))


@pytest.mark.parametrize(
    ("options", "kind", "told"),
    [
        ({"budget": 0.0}, InputError, "above 0 and at most at 1"),
        ({"budget": 2}, InputError, "above 0 and at most at 1"),
        ({"score": "secnd-order"}, InputError, "second-order"),
        ({"score": "block-influence"}, InputError, "no score 'block-influence'"),
        ({"score": BlockInfluence()}, InputError, "ranks whole layers, and neurons may go"),
        ({"score": ByNumber(), "units": ("layers",)}, InputError, "ranks neurons and heads"),
        ({"score": "flap", "units": ("layers",)}, InputError, "for whole layers.*block-influence"),
        ({"units": ()}, InputError, "found no units"),
        ({"units": ("neuron",)}, InputError, "'neuron'"),
        ({"units": ("neurons", "neurons")}, InputError, "'neurons', 'neurons'"),
        ({"units": ("layers", "heads")}, InputError, "whole layers are planned alone"),
        ({"budget": Parameters(10)}, InputError, "are left when all that may go is gone"),
        ({"batches": []}, ModelError, "there are no batches"),
        ({"batches": (), "units": ("layers",)}, ModelError, "there are no batches"),
    ],
)
def test_bad_input_says_what_to_do(bert, batches, options, kind, told):
    with pytest.raises(kind, match=told):
        plan_pruning(bert, **{"batches": batches, **options})


def test_a_budget_that_cannot_be_met_is_told_before_texts_are_looked_at(bert, batches):
    class Never(ByNumber):
        def rank(self, question):
            raise AssertionError("ranked")

    for units in (("neurons",), ("heads",), ("neurons", "heads")):
        with pytest.raises(InputError, match="are left when all that may go is gone"):
            plan_pruning(bert, batches, Never(), Flops(0.01), units)
    with pytest.raises(InputError, match="are left when all that may go is gone"):
        plan_pruning(bert, batches, None, Flops(0.01), ("layers",))


def test_a_pruned_model_is_not_planned_again(bert, batches):
    pruned = apply_plan(bert, plan_pruning(bert, batches, "magnitude", 0.5))
    with pytest.raises(ModelError, match=r"pruned already .* make the plan from the dense model"):
        plan_pruning(pruned, batches)


def test_a_model_without_known_blocks_says_how_to_add_an_adapter(batches):
    with pytest.raises(ModelError, match="adapters="):
        plan_pruning(torch.nn.Linear(2, 2), batches)
