"""Calibration and test texts of a pruning, kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from netwright.data.catalog import load
from netwright.data.text_bytes import decode_texts
from netwright.data.text_lines import text_lines
from netwright.machine.seeds import derive_seed
from netwright.records.errors import InputError

CALIBRATION = 512
"""Calibration texts of the reviews."""
HELD_OUT = 4
"""Of a file without test texts beside it, one text in so many is held out for testing."""


@dataclass(frozen=True, eq=False)
class PruneTexts:
    """What a pruning looks at, and what it is tested on.

    Args:
        calibration: Texts that plan and repair look at.
        test: Texts that the result is compared on; none of them is among the calibration texts.
        labels: Index of the right answer of each test text; None where it is not known.
        origin: Where they come from, in words.
    """

    calibration: Sequence[str]
    test: Sequence[str]
    labels: tuple[int, ...] | None
    origin: str


def prune_texts(texts: Path | None, test: Path | None, *, classes: int | None) -> PruneTexts:
    """Return the texts of a pruning.

    Args:
        texts: File of calibration texts, one a line; None for training snippets of `reviews`, always the same ones.
        test: File of test texts, each line `label<TAB>text` or a text alone. None for what goes with the calibration
            texts: the test part of `reviews`, or a quarter of the file, which then does not calibrate.
        classes: How many labels the model answers with; None where it answers with words. The labels of `reviews` are
            used where there are 2.

    Returns:
        The texts.

    Raises:
        InputError: A file is missing, empty, no text, or holds too little; a label is none of the model's.
    """
    calibration = None if texts is None else text_lines(texts)
    if test is not None:
        tested, labels = _labelled(test, classes)
        learnt = _reviews()[0] if calibration is None else calibration
        seen = set(learnt)
        if not seen.isdisjoint(tested):
            both = sum(text in seen for text in tested)
            raise InputError(f"{test}: {both} of {len(tested)} test texts are calibration texts too; take them out")
        return PruneTexts(learnt, tested, labels, f"calibration {texts or 'reviews'}, test {test}")
    if calibration is None:
        learnt, tested, known = _reviews()
        return PruneTexts(learnt, tested, known if classes == 2 else None, "snippets of film reviews")
    single = list(dict.fromkeys(calibration))
    if len(single) < HELD_OUT:
        raise InputError(
            f"{texts} has {len(single)} different texts, too few to hold one in {HELD_OUT} out for testing; add more, "
            "or name a file of test texts"
        )
    held = single[::HELD_OUT]
    away = set(held)
    origin = f"{texts}, one text in {HELD_OUT} held out for testing"
    return PruneTexts([text for text in single if text not in away], held, None, origin)


def _reviews() -> tuple[list[str], list[str], tuple[int, ...]]:
    dataset = load("reviews")
    order = torch.Generator().manual_seed(derive_seed("calibration"))
    chosen = torch.randperm(len(dataset.train_labels), generator=order)[:CALIBRATION]
    everything = torch.arange(len(dataset.test_labels))
    learnt, tested = _texts(dataset.train_inputs(chosen)), _texts(dataset.test_inputs(everything))
    return learnt, tested, tuple(dataset.test_labels.tolist())


def _texts(rows: Tensor) -> list[str]:
    return decode_texts(rows)


def _labelled(path: Path, classes: int | None) -> tuple[list[str], tuple[int, ...] | None]:
    lines = text_lines(path)
    parts = [line.partition("\t") for line in lines]
    if not all(tab for _, tab, _ in parts):
        if any(tab for _, tab, _ in parts):
            bare = next(at for at, (_, tab, _) in enumerate(parts, start=1) if not tab)
            raise InputError(
                f"{path}: text {bare} has no label and others have; write label, tab, text for all of them"
            )
        return lines, None
    if classes is None:
        raise InputError(f"{path} has labels, and the model answers with words; leave the labels out")
    for at, (label, _, text) in enumerate(parts, start=1):
        if not label.strip().isdecimal() or int(label) >= classes or not text.strip():
            raise InputError(
                f"{path}: text {at} begins with {label[:20]!r}; write a label from 0 to {classes - 1}, a tab, the text"
            )
    return [text.strip() for _, _, text in parts], tuple(int(label) for label, _, _ in parts)
