"""Looking into one model with texts."""

from dataclasses import dataclass
from pathlib import Path

from netwright.anatomy.neurons import THRESHOLD
from netwright.anatomy.probes import PROBES
from netwright.anatomy.threshold import Threshold
from netwright.anatomy.whole import anatomy_of
from netwright.data.text_lines import text_lines
from netwright.machine.progress import Progress
from netwright.models.text.batches import longest_text, text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.records.anatomy import Anatomy, Probe
from netwright.structure.transformer.read import read_transformer
from netwright.studies.model_folder import find_model

BATCH = 16
"""Texts a forward pass."""


@dataclass(frozen=True)
class AnatomySetting:
    """What is looked at, and with what.

    Args:
        model: A folder in the layout of `transformers`, or the name of a checkpoint in the cache, such as `minilm`.
        texts: A file with one text a line; None for the ten probe sentences.
        threshold: Which cosine is large.
        max_length: Tokens of a text; longer ones are cut. None cuts none, and refuses those that the model cannot read.
    """

    model: str
    texts: Path | None = None
    threshold: Threshold = THRESHOLD
    max_length: int | None = None


def look_into(setting: AnatomySetting, progress: Progress) -> Anatomy:
    """Read a model and return its anatomy.

    Args:
        setting: What is looked at.
        progress: Where progress is shown, in parts of the work.

    Returns:
        The record.

    Raises:
        ModelError: The model cannot be read, or no transformer is found inside.
        InputError: There is no such model or file of texts, or a text is longer than the model reads.
    """
    texts = setting.texts
    probes = PROBES if texts is None else tuple(Probe(text=text) for text in text_lines(texts))
    folder = find_model(setting.model)
    title = f"{setting.model.rstrip('/').rpartition('/')[2]}, {len(probes)} texts"
    progress.start(3, title)
    try:
        progress.advance(0, "reading the model", None)
        model, tokenizer = read_checkpoint(folder)
        read_transformer(model)
        progress.advance(1, "making tokens", None)
        read = [probe.text for probe in probes]
        batches = text_batches(read, tokenizer, BATCH, setting.max_length, longest_text(model))
        progress.advance(2, "looking at layers, neurons and what they hand on", None)
        return anatomy_of(model, batches, probes, setting.threshold, title=title)
    finally:
        progress.stop()
