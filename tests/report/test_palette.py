from itertools import combinations

import pytest

from netwright.report.palette import (
    CANDIDATE_INKS,
    FACTOR_INKS,
    GREY,
    GROUND,
    MUTED,
    RANK_INKS,
    TEXT,
    candidate_colours,
    candidate_slots,
    dark_rules,
)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", [*CANDIDATE_INKS, GREY, MUTED, TEXT])
def test_text_in_every_colour_is_legible_on_both_grounds(ink):
    # WCAG 2.2, 1.4.3 asks 4.5 of text; 1.4.11 asks 3 of drawings and 1.4.3 of bold labels
    assert contrast(ink.light, GROUND.light) >= 4.0
    assert contrast(ink.dark, GROUND.dark) >= 4.5


@pytest.mark.parametrize("ink", FACTOR_INKS)
def test_bold_labels_in_the_colours_of_factors_are_legible(ink):
    assert contrast(ink.light, GROUND.light) >= 4.0
    assert contrast(ink.dark, GROUND.dark) >= 4.5


def test_ranks_recede_one_by_one_on_both_grounds():
    for ground, shade in ((GROUND.light, "light"), (GROUND.dark, "dark")):
        contrasts = [contrast(getattr(ink, shade), ground) for ink in RANK_INKS]
        assert contrasts == sorted(contrasts, reverse=True)


def test_colours_are_all_different():
    for one, other in combinations((*CANDIDATE_INKS, *FACTOR_INKS, *RANK_INKS, GREY, MUTED, TEXT), 2):
        assert one.light != other.light
        assert one.dark != other.dark


def test_the_chosen_one_has_the_first_colour_and_each_its_own(study):
    slots = candidate_slots(study.decision)
    assert slots["resnet-small"] == 0
    assert sorted(slots.values()) == list(range(6))


def test_where_colours_run_out_the_nearest_to_being_chosen_have_them(large_study):
    slots = candidate_slots(large_study.decision)
    assert sum(slot is not None for slot in slots.values()) == len(CANDIDATE_INKS)
    assert slots["resnet-small"] == 0
    assert slots["mlp"] is not None
    assert candidate_colours(large_study.decision)["candidate-31"] == GREY.light


def test_every_colour_of_a_drawing_has_a_dark_one():
    rules = dark_rules(".chart")
    for ink in (*CANDIDATE_INKS, GREY, MUTED, TEXT):
        assert f'.chart [stroke="{ink.light}"]{{stroke:{ink.dark}}}' in rules
