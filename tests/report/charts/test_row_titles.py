from hypothesis import given
from hypothesis import strategies as st

from netwright.report.charts.row_titles import row_titles, rows_channel, shortened
from netwright.report.charts.theme import spec_of


@given(st.text(max_size=80))
def test_a_title_is_whole_or_says_that_it_is_cut(title):
    short = shortened(title)
    assert len(short) <= 24
    assert short == title or (short.endswith("…") and title.startswith(short[:-1]))


def test_titles_stand_in_the_places_of_their_rows():
    spec = spec_of(row_titles(["a", "b"], rows_channel(2, above=0.5)))
    (data,) = spec["datasets"].values()
    assert [(row["place"], row["title"]) for row in data] == [(0, "a"), (1, "b")]
    assert spec["encoding"]["y"]["scale"]["domain"] == [1.5, -1.0]
