"""What is done again after a change: exactly the steps that depend on it."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from netwright.records.candidate import Candidate
from netwright.records.errors import DataError, InputError, LedgerError, NetwrightError, StorageError
from netwright.records.pipeline import Pipeline
from netwright.records.scenario import Constraint, Design, Limits, Preferences
from netwright.records.validation import ColumnRange, Expectations, Validation
from netwright.studies.pipeline.deploying import CURRENT
from netwright.studies.pipeline.history import HISTORY
from netwright.studies.pipeline.run import STEPS, plan_pipeline, read_pipeline, run_pipeline
from netwright.tracking.folder_lock import lock_folder

from .fakes import Fakes, request_of, table, with_scenario

FROM_STUDY = ["study", "package", "deploy"]


def again(record: Pipeline) -> list[str]:
    return [step.name for step in record.steps if step.status != "cached"]


def test_the_first_run_does_everything_and_the_second_nothing(request_, fakes):
    first = run_pipeline(request_)
    assert [step.status for step in first.steps] == ["done"] * 6
    assert all(step.why == ("first time",) for step in first.steps)
    assert len(fakes.trained) == 8
    second = run_pipeline(request_)
    assert [step.status for step in second.steps] == ["cached"] * 6
    assert len(fakes.trained) == 8
    assert [step.told for step in second.steps] == [step.told for step in first.steps]
    assert read_pipeline(request_.root) == second


LIMIT = Constraint(quality="accuracy", relation=">=", bound=0.6, text=">= 0.6")
OTHER = Candidate(name="c", model="decision-tree")
CHANGES = [
    # what changes, what is done again, how many trials run
    ({"constraints": (LIMIT,)}, FROM_STUDY, 0),
    ({"preferences": Preferences(order=("size", "accuracy"))}, FROM_STUDY, 0),
    ({"design": Design(sizes=(20, 40), seeds=3, validation=10)}, ["split", *FROM_STUDY], 4),
    # trials of 40 become smaller ones of a longer design, and none of them is trained anew
    ({"design": Design(sizes=(20, 40, 60), seeds=2, validation=10)}, ["split", *FROM_STUDY], 4),
    ({"design": Design(sizes=(20, 40), seeds=2, validation=12)}, ["split", *FROM_STUDY], 8),
    ({"limits": Limits(time=99.0)}, FROM_STUDY, 8),
    # a quality that was never measured needs every trial of the largest size once more
    ({"preferences": Preferences(order=("accuracy", "robustness.pgd"))}, FROM_STUDY, 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "redone", "trials"), CHANGES, ids=[f"{next(iter(change))}-{trials}" for change, _, trials in CHANGES]
)
def test_a_change_of_the_scenario_does_again_what_depends_on_it(request_, fakes, changes, redone, trials):
    run_pipeline(request_)
    fakes.trained.clear()
    changed = with_scenario(request_, **changes)
    planned = plan_pipeline(changed)
    record = run_pipeline(changed)
    assert again(record) == redone
    assert len(fakes.trained) == trials
    # a plan promises no less than what happens
    assert again(planned) == redone
    key = f"scenario.{next(iter(changes))} changed"
    assert key in record.step(redone[0]).why
    assert [step.name for step in record.steps if step.status == "cached"] == [n for n in STEPS if n not in redone]
    # and back again: everything is there still, only the pointer moves
    back = run_pipeline(with_scenario(request_))
    assert again(back) == ["deploy"]
    assert back.step("deploy").why == ("current pointed elsewhere",)


def test_a_candidate_more_trains_only_that_candidate(request_, fakes):
    run_pipeline(request_)
    fakes.trained.clear()
    more = with_scenario(request_, candidates=(*request_.scenario.candidates, OTHER))
    assert again(run_pipeline(more)) == FROM_STUDY
    assert fakes.trained == ["c-n20-s0", "c-n20-s1", "c-n40-s0", "c-n40-s1"]


def test_another_recipe_trains_that_candidate_anew(request_, fakes):
    run_pipeline(request_)
    fakes.trained.clear()
    first, second = request_.scenario.candidates
    recipe = first.recipe.model_copy(update={"lr": 0.01})
    run_pipeline(with_scenario(request_, candidates=(first.model_copy(update={"recipe": recipe}), second)))
    assert {trial.partition("-")[0] for trial in fakes.trained} == {"a"}


def test_changed_data_does_everything_again_and_tells_why(request_, fakes, tmp_path):
    run_pipeline(request_)
    table(tmp_path, last="0.75")
    record = run_pipeline(with_scenario(request_))
    assert again(record) == list(STEPS)
    assert record.step("fetch").why == ("files of the data changed",)
    assert record.step("validate").why == ("fetch/data.json changed",)
    assert len(fakes.trained) == 16
    found = Validation.from_json((request_.root / "validation.json").read_bytes())
    assert found.previous is not None
    assert found.previous != found.profile.fingerprint


def test_a_column_that_is_shifted_as_a_whole_changes_no_input_of_a_model_and_is_noticed_all_the_same(
    request_, fakes, tmp_path
):
    run_pipeline(request_)
    head, *lines = (tmp_path / "rows.csv").read_text().splitlines()
    shifted = [f"{float(x) + 1000:g},{rest}" for x, rest in (line.split(",", 1) for line in lines)]
    (tmp_path / "rows.csv").write_text("\n".join([head, *shifted]) + "\n")
    record = run_pipeline(with_scenario(request_))
    # the same standardised numbers, but what a request carries has another encoding: other data
    assert len(fakes.trained) == 16
    assert {"validate", "package"} <= set(again(record))
    assert Validation.from_json((request_.root / "validation.json").read_bytes()).drifts[0].name == "x"


def test_touched_files_with_the_same_rows_cut_everything_off_early(request_, fakes, tmp_path):
    run_pipeline(request_)
    (tmp_path / "rows.csv").write_text((tmp_path / "rows.csv").read_text() + "\n")
    record = run_pipeline(with_scenario(request_))
    assert again(record) == ["fetch"]
    assert record.step("fetch").same
    assert len(fakes.trained) == 8


def test_expectations_are_a_cause_of_validation_alone(request_):
    run_pipeline(request_)
    stricter = replace(with_scenario(request_), expectations=Expectations(train_at_least=10))
    record = run_pipeline(stricter)
    assert again(record) == ["validate"]
    assert record.step("validate").why == ("expectations changed",)


def test_broken_data_stops_everything_and_all_faults_are_told(request_, fakes):
    wanted = Expectations(train_at_least=10_000, columns={"x": ColumnRange(high=5.0), "z": ColumnRange()})
    with pytest.raises(DataError, match=r"has 4 faults(.|\n)*10,000(.|\n)*x is(.|\n)*no column z"):
        run_pipeline(replace(request_, expectations=wanted))
    record = read_pipeline(request_.root)
    assert [step.status for step in record.steps] == ["done", "failed", *["not reached"] * 4]
    assert not fakes.trained
    # the page of the faults can be made
    assert not Validation.from_json((request_.root / "validation.json").read_bytes()).sound
    assert again(run_pipeline(with_scenario(request_))) == list(STEPS[1:])


DAMAGE = [
    ("fetch/*/data.json", "fetch", ["fetch"]),
    ("validate/*/passed.json", "validate", ["validate"]),
    ("split/*/split.json", "split", ["split"]),
    ("study/*/study/decision.json", "study", ["study"]),
    ("package/*/package/model.bin", "package", ["package"]),
    ("deploy/*/deployed.json", "deploy", ["deploy"]),
]


@pytest.mark.parametrize("how", ["changed", "gone"])
@pytest.mark.parametrize(("file", "step", "redone"), DAMAGE)
def test_a_damaged_output_is_noticed_and_made_anew(request_, fakes, file, step, redone, how):
    run_pipeline(request_)
    path = next((request_.root / "steps").glob(file))
    if how == "gone":
        path.unlink()
    else:
        whole = path.read_bytes()
        # a new file in its place: linked ones are not to be changed
        path.unlink()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    record = run_pipeline(with_scenario(request_))
    assert again(record) == redone
    assert f"was {how}" in record.step(step).why[0] or f"is {how}" in record.step(step).why[0]
    assert record.step(step).same
    assert len(fakes.trained) == 8


def test_a_pointer_that_was_moved_is_put_back(request_):
    run_pipeline(request_)
    pointer = request_.root / CURRENT
    target = pointer.readlink()
    pointer.unlink()
    record = run_pipeline(with_scenario(request_))
    assert again(record) == ["deploy"]
    assert record.step("deploy").why == ("current pointed nowhere",)
    assert pointer.readlink() == target
    assert (pointer / "package.json").is_file()


def test_a_package_in_service_that_was_removed_is_replaced_by_an_equal_one(request_):
    run_pipeline(request_)
    shutil.rmtree((request_.root / CURRENT).resolve().parent)
    record = run_pipeline(with_scenario(request_))
    assert again(record) == ["package"]
    assert (request_.root / CURRENT / "package.json").is_file()


def test_a_package_that_is_not_whole_never_comes_into_service(request_, fakes):
    run_pipeline(request_)
    before = (request_.root / CURRENT).readlink()
    fakes.fails["deploy"] = NetwrightError("not whole")
    with pytest.raises(NetwrightError, match="not whole"):
        run_pipeline(with_scenario(request_, constraints=(LIMIT,)))
    assert (request_.root / CURRENT).readlink() == before
    assert read_pipeline(request_.root).step("deploy").status == "failed"


def test_no_candidate_no_package(request_):
    hard = Constraint(quality="accuracy", relation=">=", bound=2.0, text=">= 2")
    with pytest.raises(NetwrightError, match="no candidate of tiny meets the constraints"):
        run_pipeline(with_scenario(request_, constraints=(hard,)))


@pytest.mark.parametrize(
    ("error", "status"), [(StorageError("disk full; free space"), "failed"), (KeyboardInterrupt(), "stopped")]
)
def test_a_step_that_stops_is_told_and_the_same_call_goes_on(request_, fakes, error, status):
    fakes.fails["package"] = error
    with pytest.raises(type(error)):
        run_pipeline(request_)
    stopped = read_pipeline(request_.root)
    assert [step.status for step in stopped.steps] == ["done"] * 4 + [status, "not reached"]
    record = run_pipeline(with_scenario(request_))
    assert again(record) == ["package", "deploy"]
    assert len(fakes.trained) == 8


def test_two_pipelines_in_one_folder_are_refused(request_):
    with lock_folder(request_.root), pytest.raises(LedgerError, match="running in"):
        run_pipeline(request_)


def test_until_stops_there_and_an_unknown_step_is_named(request_, fakes):
    record = run_pipeline(request_, until="split")
    assert [step.status for step in record.steps] == ["done"] * 3 + ["not reached"] * 3
    assert not fakes.trained
    with pytest.raises(InputError, match=r"no step 'deplo'\. Did you mean deploy"):
        run_pipeline(request_, until="deplo")


def test_a_plan_writes_nothing(request_, fakes):
    planned = plan_pipeline(request_)
    assert [step.status for step in planned.steps] == ["would run"] * 6
    assert not request_.root.exists()
    assert not fakes.trained


def test_a_line_that_was_cut_off_is_removed_and_its_step_made_anew(request_):
    run_pipeline(request_)
    path = request_.root / HISTORY
    path.write_bytes(path.read_bytes()[:-40])
    assert again(run_pipeline(with_scenario(request_))) == ["deploy"]
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_a_damaged_line_is_named(request_):
    run_pipeline(request_)
    path = request_.root / HISTORY
    path.write_text(path.read_text().replace('{"step":"split"', '{"stop":"split"'))
    with pytest.raises(LedgerError, match=r"pipeline\.jsonl, line 3 cannot be understood"):
        run_pipeline(with_scenario(request_))


def test_predictions_among_the_labels_are_recorded_and_warned_about(tmp_path, sources):
    fakes = Fakes(share=0.25)
    request = request_of(tmp_path / "p", table(tmp_path), fakes, sources)
    record = run_pipeline(request)
    assert record.from_predictions == 0.25
    assert re.match(r"25.0% of the training labels are a model's own predictions", record.notes[0])
    manifest = json.loads((Path(record.deployed) / "package.json").read_bytes())
    assert manifest["from_predictions"] == 0.25
    assert run_pipeline(with_scenario(request)).notes == record.notes


def test_the_table_says_what_why_and_with_which_result(request_):
    text = str(run_pipeline(request_))
    assert "because" in text
    assert re.search(r"split\s+done\s+.*first time\s+up to 40 training, 10 validation, 20 test rows", text)
