"""Which weights are handed to the registry."""

from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.studies.register import best_trial

from .conftest import candidate, scenario_of


def _result(seed, validation=None, size=200, outcome=Outcome.OK, name="a"):
    last = {"train_loss": 0.1, "validation_loss": 0.1, "lr": 0.1, "seconds": 1.0, "memory": 1.0}
    epochs = () if validation is None else (Epoch(index=1, validation_accuracy=validation, **last),)
    trial = f"{name}-n{size}-s{seed}"
    return TrialResult(trial=trial, candidate=name, size=size, seed=seed, outcome=outcome, epochs=epochs)


SCENARIO = scenario_of(candidate("a", "mlp"))


def test_the_best_on_the_validation_images_at_the_largest_size():
    results = [
        _result(0, 0.8),
        _result(1, 0.9),
        _result(2, 0.95, outcome=Outcome.TIMEOUT),
        _result(3, 0.99, size=100),
        _result(4, 0.99, name="b"),
    ]
    assert best_trial(results, SCENARIO, "a").seed == 1


def test_the_first_seed_of_a_model_that_fits_itself():
    assert best_trial([_result(0), _result(1)], SCENARIO, "a").seed == 0


def test_nothing_where_nothing_was_chosen():
    assert best_trial([_result(0, 0.8)], SCENARIO, None) is None
