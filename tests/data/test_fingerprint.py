import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.fingerprint import fingerprint


def test_the_order_of_the_mapping_does_not_count():
    first, second = torch.zeros(3), torch.ones(2)
    assert fingerprint({"a": first, "b": second}, "xy") == fingerprint({"b": second, "a": first}, "xy")


def test_names_types_shapes_and_classes_count():
    arrays = {"a": torch.zeros(4, dtype=torch.uint8)}
    variants = [
        (arrays, ("x", "y")),
        ({"b": arrays["a"]}, ("x", "y")),
        ({"a": arrays["a"].reshape(2, 2)}, ("x", "y")),
        ({"a": torch.zeros(4, dtype=torch.int8)}, ("x", "y")),
        (arrays, ("xy",)),
        (arrays, ("y", "x")),
    ]
    assert len({fingerprint(*variant) for variant in variants}) == len(variants)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=20), st.data())
def test_every_byte_counts(values, data):
    array = torch.tensor(values, dtype=torch.uint8)
    changed = array.clone()
    changed[data.draw(st.integers(0, len(values) - 1))] += 1
    assert fingerprint({"a": array}, ()) != fingerprint({"a": changed}, ())


def test_a_strided_array_counts_by_its_values():
    array = torch.arange(6).reshape(2, 3)
    assert fingerprint({"a": array.T}, ()) == fingerprint({"a": array.T.contiguous()}, ())
