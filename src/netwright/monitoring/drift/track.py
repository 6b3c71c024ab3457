"""A track: features that are ranked, bet on and judged in the same way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bets.bet import Bet, Memory
from netwright.monitoring.drift.bets.hedge import class_hedge, number_hedge
from netwright.monitoring.drift.capital import Capital
from netwright.monitoring.drift.effects.effect import EffectSize
from netwright.monitoring.drift.effects.ks import KolmogorovSmirnov
from netwright.monitoring.drift.effects.psi import PopulationStability
from netwright.monitoring.drift.effects.variation import TotalVariation
from netwright.monitoring.drift.effects.wasserstein import Wasserstein
from netwright.monitoring.drift.ranks import rank
from netwright.records.reference import FeatureReference, Reference

BLOCK = 8
"""Rows that are bet on together: bets begin, learn and are judged after every eighth row."""
SMALLEST = 1e-12
"""Ranks are kept so far from 0 and 1, so that a density there is finite."""
PREDICTED = "predicted class"
"""The name of the feature that is the class itself."""


@dataclass(frozen=True)
class Track:
    """Features of one kind, with the bets against them and their effect sizes.

    Args:
        features: The reference of each.
        bet: What bets against uniform ranks of each.
        sizes: Feature by feature, the effect sizes.
    """

    features: tuple[FeatureReference, ...]
    bet: Bet
    sizes: tuple[tuple[EffectSize, ...], ...]

    @property
    def log_shares(self) -> NDArray[np.float64]:
        """Logarithm of the part of the capital that each expert bets with."""
        return np.log(self.bet.shares)


@dataclass(frozen=True)
class TrackState:
    """What a track knows after some blocks.

    Args:
        counts: (F, K) reference values and rows in each bin.
        memory: Of the bets.
        capital: Of the features.
    """

    counts: NDArray[np.int64]
    memory: Memory
    capital: Capital


@dataclass(frozen=True)
class Judged:
    """What a track says after each of several blocks.

    Args:
        log_values: (blocks, F) logarithm of the e-values.
        began: (blocks, F) row at which the evidence began.
    """

    log_values: NDArray[np.float64]
    began: NDArray[np.int64]


def number_track(reference: Reference) -> Track:
    """Return the track of the watched numbers."""
    sizes = tuple(_number_sizes(one) for one in reference.features)
    return Track(reference.features, number_hedge(), sizes)


def _number_sizes(feature: FeatureReference) -> tuple[EffectSize, ...]:
    judged = (PopulationStability(), KolmogorovSmirnov())
    # without the values that bins stand for there is no telling how far rows moved
    return (*judged, Wasserstein(np.array(feature.centres), feature.spread)) if feature.centres else judged


def class_track(reference: Reference) -> Track:
    """Return the track of the predicted class; what is no class is its last bin."""
    counts = (*reference.predicted, 0)
    edges = tuple(index + 0.5 for index in range(len(reference.predicted) - 1))
    feature = FeatureReference(name=PREDICTED, group="prediction", edges=edges, counts=counts, mean=0.0, spread=0.0)
    return Track((feature,), class_hedge(np.array(counts)), ((PopulationStability(), TotalVariation()),))


def start(track: Track) -> TrackState:
    """Return the state before the first row."""
    most = max((len(one.counts) for one in track.features), default=1)
    counts = np.zeros((len(track.features), most), np.int64)
    for row, one in zip(counts, track.features, strict=True):
        row[: len(one.counts)] = one.counts
    capital = Capital.start(len(track.features), len(track.bet.shares))
    return TrackState(counts, track.bet.start(len(track.features)), capital)


def advance(
    track: Track, state: TrackState, bins: NDArray[np.int16], draws: NDArray[np.float64]
) -> tuple[TrackState, Judged]:
    """Return the state after whole blocks of rows, and what it said after each.

    Args:
        track: The features.
        state: Before these rows.
        bins: (blocks x 8, F) bins of the rows.
        draws: (blocks x 8, F) uniform numbers that break ties.

    Returns:
        The state, and the judgement after each block.
    """
    features = len(track.features)
    places, counts = rank(bins, state.counts, draws)
    clipped = np.clip(places, SMALLEST, 1 - SMALLEST).reshape(len(places) // BLOCK, BLOCK, features)
    paid, memory = track.bet.pay(clipped, state.memory)
    capital, log_shares = state.capital, track.log_shares
    log_values = np.empty((len(paid), features))
    began = np.empty((len(paid), features), np.int64)
    for block, log_paid in enumerate(paid):
        capital = capital.after(log_paid)
        log_values[block] = capital.log_value(log_shares)
        began[block] = capital.began(log_shares) * BLOCK
    return TrackState(counts, memory, capital), Judged(log_values, began)
