from netwright.report.sections.gains import gain_table, gains_section


def test_a_gain_says_whether_its_interval_is_on_one_side(complete_study):
    gains = complete_study.factors.gains
    unsure = gains[0].model_copy(update={"low": -0.01})
    worse = gains[1].model_copy(update={"value": -0.02, "low": -0.03, "high": -0.01})
    (row, *_) = gain_table([unsure, worse, *gains[2:]]).rows
    assert [(cell.text, cell.kind, cell.symbol) for cell in row[3:6]] == [
        ("+0.050", "", ""), ("−0.020", "fail", "▼"), ("+0.025", "pass", "▲"),
    ]  # fmt: skip


def test_links_go_to_the_first_pair_of_a_candidate(complete_study):
    gains = complete_study.factors.gains
    twice = [*gains, *(g.model_copy(update={"without": "mlp"}) for g in gains if g.change == "augment")]
    assert [row[1].anchor for row in gain_table(twice).rows] == ["gains/resnet-small", "gains/googlenet-small", ""]


def test_a_size_without_a_gain_is_a_dash(complete_study):
    (row, _) = gain_table(complete_study.factors.gains[1:]).rows
    assert row[3].text == "–"


def test_no_record_no_section(study):
    assert gains_section(study) is None
