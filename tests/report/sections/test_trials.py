from netwright.report.sections.trials import trial_table, trials_section


def test_every_trial_is_in_the_table_of_its_candidate(complete_study):
    tables = dict(trials_section(complete_study).content["tables"])
    shown = [row[0].text for table in tables.values() for row in table.rows]
    assert sorted(shown) == sorted(result.trial for result in complete_study.results)
    assert all(row[0].text.startswith("mlp-n") for row in tables["mlp"].rows)


def test_remarks_say_what_cut_a_trial_off_and_what_stopped_it(complete_study):
    rows = {row[0].text: row for row in dict(trials_section(complete_study).content["tables"])["mlp"].rows}
    assert rows["mlp-n500-s0"][-1].text == "kill (injected) after epoch 3"
    assert rows["mlp-n125-s2"][-1].text == "stopped early: 0.80 was out of reach after epoch 5"


def test_columns_that_would_say_nothing_are_left_out(study):
    columns = [cell.text for cell in trial_table(study.results[:3]).columns]
    assert columns == ["Trial", "Images", "Seed", "Outcome", "Accuracy", "Epochs", "Time"]


def test_a_failure_is_marked(study):
    failed = next(result for result in study.results if result.outcome != "ok")
    (row,) = trial_table([failed]).rows
    assert (row[3].symbol, row[4].text) == ("✗", "not measured")


def test_no_trials_no_section(study):
    assert trials_section(study.model_copy(update={"results": ()})) is None
