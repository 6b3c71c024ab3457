"""Explaining answers: of a stored model to a file, and of a study's model to some of its test samples."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from netwright.anatomy.explanation import Sample, Subject, explain
from netwright.data.dataset import Dataset
from netwright.models.stored import Stored, load_stored, read_config
from netwright.records.errors import InputError, ModelError, nearest
from netwright.records.explanation import Explanation, Explanations
from netwright.studies.explain_source import read_source

_WITH_PLACES = (3, 4)
"""Dimensions of images and of clips."""


@dataclass(frozen=True)
class ExplainSetting:
    """What is explained.

    Args:
        model: A folder that `netwright checkpoint` wrote.
        source: A video file or an image file.
        label: Name of the class; None for the most probable one.
        layers: Paths of modules where the heat is read; None for the last that keep space and time apart.
        stride: Frames from one of the clip to the next; None as in training.
        factories: Factories outside the catalog that may be imported.
        threads: Threads that torch may compute with.
    """

    model: Path
    source: Path
    label: str | None = None
    layers: tuple[str, ...] | None = None
    stride: int | None = None
    factories: tuple[str, ...] = ()
    threads: int = 1


def explain_file(setting: ExplainSetting) -> Explanation:
    """Return why a stored model answers as it does to a file.

    Args:
        setting: What is explained.

    Returns:
        The explanation; the true class is not known.

    Raises:
        InputError: The model or the file cannot be read, they do not go together, the class is unknown, or a layer is.
    """
    stored = load_stored(setting.model, setting.factories)
    label = None if setting.label is None else _label(setting.label, stored)
    if not setting.source.is_file():
        found = "is no file" if setting.source.exists() else "does not exist"
        raise InputError(f"{setting.source} {found}; name a video file or an image file")
    read = read_source(setting.source, stored.shape, read_config(setting.model).data, setting.stride)
    torch.set_num_threads(setting.threads)
    subject = Subject(stored.model, stored.candidate.name, stored.candidate.model, stored.classes)
    sample = Sample(setting.source.name, seconds=read.seconds)
    record = explain(subject, read.inputs, sample, label=label, layers=setting.layers)
    return record.model_copy(update={"notes": (*read.notes, *record.notes)})


def explain_study(subject: Subject, dataset: Dataset, test: Tensor, probabilities: Tensor) -> Explanations:
    """Return why a model answered two test samples as it did: one right, one of the classes that it confuses most.

    The first is, of the samples that are answered rightly, the most confident one; of the most confused class, where
    one of it is right. The second is, of the samples of that class which are taken for the other, the most confident.

    Args:
        subject: The model.
        dataset: Where the samples are from.
        test: Which of its test part were answered, int64 (N,).
        probabilities: What the model answered, (N, K).

    Returns:
        The explanations; none, and why, of samples without places or a model without a layer that keeps them apart.
    """
    if len(dataset.shape) not in _WITH_PLACES:
        return Explanations(missing=f"{dataset.samples} have no places that heat could lie on")
    labels = dataset.test_labels[test]
    each = []
    for place in _chosen(labels, probabilities):
        number, truth = int(test[place]), int(labels[place])
        sample = Sample(f"test {dataset.samples.removesuffix('s')} {number} of {dataset.name}", truth)
        inputs = dataset.test_inputs(test[place : place + 1])[0]
        try:
            each.append(explain(subject, inputs, sample))
        except ModelError as error:
            return Explanations(missing=str(error))
    return Explanations(each=tuple(each))


def _chosen(labels: Tensor, probabilities: Tensor) -> list[int]:
    sure, answers = probabilities.max(dim=1)
    right = answers == labels
    pairs = Counter(zip(labels[~right].tolist(), answers[~right].tolist(), strict=True))
    if not pairs:
        return [int(sure.argmax())] if len(labels) else []
    # of equally frequent pairs, the first classes
    truth, answer = min(pairs, key=lambda pair: (-pairs[pair], pair))
    alike = right & (labels == truth)
    groups = (alike if bool(alike.any()) else right, (labels == truth) & (answers == answer))
    return [int(torch.where(group, sure, -1.0).argmax()) for group in groups if bool(group.any())]


def _label(name: str, stored: Stored) -> int:
    if name not in stored.classes:
        raise InputError(f"the model has no class {name!r}. {nearest(name, stored.classes)}")
    return stored.classes.index(name)
