"""A GPT-2-style classifier of texts of any size, with random weights."""

from typing import Any

from torch import nn

from netwright.models.text.byte_rows import text_shape
from netwright.models.text.classifier import TextClassifier
from netwright.models.text.library import transformers_library
from netwright.models.text.sizes import Sizes
from netwright.models.text.vocabulary import minilm_folder, read_tokenizer, start_embeddings


def gpt2(
    shape: tuple[int, ...],
    classes: int,
    *,
    layers: int = 12,
    width: int = 384,
    feed_forward: int = 1536,
    max_length: int = 64,
    dropout: float = 0.1,
    embeddings: str = "random",
) -> nn.Module:
    """Return a decoder whose last real token is classified by a linear layer.

    Each token sees those before it. Texts are cut into the word pieces of MiniLM's vocabulary, so the last token is its
    end of text, [SEP]. The default depth is that of the smallest published model, the width half of it.

    Source: Radford, Wu, Child, Luan, Amodei and Sutskever 2019, "Language Models are Unsupervised Multitask Learners",
    section 2.3; classified as in Radford et al. 2018, section 3.2; built by `transformers`.

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
    text_shape("gpt2", shape)
    sizes = Sizes(layers, width, feed_forward, max_length, dropout, embeddings)
    sizes.check("gpt2")
    tokenizer = read_tokenizer(minilm_folder("gpt2"))
    network = _network(sizes, tokenizer, classes)
    if embeddings == "minilm":
        start_embeddings("gpt2", network.get_input_embeddings())
    return TextClassifier(network, tokenizer, max_length)


def _network(sizes: Sizes, tokenizer: Any, classes: int) -> Any:
    with transformers_library() as transformers:
        config = transformers.GPT2Config(
            vocab_size=len(tokenizer),
            n_embd=sizes.width,
            n_layer=sizes.layers,
            n_head=sizes.heads,
            n_inner=sizes.feed_forward,
            n_positions=sizes.max_length,
            resid_pdrop=sizes.dropout,
            embd_pdrop=sizes.dropout,
            attn_pdrop=sizes.dropout,
            # the place of the decision is found by what is not padding
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.cls_token_id,
            eos_token_id=tokenizer.sep_token_id,
            use_cache=False,
            num_labels=classes,
        )
        return transformers.GPT2ForSequenceClassification(config)
