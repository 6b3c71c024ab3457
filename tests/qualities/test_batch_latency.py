import pytest

from netwright.qualities.batch_latency import measure


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_both_quantiles_are_of_the_same_calls_on_the_whole_batch(evidence):
    p50, p99 = measure(evidence)
    assert (p50.quality, p99.quality) == ("batch_latency.p50", "batch_latency.p99")
    assert p50.n == p99.n
    assert 0 < p50.value <= p99.value
    assert p50.notes[0] == p99.notes[0] == "the whole batch of 64"
