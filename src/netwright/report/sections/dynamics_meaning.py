"""What the figures of a training's dynamics mean, a line each, with the formula."""

from netwright.report.sections.section import Section

_LETTERS = (
    "η learning rate, λ weight decay, β momentum, b its buffer, θ weights, g their gradient, N = ⟨g, D g⟩ with D = +1 "
    "on producers and −1 on consumers"
)
_TERMS = (
    ("Charge", "what training by infinitely small steps without decay would leave as it is", ""),
    (
        "Exact law",
        "what one step of the optimizer does to a charge if the symmetry is exact; its errors are rounding, or a "
        "symmetry that does not quite hold",
        "ρ = ⟨g, D θ⟩ = 0",
    ),
    (
        "Exact law with momentum",
        "the same, carried on together with P = ⟨θ, D b⟩; τ is dampening",
        "P ← βP + (1 − τ) λQ, Q ← Q − 2ηP + η² ⟨b, D b⟩, P ← P − η ⟨b, D b⟩",
    ),
    (
        "Continuous theory",
        "the same as a differential equation in time t = η · step, with momentum as mass; good where η λ is small",
        "(η(1 + β)/2) θ″ + (1 − β) θ′ + λ θ = −g",
    ),
    (
        "Relative error",
        "measured less predicted, divided by what the charge is made of, which does not cancel",
        "|Q − Q̂| / (Q₁ + Q₂), |c − ĉ| / (|a| |θ|)",
    ),
    ("Decay", "what weight decay takes from a charge", "−2ηλ Q + η²λ² Q"),
    ("Finite step", "what the gradient adds because a step is not infinitely small", "η² N, with momentum η² ⟨b, D b⟩"),
    ("Breaking", "what a symmetry that does not quite hold lets through; 0 where it is exact", "−2η(1 − ηλ) ρ"),
    ("Rounding", "what arithmetic of finite precision leaves", ""),
    ("Equilibrium norm", "where decay and finite step balance", "|w|² (2ηλ − η²λ²) = η² N"),
    (
        "Angular update",
        "how far the direction of a weight turns in a step, all that a scale-invariant layer sees",
        "√(2ηλ / (1 + β)) at equilibrium",
    ),
    ("Effective learning rate", "the learning rate that this direction sees", "η / |w|²"),
)


def meaning_section() -> Section:
    """Return what every figure on the page means, a line each; the kinds of charge stand with their formulas above.

    Returns:
        The section.
    """
    return Section("meaning", "What this means", {"letters": _LETTERS, "terms": _TERMS})
