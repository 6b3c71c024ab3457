"""Forecasts of scale-invariant layers, from the last steps that were looked at closely."""

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from netwright.dynamics.family import Family, Floats
from netwright.dynamics.forecast import ScaleReadings, forecast
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.partition import Part
from netwright.dynamics.update import Update
from netwright.records.dynamics import Forecast

KEPT = 2
"""Readings over which a forecast takes its mean: one mini-batch is noisy."""


class Outlook:
    """Keeps the last readings of scale families, and forecasts their norms.

    Args:
        families: What is watched; others than scale families are left alone.
        spans: Where the charges of each family lie among the quadratic ones.
    """

    def __init__(self, families: Sequence[Family], spans: Sequence[slice]) -> None:
        pairs = zip(families, spans, strict=True)
        self._scales = [(family, span) for family, span in pairs if family.symmetry.kind == "scale"]
        self._kept: list[deque[Floats]] = [deque(maxlen=KEPT) for _ in self._scales]
        self._settings: list[StepSettings | None] = [None for _ in self._scales]

    def add(self, update: Update, parts: Sequence[Part]) -> None:
        """Take up one step: of each family whose parameters it moved with the same settings."""
        for at, (family, span) in enumerate(self._scales):
            names = frozenset(family.symmetry.parameters)
            own = next((part for part in parts if part.moves and names <= part.names), None)
            if own is not None:
                products = (update.weights, update.square, update.crossing, update.inward)
                self._kept[at].append(np.stack([product[span] for product in products]))
                self._settings[at] = own.settings

    def forecasts(self) -> tuple[Forecast, ...]:
        """Return one forecast a scale family that was read."""
        told = []
        for (family, _), kept, settings in zip(self._scales, self._kept, self._settings, strict=True):
            if kept and settings is not None and np.isfinite(kept).all():
                readings = ScaleReadings(*np.stack(list(kept), axis=1))
                told.append(forecast(family.symmetry.place, readings, settings))
        return tuple(told)

    def state_dict(self) -> dict[str, Any]:
        """Return what is kept, as plain values and tensors."""
        return {
            "kept": [[torch.from_numpy(products.copy()) for products in kept] for kept in self._kept],
            "settings": [None if settings is None else asdict(settings) for settings in self._settings],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self._kept = [deque((products.numpy().copy() for products in kept), KEPT) for kept in state["kept"]]
        self._settings = [None if kept is None else StepSettings(**kept) for kept in state["settings"]]
