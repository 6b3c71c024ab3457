from netwright.qualities.exact import exact


def test_states_this_machine_where_no_conditions_are_given():
    found = exact("size", 10, "B", conditions=None, notes=("counted",))
    assert (found.low, found.value, found.high, found.n) == (10, 10, 10, 1)
    assert found.conditions.hardware
    assert found.notes == ("counted",)
