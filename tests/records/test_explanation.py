"""What an explanation says of itself."""

from math import nan

from netwright.records.explanation import Explanation, FrameHeat, HeatLayer, ShownFrame
from netwright.records.picture import picture_of


def make(shares, drops):
    picture = picture_of(bytes(3), 1, 1)
    return Explanation(
        title="t",
        model="m",
        source="s",
        classes=tuple("abcdefg"),
        probabilities=(0.1, 0.2, 0.3, 0.15, 0.05, 0.12, 0.08),
        label=1,
        layers=(HeatLayer(name="x", frames=2, height=3, width=4),),
        frames=tuple(
            FrameHeat(share=share, drop=drop, lost=3 * drop) for share, drop in zip(shares, drops, strict=True)
        ),
        shown=(ShownFrame(frame=0, picture=picture, heat=((1.0,),)),),
    )


def test_the_most_probable_classes_come_first():
    record = make([1.0], [nan])
    assert (record.predicted, record.label) == (2, 1)
    assert record.most_probable() == [("c", 0.3), ("b", 0.2), ("d", 0.15), ("f", 0.12), ("a", 0.1)]
    assert record.most_probable(1) == [("c", 0.3)]


def test_the_hottest_frame_is_the_first_of_the_largest_share():
    assert make([0.2, 0.4, 0.4], [0, 0, 0]).hottest == 1
    assert make([nan, nan], [0, 0]).hottest is None


def test_it_prints_as_a_table_of_frames():
    lines = str(make([0.25, nan], [-0.5, nan])).splitlines()
    assert [line.split() for line in lines] == [
        ["frame", "time", "share", "of", "heat", "drop", "when", "hidden", "in", "log", "odds"],
        ["0", "–", "25.0%", "-0.500", "-1.50"],
        ["1", "–", "–", "–", "–"],
    ]


def test_nan_survives_json():
    record = make([nan, 1.0], [nan, 0.25])
    assert Explanation.from_json(record.to_json()).to_json() == record.to_json()
