"""The thresholds against those that the anatomy paper prints, and against its rule written out."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.pruning.criterion.presets import PRESETS
from netwright.pruning.criterion.thresholds import Thresholds, fitted
from netwright.records.errors import InputError

# figure 4a, left
BERT = (
    0.0038625508546829223,
    0.004827066957950592,
    0.004570650458335877,
    0.007254678189754486,
    0.016232426881790163,
    0.009341769516468049,
    0.02249687480926514,
    0.011727830588817597,
    0.028978512823581697,
    0.014823191404342653,
    0.03750113844871521,
    0.009035356044769287,
)
# the cosines that they imply, each a float32 number
BERT_COSINES = (
    0.38625508546829224,
    0.4827066957950592,
    0.45706504583358765,
    0.4254678189754486,
    0.4232426881790161,
    0.4341769516468048,
    0.44968748092651367,
    0.47278305888175964,
    0.49785128235816956,
    0.5823191404342651,
    0.750113844871521,
    0.9035356044769287,
)
# figure 4a, right
GPT2 = (
    -0.007642577588558197,
    0.0019928794354200363,
    0.002078031562268734,
    0.0029277296736836436,
    0.003848516568541527,
    0.004171434044837952,
    0.004785158857703209,
    0.0062826514244079595,
    0.007379318773746491,
    0.006629287451505661,
    0.0061324663460254674,
    0.007414974272251129,
)
GPT2_COSINES = (
    -0.15285155177116394,
    0.039857588708400726,
    0.04156063124537468,
    0.05855459347367287,
    0.07697033137083054,
    0.08342868089675903,
    0.09570317715406418,
    0.12565302848815918,
    0.1475863754749298,
    0.13258574903011322,
    0.12264932692050934,
    0.14829948544502258,
)


def test_the_printed_thresholds_are_met_to_the_last_bit():
    assert PRESETS["bert-1"].thresholds.of(BERT_COSINES) == BERT
    assert PRESETS["gpt2-1"].thresholds.of(GPT2_COSINES) == GPT2


def test_the_implied_cosines_are_float32_numbers():
    from numpy import float32

    assert all(float(float32(cosine)) == cosine for cosine in (*BERT_COSINES, *GPT2_COSINES))


def test_alpha_of_focus_layers_may_differ_as_the_prose_says():
    prose = Thresholds(0.01, 0.0, focus_layers=(1, 3), focus_alpha=3.0)
    assert prose.of([1.0, 1.0, 1.0, 1.0]) == (0.01, 0.03, 0.01, 0.03)


@given(
    layers=st.integers(1, 15),
    alpha=st.floats(-1, 1),
    beta=st.floats(0, 0.1),
    start=st.integers(0, 6),
    focus=st.sets(st.integers(0, 14)),
)
def test_thresholds_are_the_rule_written_out(layers, alpha, beta, start, focus):
    focus = {layer for layer in focus if layer < layers}
    rule = Thresholds(alpha, beta, beta_start=start, focus_layers=tuple(focus), focus_beta=2.5, focus_alpha=1.5)
    cosines = [0.1 * layer - 0.3 for layer in range(layers)]
    for layer, found in enumerate(rule.of(cosines)):
        wanted = alpha * cosines[layer] * (1.5 if layer in focus else 1)
        if start <= layer < layers - 1:
            wanted += beta * layer * (2.5 if layer in focus else 1)
        assert found == pytest.approx(wanted, abs=1e-12)


def test_a_rule_for_a_deeper_model_is_refused():
    with pytest.raises(InputError, match=r"name layer 11.*last one is 5.*fitted"):
        PRESETS["bert-1"].thresholds.of([0.5] * 6)


@pytest.mark.parametrize(
    "settings", [{"alpha": nan}, {"alpha": 0.1, "beta": inf}, {"alpha": 0.1, "focus_layers": (-1,)}]
)
def test_settings_that_mean_nothing_are_refused(settings):
    with pytest.raises(InputError, match="in the thresholds"):
        Thresholds(**settings)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
@pytest.mark.parametrize("layers", [1, 2, 6, 12, 24, 48])
def test_presets_fit_any_depth(preset, layers):
    rule = preset.for_layers(layers)
    assert len(rule.of([0.5] * layers)) == layers
    assert layers - 1 in rule.one_sided_layers
    assert rule.alpha == preset.thresholds.alpha


def test_depth_is_scaled_by_its_fraction():
    rule = PRESETS["bert-4"].thresholds
    assert fitted(rule, 12) is rule
    deeper = fitted(rule, 23)
    assert deeper.focus_layers == (8, 12, 16, 20, 22)
    assert deeper.beta * 22 == pytest.approx(rule.beta * 11)
    assert fitted(rule, 6).focus_layers == (2, 3, 4, 5)
    with pytest.raises(InputError, match="there must be 1, and 2"):
        fitted(rule, 6, designed_for=1)
