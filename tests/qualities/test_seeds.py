from netwright.qualities.seeds import Seeds


def test_measurements_come_by_ascending_seed(seeds):
    backwards = Seeds(dict(reversed(seeds.measurements.items())))
    assert [one.value for one in backwards.of("accuracy")] == [0.80, 0.82, 0.84]
    assert backwards.of("latency.p99") == []
    assert backwards.predictions == {}
