from netwright.records.trial import Outcome
from netwright.report.points import accuracy_points


def test_trials_are_the_first_source(study):
    assessment = study.decision.assessment("googlenet-small")
    points = accuracy_points(assessment, study.results)
    assert len(points) == 14
    assert (2000, 2) not in {(point.size, point.seed) for point in points}


def test_the_curve_is_the_second(study):
    assessment = study.decision.assessment("mlp")
    points = accuracy_points(assessment, ())
    errors = [error for row in assessment.curve.errors for error in row]
    assert [point.accuracy for point in points] == [1 - error for error in errors]


def test_failed_trials_and_nan_give_no_point(study):
    assessment = study.decision.assessment("mlp").model_copy(update={"curve": None})
    nan = study.results[0].measurements[0].model_copy(update={"value": float("nan")})
    of_mlp = [result for result in study.results if result.candidate == "mlp"]
    failed = of_mlp[0].model_copy(update={"outcome": Outcome.CRASHED})
    unknown = of_mlp[1].model_copy(update={"measurements": (nan,)})
    assert accuracy_points(assessment, [failed, unknown]) == []
    assert len(accuracy_points(assessment, [failed, unknown, of_mlp[2]])) == 1
