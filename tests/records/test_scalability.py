"""Table IV prints, and reads back with its infinities."""

from math import inf

from netwright.records.scalability import Range, Scalability


def test_infinite_sizes_and_empty_ranges_survive_json_and_print():
    found = Scalability(
        candidate="a", timing=(6.0, 5.0, 7.0), accuracy=(0.85, 0.84, 0.86), target=0.2, suitable=inf,
        feasible=Range(low=125, high=inf, extrapolated=True), optimal=None, saturation=(inf, 4000.0, inf), gain=0.005,
        percent=(92.0, 81.0, 96.0), error_elasticity=(-0.2, -0.3, -0.1), accuracy_elasticity=(0.03, 0.02, 0.04),
        why_not_optimal="no size within what may be extrapolated is known to reach the target error",
    )  # fmt: skip
    assert Scalability.from_json(found.to_json()) == found
    rows = {row[0]: row[1:] for row in found.table()[1]}
    assert rows["suitable size"][0] == "inf"
    assert rows["feasible range"][0] == "125 to inf"
    assert rows["optimal range"][0] == "none"
    assert rows["scalability percent"] == ("92.0", "81.0", "96.0")
