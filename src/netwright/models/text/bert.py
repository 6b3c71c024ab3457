"""A BERT-style classifier of texts of any size, with random weights."""

from typing import Any

from torch import nn

from netwright.models.text.byte_rows import text_shape
from netwright.models.text.classifier import TextClassifier
from netwright.models.text.library import transformers_library
from netwright.models.text.sizes import Sizes
from netwright.models.text.vocabulary import minilm_folder, read_tokenizer, start_embeddings


def bert(
    shape: tuple[int, ...],
    classes: int,
    *,
    layers: int = 6,
    width: int = 384,
    feed_forward: int = 1536,
    max_length: int = 64,
    dropout: float = 0.1,
    embeddings: str = "random",
) -> nn.Module:
    """Return an encoder whose first token, after a pooling layer, is classified by a linear layer.

    Texts are cut into the word pieces of MiniLM's vocabulary. The defaults are MiniLM's sizes.

    Source: Devlin, Chang, Lee and Toutanova 2019, "BERT: Pre-training of Deep Bidirectional Transformers", sections 3
    and 4.1; built by `transformers`.

    Args:
        shape: Of an input: (bytes,).
        classes: How many logits.
        layers: Blocks.
        width: Numbers a token has between blocks; each attention has a head for every 64 of them.
        feed_forward: Neurons of each block's feed-forward network.
        max_length: Tokens of a text; longer ones are cut.
        dropout: Share of activations that is silenced in training.
        embeddings: What the table of tokens starts from: `random`, or `minilm` (width 384).

    Returns:
        A module from uint8 (N, bytes) to logits (N, classes).
    """
    text_shape("bert", shape)
    sizes = Sizes(layers, width, feed_forward, max_length, dropout, embeddings)
    sizes.check("bert")
    tokenizer = read_tokenizer(minilm_folder("bert"))
    network = _network(sizes, tokenizer, classes)
    if embeddings == "minilm":
        start_embeddings("bert", network.get_input_embeddings())
    return TextClassifier(network, tokenizer, max_length)


def _network(sizes: Sizes, tokenizer: Any, classes: int) -> Any:
    with transformers_library() as transformers:
        config = transformers.BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=sizes.width,
            num_hidden_layers=sizes.layers,
            num_attention_heads=sizes.heads,
            intermediate_size=sizes.feed_forward,
            max_position_embeddings=sizes.max_length,
            hidden_dropout_prob=sizes.dropout,
            attention_probs_dropout_prob=sizes.dropout,
            pad_token_id=tokenizer.pad_token_id,
            num_labels=classes,
        )
        return transformers.BertForSequenceClassification(config)
