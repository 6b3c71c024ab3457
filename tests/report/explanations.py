"""Explanations made by hand, for the tests of their pages."""

from math import nan

from netwright.records.explanation import Explanation, FrameHeat, HeatLayer, ShownFrame
from netwright.records.picture import picture_of

SIDE, MOST = 6, 16


def make_explanation(count: int = 16, /, *, hot: int = 5, name: str = "class", **changes: object) -> Explanation:
    """Return an explanation of class 1 of 7: heat and drops are largest at one frame, at its upper right."""
    shares = [1.0 / (1 + abs(frame - hot)) for frame in range(count)]
    moving = count > 1
    given = {
        "title": "net",
        "model": "resnet3d",
        "source": "a.avi",
        "classes": tuple(f"{name} {place}" for place in range(7)),
        "probabilities": (0.05, 0.6, 0.2, 0.05, 0.04, 0.03, 0.03),
        "label": 1,
        "layers": (HeatLayer(name="trunk.3", frames=4 if moving else 1, height=3, width=3),),
        "frames": tuple(
            FrameHeat(
                seconds=frame / 25,
                share=share / sum(shares),
                drop=share / 2 - 0.1 if moving else nan,
                lost=3 * share - 0.5 if moving else nan,
            )
            for frame, share in enumerate(shares)
        ),
        "shown": _shown(count, hot),
        "stretch": 2 if moving else 0,
        "agreement": 0.93 if moving else nan,
        "agreement_by_chance": 1 / count if moving else nan,
        "notes": ("a note",),
    }
    return Explanation.model_validate(given | changes)


def _shown(frames: int, hot: int) -> tuple[ShownFrame, ...]:
    parts = min(frames, MOST)
    chosen = [(2 * part + 1) * frames // (2 * parts) for part in range(parts)]
    return tuple(
        ShownFrame(
            frame=frame,
            picture=picture_of(bytes((frame * 5 % 256, 90, 120)) * SIDE * SIDE, SIDE, SIDE),
            heat=tuple(
                tuple(1.0 / (1 + abs(frame - hot) + row + SIDE - 1 - column) for column in range(SIDE))
                for row in range(SIDE)
            ),
        )
        for frame in chosen
    )
