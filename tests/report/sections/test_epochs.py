from netwright.report.sections.epochs import consistencies, consistency_table, epochs_section, phases_text


def test_phases_are_named_with_their_epochs(complete_study):
    found = next(c for c in consistencies(complete_study) if c.candidate == "alexnet-small")
    assert phases_text(found) == "rise 1–4, plateau 4–6, decay 6–8"


def test_links_go_to_the_largest_size(complete_study):
    rows = [row for row in consistency_table(consistencies(complete_study)).rows if row[0].text == "mlp"]
    assert [row[0].anchor for row in rows][-2:] == ["epochs/mlp/1000", "epochs/mlp"]
    assert [cell.text for cell in rows[-1]][1:] == [
        "2,000",
        "3",
        "2",
        "0.0110",
        "0.0240",
        "0.83",
        "rise 1–4, plateau 4–8",
    ]


def test_without_trials_there_is_no_section_and_without_factors_no_table(study):
    assert epochs_section(study.model_copy(update={"results": ()})) is None
    assert epochs_section(study).content["table"].rows == ()
