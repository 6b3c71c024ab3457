import pytest

from netwright.records.errors import InputError
from netwright.records.trial import Outcome
from netwright.selection.evidence import gather


def test_only_the_largest_size_is_compared_and_every_outcome_is_counted(make, good):
    small = make.trials("mlp", good())[0].model_copy(update={"size": make.sizes[0], "trial": "mlp-n1000-s0"})
    results = [
        small,
        *make.trials("mlp", good(), seeds=2),
        make.failed("mlp", Outcome.TIMEOUT, seed=2, detail="180 s\nx"),
    ]
    found = gather(results, make.scenario(["mlp"]))["mlp"]
    assert found.outcomes == {"ok": 3, "timeout": 1}
    assert found.trials == ("mlp-n2000-s0", "mlp-n2000-s1")
    assert set(found.measured["accuracy"]) == {0, 1}
    assert found.failures == ("timeout: 180 s",)
    assert found.largest == make.sizes[1]


def test_the_later_of_two_results_counts(make, good):
    first, second = make.trials("mlp", good(accuracy=0.1))[0], make.trials("mlp", good(accuracy=0.9))[0]
    found = gather([first, second], make.scenario(["mlp"]))["mlp"]
    assert found.measured["accuracy"][0].value > 0.8
    assert found.outcomes == {"ok": 1}


def test_a_stranger_is_refused(make, good):
    with pytest.raises(InputError, match=r"'mpl'.*Did you mean mlp"):
        gather(make.trials("mpl", good()), make.scenario(["mlp"]))
