"""What each kind of symmetry conserves, and the laws of its charge, in words and formulas."""

from dataclasses import dataclass

from netwright.records.symmetry import SymmetryKind


@dataclass(frozen=True)
class ChargeLaw:
    """The charge of one kind of symmetry, and how training changes it.

    Args:
        title: Heading of its part of a page.
        words: The symmetry, in a sentence.
        charge: Its charge, a formula.
        exact: The law of one step of gradient descent, the symmetry taken as exact.
        flow: The law in continuous time.
    """

    title: str
    words: str
    charge: str
    exact: str
    flow: str


_QUADRATIC = "Q ← (1 − ηλ)² Q + η² N"
_MODIFIED = "dQ/dt = −(2λ + ηλ²) Q + η N"

LAWS: dict[SymmetryKind, ChargeLaw] = {
    "translation": ChargeLaw(
        "Translation",
        "The loss stays the same where a constant is added to all weights that a softmax or a centring follows.",
        "c = ⟨a, θ⟩, a sum of weights",
        "c ← (1 − ηλ) c",
        "dc/dt = −(λ + ηλ²/2) c",
    ),
    "scale": ChargeLaw(
        "Scale",
        "The loss stays the same where all weights before a normalisation are multiplied by one number.",
        "Q = |θ|², a squared norm",
        f"{_QUADRATIC}, N = |g|²",
        _MODIFIED,
    ),
    "rescale": ChargeLaw(
        "Rescale",
        "The loss stays the same where a channel's weights are multiplied by a number before an activation and divided "
        "by it after.",
        "Q = |θ₁|² − |θ₂|², squared norm of producers less that of consumers",
        f"{_QUADRATIC}, N = |g₁|² − |g₂|²",
        _MODIFIED,
    ),
    "general linear": ChargeLaw(
        "General linear",
        "The loss stays the same where an attention head's coordinates are mixed by any matrix on one side and unmixed "
        "on the other.",
        "M = A Aᵀ − Cᵀ C, producers less consumers",
        "M ← (1 − ηλ)² M + η² (G_A G_Aᵀ − G_Cᵀ G_C)",
        "dM/dt = −(2λ + ηλ²) M + η (G_A G_Aᵀ − G_Cᵀ G_C)",
    ),
    "null": ChargeLaw(
        "Null",
        "The loss does not see these parameters at all: only weight decay moves them.",
        "c = θ, each of them",
        "c ← (1 − ηλ) c",
        "dc/dt = −(λ + ηλ²/2) c",
    ),
}
"""Kinds in the order in which they are shown; a shear has no charge, and so no law."""
