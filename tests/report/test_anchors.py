import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.clause import Source
from netwright.report.anchors import TOP, anchor, anchors_in, first_of, source_anchors


@pytest.mark.parametrize(
    ("source", "narrowest"),
    [
        (Source(candidate="mlp", factor="latency.p99"), "costs/latency.p99/mlp"),
        (Source(factor="accuracy"), "costs/accuracy"),
        (Source(candidate="mlp", factor="curve"), "scaling/mlp"),
        (Source(factor="front"), "constraints"),
    ],
)
def test_the_narrowest_place_comes_first_and_the_page_last(source, narrowest):
    places = source_anchors(source)
    assert (places[0], places[-1]) == (narrowest, TOP)


@given(st.text(), st.text())
def test_every_source_has_a_place_on_any_page(candidate, factor):
    assert first_of(source_anchors(Source(candidate=candidate, factor=factor)), frozenset()) == TOP


def test_the_first_known_place_is_taken():
    assert first_of(("outcomes/mlp", "outcomes", TOP), {"outcomes", TOP}) == "outcomes"


def test_text_on_a_page_is_no_anchor():
    assert anchors_in('<p id="a/b">say id=&#34;c&#34;, data-id="d"</p>') == {"a/b"}


def test_parts_that_are_empty_are_left_out():
    assert anchor("costs", "", "mlp") == "costs/mlp"
