"""A prediction is compared only with what was measured."""

from math import isnan, nan

from netwright.records.complexity import Complexity, ComplexityCheck

SAID = Complexity(parameters=10, flops=20, activations=5, training_memory=110)


def test_what_was_not_measured_has_no_error():
    seen = SAID.model_copy(update={"activations": nan, "training_memory": nan})
    check = ComplexityCheck(candidate="a", predicted=SAID, measured=seen)
    assert check.errors() == {"parameters": 0, "flops": 0}
    assert [row[2:] for row in check.table()[1]] == [
        ("10", "+0.0%"), ("20 FLOP", "+0.0%"), ("not measured", ""), ("not measured", ""),
    ]  # fmt: skip


def test_nothing_measured_has_no_errors_and_zero_is_no_divisor():
    assert ComplexityCheck(candidate="a", predicted=SAID).errors() == {}
    zero = SAID.model_copy(update={"activations": 0.0})
    assert "activations" not in ComplexityCheck(candidate="a", predicted=SAID, measured=zero).errors()


def test_what_was_not_known_before_has_no_error():
    said = SAID.model_copy(update={"training_memory": nan, "notes": ("it fits itself",)})
    check = ComplexityCheck(candidate="a", predicted=said, measured=SAID)
    assert set(check.errors()) == {"parameters", "flops", "activations"}
    assert check.table()[1][-1] == ("training_memory", "not known before", "110 B", "")
    assert isnan(ComplexityCheck.from_json(check.to_json()).predicted.training_memory)
