"""Looking into one model with texts."""

from dataclasses import dataclass
from pathlib import Path

from netwright.anatomy.neurons import THRESHOLD
from netwright.anatomy.probes import PROBES
from netwright.anatomy.threshold import Threshold
from netwright.anatomy.whole import anatomy_of
from netwright.machine.progress import Progress
from netwright.models.text.batches import longest_text, text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.models.text.vocabulary import NAME, minilm_folder
from netwright.records.anatomy import Anatomy, Probe
from netwright.records.errors import InputError, nearest
from netwright.structure.transformer.read import read_transformer

BATCH = 16
"""Texts a forward pass."""


@dataclass(frozen=True)
class AnatomySetting:
    """What is looked at, and with what.

    Args:
        model: A folder in the layout of `transformers`, or `minilm`, the pretrained encoder in the cache.
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
    probes = PROBES if setting.texts is None else probes_of(setting.texts)
    folder = _folder(setting.model)
    title = f"{setting.model.rstrip('/').rpartition('/')[2]}, {len(probes)} texts"
    progress.start(3, title)
    try:
        progress.advance(0, "reading the model", None)
        model, tokenizer = read_checkpoint(folder)
        read_transformer(model)
        progress.advance(1, "making tokens", None)
        texts = [probe.text for probe in probes]
        batches = text_batches(texts, tokenizer, BATCH, setting.max_length, longest_text(model))
        progress.advance(2, "looking at layers, neurons and what they hand on", None)
        return anatomy_of(model, batches, probes, setting.threshold, title=title)
    finally:
        progress.stop()


def probes_of(path: Path) -> tuple[Probe, ...]:
    """Return the texts of a file, one a line; empty lines are left out.

    Args:
        path: A file in UTF-8.

    Returns:
        The texts.

    Raises:
        InputError: There is no such file, it is not UTF-8, or it holds no text.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: found a byte that is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        found = f"{path}: the texts could not be read ({error.strerror})"
        raise InputError(f"{found}; name a file with one text a line") from error
    texts = [line.strip() for line in content.split("\n")]
    if not any(texts):
        raise InputError(f"{path} holds no text; write one a line")
    return tuple(Probe(text=text) for text in texts if text)


def _folder(model: str) -> Path:
    if model == NAME:
        return minilm_folder("netwright anatomy minilm")
    if not Path(model).is_dir():
        known = nearest(model, (NAME,))
        raise InputError(f"there is no folder {model}; name one in the layout of transformers, or a model. {known}")
    return Path(model)
