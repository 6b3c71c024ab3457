"""The presets against the rows of figure 5a and the counts of figure 4a."""

import pytest

from netwright.pruning.criterion.presets import PRESETS

ROWS = {
    "bert-1": (0.01, 0.001, (4, 6, 8, 10, 11)),
    "bert-2": (0.025, 0.001, (4, 6, 8, 10, 11)),
    "bert-3": (0.05, 0.001, (4, 6, 8, 10, 11)),
    "bert-4": (0.05, 0.005, (4, 6, 8, 10, 11)),
    "bert-5": (0.05, 0.01, (4, 6, 8, 10, 11)),
    "gpt2-1": (0.05, 0.0, (11,)),
    "gpt2-2": (0.075, 0.0, (11,)),
    "gpt2-3": (0.1, 0.0, (11,)),
    "gpt2-4": (0.125, 0.0, (11,)),
    "gpt2-5": (0.15, 0.0, (11,)),
    "gpt2-6": (0.15, 0.0, (10, 11)),
    "gpt2-7": (0.15, 0.0, (8, 9, 10, 11)),
}


def test_presets_are_the_rows_of_the_paper():
    found = {n: (p.thresholds.alpha, p.thresholds.beta, p.thresholds.focus_layers) for n, p in PRESETS.items()}
    assert found == ROWS
    assert list(PRESETS) == list(ROWS)


def test_focus_layers_of_gpt2_are_one_sided_and_only_the_last_of_bert():
    for preset in PRESETS.values():
        focus = preset.thresholds.focus_layers
        assert preset.thresholds.one_sided_layers == (focus if preset.family == "GPT-2" else (11,))


@pytest.mark.parametrize(("name", "share"), [("bert-1", 0.284), ("gpt2-1", 0.106)])
def test_printed_counts_make_the_printed_shares(name, share):
    published = PRESETS[name].published
    assert len(published.counts) == 12
    assert published.removed == pytest.approx(share, abs=5e-4)
