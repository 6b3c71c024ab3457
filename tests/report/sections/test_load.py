from netwright.report.sections.load import load_section, load_table


def loads_of(study):
    return {f.candidate: f.load for f in study.factors.candidates}


def test_a_machine_that_shows_no_temperature_says_so(complete_study):
    table = load_table(loads_of(complete_study))
    place = [cell.text for cell in table.columns].index("Temperature")
    assert {row[0].text: row[place].text for row in table.rows}["random-forest"] == "not shown"
    assert {row[0].text: row[place].text for row in table.rows}["mlp"] == "66 °C"


def test_what_no_machine_showed_has_no_column(complete_study):
    bare = {
        name: {trial: load.model_copy(update={"frequency": None}) for trial, load in own.items()}
        for name, own in loads_of(complete_study).items()
    }
    assert "Frequency" not in [cell.text for cell in load_table(bare).columns]


def test_an_overload_is_marked(complete_study):
    ((trial, load),) = loads_of(complete_study)["mlp"].items()
    (row,) = load_table({"mlp": {trial: load.model_copy(update={"load": 2.5})}}).rows
    assert (row[2].text, row[2].symbol) == ("2.50", "!")


def test_no_record_no_section(study):
    assert load_section(study) is None
