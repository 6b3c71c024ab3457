import numpy as np
import pytest
import torch
from tests.dynamics.watched import attentive, rectified

from netwright.dynamics.charge_map import ChargeMap


def maps(network, linear):
    model, found = network()
    families = [family for family in found if family.linear == linear]
    parameters = dict(model.named_parameters())
    return families, parameters, ChargeMap(families, {name: p.numel() for name, p in parameters.items()})


@pytest.mark.parametrize("network", [rectified, attentive])
@pytest.mark.parametrize("linear", [False, True])
def test_parts_are_what_families_have_of_parts_of_the_parameters(network, linear):
    families, parameters, charges = maps(network, linear)
    names = sorted(parameters)
    parts = [frozenset(names[::2]), frozenset(names[1::2])]
    other = {name: torch.randn_like(value) for name, value in parameters.items() if "bias" not in name}
    if linear:
        got = charges.weigh(charges.reduce_sums(other, parts), parts)
    else:
        got = charges.weigh(charges.reduce(parameters, other, parts), parts)
    for family, span in zip(families, charges.order(families), strict=True):
        for part, row in zip(parts, got, strict=True):
            held = {name: value for name, value in other.items() if name in part}
            expected = family.along(held) if linear else family.between(parameters, held)
            np.testing.assert_allclose(row[span], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("network", [rectified, attentive])
@pytest.mark.parametrize("linear", [False, True])
def test_magnitudes_are_those_of_the_families(network, linear):
    families, parameters, charges = maps(network, linear)
    whole = [frozenset(parameters)]
    got = charges.magnitude(charges.reduce(parameters, parameters, whole), parameters)
    for family, span in zip(families, charges.order(families), strict=True):
        np.testing.assert_allclose(got[span], family.magnitude(parameters), rtol=1e-12)


def test_elements_and_movers():
    families, _, charges = maps(rectified, linear=False)
    at = charges.order(families)[0]
    assert charges.elements(frozenset({"0.weight", "2.weight"}))[at].tolist() == [5.0 + 6.0] * 7
    marked = np.zeros(charges.count, dtype=bool)
    marked[at] = True
    assert charges.movers(marked) == {"0.weight", "0.bias", "2.weight"}


def test_shared_slices_are_one():
    families, _, charges = maps(rectified, linear=False)
    assert len(charges.slicings) == len({(s.parameter, s.keep) for family in families for s in family.slicings})
