from netwright.report.charts.effects import MOST_BARS, effects_chart
from netwright.report.charts.theme import spec_of


def rows_of(chart):
    return [row for data in spec_of(chart)["datasets"].values() for row in data if "share" in row]


def test_bars_are_sorted_and_bear_their_intervals(complete_study):
    rows = rows_of(effects_chart(complete_study.searches[0].effects[::-1]))
    assert [row["parameter"] for row in rows] == ["lr", "depth", "width", "dropout", "batch_size"]
    assert (rows[0]["low"], rows[0]["share"], rows[0]["high"]) == (0.32, 0.41, 0.52)


def test_no_more_bars_than_a_reader_bears(complete_study):
    many = complete_study.searches[0].effects * 5
    assert len(rows_of(effects_chart(many))) == MOST_BARS
    assert effects_chart(()) is None
