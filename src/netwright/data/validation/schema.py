"""The form of a data set: its parts, its shapes, its numbers."""

from collections.abc import Iterator

import torch

from netwright.data.validation.subject import Subject
from netwright.records.validation import Finding

_PARTS = ("train", "test")
_WORDS = {"train": "training", "test": "test"}
_AT_ONCE = 4096


def check_schema(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the form: parts without samples, parts of different shapes, numbers that are none.

    Args:
        subject: The data.

    Yields:
        Findings, all of them errors.
    """
    data, forms = subject.dataset, {}
    for part in _PARTS:
        count = len(data.train_labels if part == "train" else data.test_labels)
        if not count:
            yield Finding(
                severity="error",
                kind="empty part",
                what=f"the {_WORDS[part]} part has no {data.samples}",
                remedy="Add some of every class.",
            )
            continue
        probe = _inputs(subject, part, torch.arange(1))
        forms[part] = f"{probe.dtype} {tuple(probe.shape[1:])}".removeprefix("torch.")
        if probe.is_floating_point():
            yield from _not_finite(subject, part, count)
    if len(set(forms.values())) > 1:
        found = f"a training sample is {forms['train']}, a test sample {forms['test']}"
        yield Finding(severity="error", kind="shapes", what=found, remedy="Bring both parts to one type and shape.")


def _not_finite(subject: Subject, part: str, count: int) -> Iterator[Finding]:
    wrong: list[int] = []
    for at in range(0, count, _AT_ONCE):
        inputs = _inputs(subject, part, torch.arange(at, min(count, at + _AT_ONCE)))
        wrong += (at + (~inputs.isfinite()).flatten(1).any(1).nonzero().flatten()).tolist()
    if wrong:
        yield Finding(
            severity="error",
            kind="not finite",
            what=f"{len(wrong):,} {_WORDS[part]} {subject.dataset.samples} hold NaN or infinity",
            where=subject.places(part, wrong),
            count=len(wrong),
            of=count,
            remedy="Correct or remove them: one such number makes every weight NaN.",
        )


def _inputs(subject: Subject, part: str, indices: torch.Tensor) -> torch.Tensor:
    data = subject.dataset
    return data.train_inputs(indices) if part == "train" else data.test_inputs(indices)
