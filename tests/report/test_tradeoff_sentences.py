from netwright.report.tradeoff_sentences import tradeoff_sentences


def test_exchange_rates_are_told_in_what_people_read(complete_study):
    first = tradeoff_sentences(complete_study.decision)[0]
    assert first == (
        "From mlp to resnet-small: Accuracy better by 0.033 for 3.6 ms of Latency, p99, "
        "1.09 ms per 0.01 (820 µs – 1.51 ms)"
    )


def test_everything_that_is_recorded_is_told(complete_study):
    tradeoffs = complete_study.decision.tradeoffs
    told = tradeoff_sentences(complete_study.decision)
    assert len(told) == 2 + 1 + len(tradeoffs.standpoints) + 1 + len(tradeoffs.settlements)
    assert "The knee of the front is mlp" in told
    assert any("19% of the weight moved: Accuracy 0.60 → 0.41" in sentence for sentence in told)
    assert any("9 in all would settle it" in sentence for sentence in told)
    assert any("no number of seeds would settle it" in sentence for sentence in told)


def test_exchanges_of_qualities_that_are_not_known_are_left_out(complete_study):
    decision = complete_study.decision.model_copy(update={"qualities": ()})
    assert not any(sentence.startswith("From") for sentence in tradeoff_sentences(decision))


def test_nothing_recorded_nothing_told(study):
    assert tradeoff_sentences(study.decision) == ()
