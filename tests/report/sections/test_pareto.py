from netwright.report.sections.pareto import exchange_table, pareto_section, rate_texts


def test_a_rate_is_stated_for_what_people_read(complete_study):
    (latency, time) = exchange_table(complete_study.decision).rows
    assert [cell.text for cell in latency] == ["resnet-small", "mlp", "0.033", "3.6 ms", "1.09 ms per 0.01"]
    assert latency[-1].below == "820 µs – 1.51 ms"
    assert time[-1].text == "18.1 s per 0.01"


def test_a_decision_without_trade_offs_has_no_rates(study):
    assert exchange_table(study.decision).rows == ()
    assert pareto_section(study).content["knee"] is None


def test_a_step_that_may_gain_nothing_has_no_rate(complete_study):
    exchange = complete_study.decision.tradeoffs.exchanges[0]
    inf = float("inf")
    half_open = exchange.model_copy(update={"rate": (0.109, 0.082, inf)})
    open_ended = exchange.model_copy(update={"rate": (inf, 0.082, inf)})
    assert rate_texts(half_open, "ratio", "s") == ("1.09 ms per 0.01", "820 µs or more")
    assert rate_texts(open_ended, "ratio", "s") == ("may gain nothing", "820 µs or more per 0.01")
