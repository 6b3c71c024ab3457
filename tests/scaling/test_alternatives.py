"""How laws are compared: Akaike's criterion from its definition, the largest size held out, and who wins."""

import numpy as np
import pytest

from netwright.records.curve import Curve
from netwright.scaling.alternatives import aicc, held_out
from netwright.scaling.fit import fit_curve
from netwright.scaling.laws.catalog import LAWS, laws_for
from netwright.scaling.least_squares import Points
from netwright.scaling.noise import Noise
from netwright.scaling.true_laws import BrokenLaw, MorganMercerFlodin, PowerLaw, Weibull

SIZES = tuple(125 * 2**k for k in range(9))


def measured(law, sizes=SIZES, seeds=5, noise=0.02, seed=0) -> np.ndarray:
    z = np.random.default_rng(seed).standard_normal((len(sizes), seeds))
    return np.clip(np.asarray(law(sizes))[:, None] * (1 + noise * z), 0, 1)


def fitted(law, **options) -> Curve:
    return fit_curve(options.get("sizes", SIZES), measured(law, **options))


def test_aicc_of_gaussian_errors_from_its_definition():
    left, n, k = 4.0, 10, 3  # two constants of the law, and the noise
    likelihood = -n / 2 * np.log(left / n)  # but for what is the same for all laws
    expected = -2 * likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    assert aicc(3.0, 2, 4, Noise(1.0, 6.0, assumed=False)) == pytest.approx(expected)


@pytest.mark.parametrize(("constants", "finite"), [(2, True), (3, True), (4, False), (5, False)])
def test_aicc_is_infinite_without_errors_to_spare(constants, finite):
    assert np.isfinite(aicc(1.0, constants, 5, Noise(1.0, 1.0, assumed=True))) == finite


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_foretells_its_own_held_out_size(law):
    ratios = 2.0 ** np.arange(-4, 6)
    constants = {
        "power law": (0.2, 0.5, 0.1),
        "pow2": (0.3, 0.25, 0.0),
        "constant": (0.3, 0.0),
        "MMF4": (0.8, 0.5, 0.9, 0.05),
        "WBL4": (0.8, 0.5, 0.6, 0.05),
        "one break": (0.2, 0.2, 0.8, 1.0, 0.02),
    }[law.name]
    means = np.broadcast_to(law.predict(ratios, constants), ratios.shape)
    assert held_out(law, Points(ratios, means, 1 / means**2)) == pytest.approx(0.0, abs=3e-3)


def test_nothing_is_held_out_where_the_rest_does_not_determine_the_law():
    ratios = 2.0 ** np.arange(4)
    points = Points(ratios, 0.3 * ratios**-0.5, np.ones(4))
    found = {law.name: held_out(law, points) for law in laws_for(4)}
    assert found["MMF4"] is None
    assert found["WBL4"] is None
    assert found["power law"] == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(
    ("law", "name"),
    [
        (PowerLaw(first=125, start=0.5, b=0.5, c=0.1), "power law"),
        (PowerLaw(first=125, start=0.5, b=0.3, c=0.0), "pow2"),
        (lambda n: np.full(len(n), 0.4), "constant"),
        (MorganMercerFlodin(chance=0.9, half=250, d=1.0, c=0.1), "MMF4"),
        (Weibull(chance=0.9, scale=1500, d=0.8, c=0.1), "WBL4"),
        (BrokenLaw(first=125, start=0.5, b=0.25, later=0.9, knee=4000, width=1.0, c=0.0), "one break"),
    ],
)
def test_the_true_law_wins(law, name):
    curve = fitted(law, noise=0.005)
    best = min(curve.alternatives, key=lambda each: each.aicc)
    assert best.name == name
    assert abs(best.held_out) < 0.03
    if name in {"MMF4", "WBL4", "one break"}:
        assert curve.law == name
        assert any(flag.startswith(f"another law fits better: {name}, AICc lower by") for flag in curve.flags)
    else:
        assert not any("another law" in flag for flag in curve.flags)


def test_weights_are_the_shares_of_draws():
    curve = fitted(MorganMercerFlodin(chance=0.9, half=250, d=0.7, c=0.1), sizes=SIZES[:5], seeds=3)
    assert [each.name for each in curve.alternatives] == [law.name for law in laws_for(5)]
    assert sum(each.weight for each in curve.alternatives) == pytest.approx(1)
    for each in curve.alternatives:
        assert each.weight == curve.laws.count(each.name) / len(curve.draws)


def test_constants_are_named():
    curve = fitted(PowerLaw(first=125, start=0.5, b=0.5, c=0.1))
    by_name = {each.name: each.constants for each in curve.alternatives}
    assert by_name["power law"] == {"a": curve.a, "b": curve.b, "c": curve.c}
    assert list(by_name["pow2"]) == ["a", "b"]
    assert list(by_name["constant"]) == ["a"]
    assert list(by_name["MMF4"]) == ["a", "half", "d", "c"]
    assert list(by_name["one break"]) == ["a", "b", "later", "knee", "c"]
