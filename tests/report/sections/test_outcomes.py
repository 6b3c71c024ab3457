from netwright.report.sections.outcomes import fault_table, outcomes_section, recovery_table


def texts(row):
    return [cell.text for cell in row]


def test_recovery_says_rates_losses_and_times(complete_study):
    table = recovery_table([f.recovery for f in complete_study.factors.candidates])
    mlp = next(row for row in table.rows if row[0].text == "mlp")
    assert texts(mlp) == ["mlp", "100%", "4, 3 injected", "100%", "6.4 s", "2.3 s"]
    assert mlp[3].below == "55%–100%\n4 recovered\n4 resumed"
    calm = next(row for row in table.rows if row[0].text == "resnet-small")
    assert texts(calm)[2:] == ["never", "–", "–", "–"]


def test_faults_are_counted_by_kind_with_the_median_time_to_recover(complete_study):
    cuts = [cut for result in complete_study.results for cut in result.interruptions]
    slow = cuts[0].model_copy(update={"recover_seconds": 4.4, "injected": False})
    lost = cuts[0].model_copy(update={"recover_seconds": None, "kind": "crashed", "injected": False})
    rows = [texts(row) for row in fault_table([*cuts, slow, lost]).rows]
    assert rows == [
        ["killed process", "2", "1", "2 of 2", "3.2 s", "3.4 s"],
        ["memory beyond the limit", "1", "1", "1 of 1", "1.6 s", "2.4 s"],
        ["crashed", "1", "–", "0 of 1", "1.6 s", "–"],
    ]


def test_a_study_without_factors_still_says_how_trials_ended(study):
    content = outcomes_section(study).content
    assert content["recoveries"].rows == content["faults"].rows == ()
    assert content["summary"].startswith("88 of 90 trials ended well")
