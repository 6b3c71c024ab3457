"""The pretrained MiniLM, a small encoder, with a fresh head to classify texts."""

from pathlib import Path
from typing import Any

from torch import nn

from netwright.models.options import whole, within
from netwright.models.text.byte_rows import text_shape
from netwright.models.text.checkpoint import check_folder, checkpoint_tokenizer
from netwright.models.text.classifier import TextClassifier
from netwright.models.text.library import transformers_library
from netwright.models.text.vocabulary import minilm_folder
from netwright.records.errors import CandidateError, InputError


def minilm(
    shape: tuple[int, ...], classes: int, *, max_length: int = 64, dropout: float = 0.1, checkpoint: str = ""
) -> nn.Module:
    """Return a pretrained encoder whose first token, after its pooling layer, is classified by a linear layer.

    The encoder starts from its trained weights, the linear layer from random ones; training moves both. A checkpoint
    that classifies as many classes already keeps its head.

    Source: Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained
    Transformers"; the weights are those of all-MiniLM-L6-v2 (6 layers, width 384, 1,536 neurons a layer).

    Args:
        shape: Of an input: (bytes,).
        classes: How many logits.
        max_length: Tokens of a text; longer ones are cut.
        dropout: Share of activations that is silenced in training.
        checkpoint: Another folder in the layout of `transformers` to start from; MiniLM from the cache if empty.

    Returns:
        A module from uint8 (N, bytes) to logits (N, classes).

    Raises:
        CandidateError: An option has a value that it cannot have, or there is no such model on this machine.
    """
    text_shape("minilm", shape)
    whole("minilm.max_length", max_length, 2, 100_000)
    within("minilm.dropout", dropout, 0, 0.95)
    if not isinstance(checkpoint, str):
        raise CandidateError(f"minilm.checkpoint: found {checkpoint!r}; write the path of a folder")
    folder = Path(checkpoint) if checkpoint else minilm_folder("minilm")
    try:
        check_folder(folder)
        network, tokenizer = _classifier(folder, classes), checkpoint_tokenizer(folder)
    except InputError as error:
        raise CandidateError(f"minilm.checkpoint: {error}") from error
    if tokenizer.pad_token_id is None:
        raise CandidateError(
            f"minilm.checkpoint: the tokenizer in {folder} has no padding token, as those of decoders; name an encoder"
        )
    for part in network.modules():
        if isinstance(part, nn.Dropout):
            part.p = dropout
    return TextClassifier(network, tokenizer, max_length)


def _classifier(folder: Path, classes: int) -> Any:
    with transformers_library() as transformers:
        network, found = transformers.AutoModelForSequenceClassification.from_pretrained(
            folder,
            num_labels=classes,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            # a head for other classes starts anew; anything else that does not fit is refused below
            ignore_mismatched_sizes=True,
        )
    head = network.base_model_prefix
    fresh = [*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])]
    lost = sorted(key for key in fresh if key.startswith(f"{head}."))
    if lost:
        raise CandidateError(
            f"minilm.checkpoint: {folder} has no weights that fit {', '.join(lost[:3])}; save the whole encoder there"
        )
    return network
