from netwright.records.live import ClassProbability, Latency, LiveSummary, LiveUpdate, Losses

UPDATE = LiveUpdate(
    video="a.avi",
    time=1.5,
    frame=45,
    top=(ClassProbability(name="wave", probability=0.75), ClassProbability(name="nod", probability=0.25)),
    rate=None,
    latency=Latency(p50=0.012, p95=0.02, n=9),
    losses=Losses(),
)


def summary(**changed):
    facts = {
        "source": "a.avi", "ended": "ended", "frames": 45, "predictions": 1, "seconds": 1.5, "last": (UPDATE,),
        "latency": UPDATE.latency, "losses": Losses(),
    }  # fmt: skip
    return LiveSummary(**facts | changed)


def test_records_come_back_from_json():
    assert LiveUpdate.from_json(UPDATE.to_json()) == UPDATE
    assert LiveSummary.from_json(summary().to_json()) == summary()


def test_what_is_unknown_is_left_out():
    assert UPDATE.line() == "a.avi 1.50 s: wave 75.0%, nod 25.0% | latency p50 12 ms, p95 20 ms, 0 dropped"
    nothing = summary(frames=1, predictions=0, seconds=0.0, last=(), latency=None)
    assert nothing.line() == "a.avi: ended after 1 frame, 0 predictions | 0 dropped"
    assert nothing.rate is None


def test_tables():
    assert UPDATE.table()[1] == [("wave", "75.0%"), ("nod", "25.0%")]
    assert summary().table()[1] == [("a.avi", "45", "wave", "75.0%")]
    assert UPDATE.latency.table()[1] == [("12 ms", "20 ms", "9")]
    assert summary().line().startswith("a.avi: ended after 45 frames, 1 prediction | 30.0 frames/s")
