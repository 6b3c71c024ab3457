from netwright.qualities.found import not_measured


def test_one_reason_serves_all_qualities_of_an_instrument():
    found = not_measured("there is no clock", "latency.p50", "latency.p99")
    assert [(one.quality, one.reason) for one in found] == [
        ("latency.p50", "there is no clock"),
        ("latency.p99", "there is no clock"),
    ]
