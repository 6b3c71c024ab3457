import pytest

from netwright.report.charts.epochs import MOST_PANELS, epoch_panels
from netwright.report.charts.theme import spec_of


def test_a_panel_for_each_candidate_with_epochs(study):
    panels = {panel.name: panel for panel in epoch_panels(study.decision, study.results)}
    assert set(panels) == {"mlp", "alexnet-small", "googlenet-small", "resnet-small"}
    assert (panels["mlp"].last, panels["mlp"].reached, panels["mlp"].seeds) == (8, 3, 3)


def test_the_mean_is_over_the_seeds_that_came_to_the_end(study):
    panel = next(p for p in epoch_panels(study.decision, study.results) if p.name == "googlenet-small")
    ends = [
        result.epochs[-1].validation_accuracy
        for result in study.results
        if (result.candidate, result.size) == ("googlenet-small", 2000) and len(result.epochs) == 8
    ]
    assert (panel.reached, panel.seeds) == (2, 3)
    assert panel.final == pytest.approx(sum(ends) / 2)


def test_all_panels_share_their_axes(study):
    specs = [spec_of(panel.chart) for panel in epoch_panels(study.decision, study.results)]
    domains = {
        tuple(spec["layer"][0]["encoding"][channel]["scale"]["domain"]) for spec in specs for channel in ("x", "y")
    }
    assert len(domains) == 2


def test_many_candidates_give_no_more_panels_than_a_reader_bears(large_study):
    panels = epoch_panels(large_study.decision, large_study.results)
    assert len(panels) == MOST_PANELS
    assert panels[0].slot is not None
    assert [panel.slot is None for panel in panels] == sorted(panel.slot is None for panel in panels)


def test_a_single_epoch_is_a_dot(patchy_study):
    (panel,) = epoch_panels(patchy_study.decision, patchy_study.results)
    assert spec_of(panel.chart)["layer"][0]["mark"]["point"]


def test_epochs_that_gave_nan_are_left_out(patchy_study):
    (result,) = patchy_study.results
    broken = result.epochs[0].model_copy(update={"validation_accuracy": float("nan")})
    spoiled = result.model_copy(update={"epochs": (broken,)})
    assert epoch_panels(patchy_study.decision, (spoiled,)) == []


def test_phases_are_a_strip_at_the_foot_of_the_largest_size(complete_study):
    steady = [c for f in complete_study.factors.candidates for c in f.consistency]
    panels = {p.name: p for p in epoch_panels(complete_study.decision, complete_study.results, steady)}
    assert panels["alexnet-small"].consistency.size == 2000
    spec = spec_of(panels["alexnet-small"].chart)
    (strip,) = [data for data in spec["datasets"].values() if "phase" in data[0]]
    assert [(row["phase"], row["first"], row["last"]) for row in strip] == [
        ("rise", 1, 4), ("plateau", 4, 6), ("decay", 6, 8),
    ]  # fmt: skip


def test_without_a_record_of_consistency_there_is_no_strip(study):
    (panel, *_) = epoch_panels(study.decision, study.results)
    assert panel.consistency is None
    assert len(panel.chart.layer) == 2
