"""BERT, GPT-2 and Llama of the transformers library, random weights: their charges as functions of their sizes.

Letters as in `large`. Dropout is off; it would change no count, since it silences the same units on both sides.
"""

import torch
from tests.dynamics.nets.large import Sizes
from tests.dynamics.nets.net import Expected, general_linear, null, rescale, scale, translation
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)


class Logits(nn.Module):
    """A model of the library with tensors alone going in and out: (rows, classes) for all positions or sequences."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> Tensor:
        types = {"token_type_ids": tokens % 2} if isinstance(self.model, BertForSequenceClassification) else {}
        return self.model(input_ids=tokens, **types).logits.flatten(0, -2)


def bert(s: Sizes) -> BertForSequenceClassification:
    """Return a BERT classifier; no token is for padding, or its row of the table would get no gradient."""
    config = BertConfig(
        vocab_size=s.vocabulary, hidden_size=s.width, num_hidden_layers=s.layers, num_attention_heads=s.heads,
        intermediate_size=s.hidden, max_position_embeddings=s.positions, num_labels=s.classes, pad_token_id=None,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return BertForSequenceClassification(config)


def gpt2(s: Sizes) -> GPT2LMHeadModel:
    """Return a GPT-2 whose head is its embedding, as published; no cache, which gradients do not need."""
    config = GPT2Config(
        vocab_size=s.vocabulary, n_embd=s.width, n_layer=s.layers, n_head=s.heads, n_inner=s.hidden,
        n_positions=s.positions, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, use_cache=False,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def llama(s: Sizes) -> LlamaForCausalLM:
    """Return a Llama with a head of its own and half as many heads of keys and values as of queries."""
    config = LlamaConfig(
        vocab_size=s.vocabulary, hidden_size=s.width, intermediate_size=s.hidden, num_hidden_layers=s.layers,
        num_attention_heads=s.heads, num_key_value_heads=s.heads // 2, max_position_embeddings=s.positions,
        tie_word_embeddings=False, use_cache=False, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return LlamaForCausalLM(config)


def bert_families(s: Sizes) -> tuple[Expected, ...]:
    """Count the charges of `bert`: norms after the sums, GELU.

    - The three tables are added and normalised: 1 scale of all; each row may shift all channels alike: V + T + 2; u may
      move from tokens to positions, or from tokens to types: 2 E, less the 2 of u = (1, ..., 1): 2 E - 2.
    - What a norm puts out is read by a layer and also added to the layer's output before the next norm. No single
      channel may grow: the sum would tell. All together may: (gamma, beta) of the norm and (W, b) of the writer grow,
      the readers' weights shrink, and the next norm divides by the common factor: 1 rescale up to epsilon for each of
      2 L sums (norm of the embeddings or of the layer below with queries, keys, values and `attention.output`; norm of
      the attention with `intermediate` and `output`).
    - The last norm is read by the pooler alone: E rescales, channel by channel.
    - Writers before a norm: E + 1 translations of `attention.output`, F + 1 of `output`, each layer.
    - Attention: H d (d + 1) / 2 twice, E null key biases. GELU and tanh: nothing. Classifier: E + 1 translations.
    """
    width, head = s.width, s.width // s.heads
    tables = [f"bert.embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type")]
    families = [
        scale(1, *tables),
        *(translation(rows, table) for rows, table in zip((s.vocabulary, s.positions, 2), tables, strict=True)),
        translation(width - 1, tables[0], tables[1]),
        translation(width - 1, tables[0], tables[2]),
        translation(width + 1, "classifier.weight", "classifier.bias"),
    ]
    norm = "bert.embeddings.LayerNorm"
    for i in range(s.layers):
        layer = f"bert.encoder.layer.{i}"
        attention = f"{layer}.attention"
        query, key, value = (_pair(f"{attention}.self.{name}") for name in ("query", "key", "value"))
        middle, out = _pair(f"{attention}.output.LayerNorm"), _pair(f"{attention}.output.dense")
        down = _pair(f"{layer}.output.dense")
        families += [
            rescale(1, *_pair(norm), query[0], key[0], value[0], *out, exact=False),
            rescale(1, *middle, f"{layer}.intermediate.dense.weight", *down, exact=False),
            general_linear(s.heads, head, *query, *key),
            general_linear(s.heads, head, *value, out[0]),
            null(width, key[1]),
            translation(width + 1, *out),
            translation(s.hidden + 1, *down),
        ]
        norm = f"{layer}.output.LayerNorm"
    return (*families, rescale(width, *_pair(norm), "bert.pooler.dense.weight"))


def gpt2_families(s: Sizes) -> tuple[Expected, ...]:
    """Count the charges of `gpt2`: norms before the layers, GELU, the head tied to the embedding.

    - All writers of the stream may grow together, the embedding with them; as the head it makes larger logits, which
      (gamma, beta) of the last norm undo: 1 rescale up to epsilon. The last norm has no others: one channel of the
      embedding alone may not grow.
    - Rows of positions, `attn.c_proj`, `mlp.c_proj` may shift all channels alike: T, and L (E + 1 + F + 1). A row of
      the embedding may not: as the head it would move its logit.
    - u may move from all tokens to all positions: the stream stays, and all logits move alike: E. None of them is among
      the shifts of rows of positions alone, since they move the embedding.
    - Norms before layers against their readers: 2 L E rescales. GELU: nothing.
    - Attention: H d (d + 1) / 2 twice, E null key biases, inside `c_attn`.
    """
    width, head = s.width, s.width // s.heads
    every = [f"transformer.h.{i}" for i in range(s.layers)]
    tables = ("transformer.wte.weight", "transformer.wpe.weight")
    writers = [name for layer in every for part in ("attn", "mlp") for name in _pair(f"{layer}.{part}.c_proj")]
    families = [
        rescale(1, *tables, *writers, *_pair("transformer.ln_f"), exact=False),
        translation(s.positions, tables[1]),
        translation(width, *tables),
    ]
    for layer in every:
        fused = _pair(f"{layer}.attn.c_attn")
        families += [
            rescale(width, *_pair(f"{layer}.ln_1"), fused[0]),
            rescale(width, *_pair(f"{layer}.ln_2"), f"{layer}.mlp.c_fc.weight"),
            general_linear(s.heads, head, *fused),
            general_linear(s.heads, head, *fused, f"{layer}.attn.c_proj.weight"),
            null(width, fused[1]),
            translation(width + 1, *_pair(f"{layer}.attn.c_proj")),
            translation(s.hidden + 1, *_pair(f"{layer}.mlp.c_proj")),
        ]
    return tuple(families)


def llama_families(s: Sizes) -> tuple[Expected, ...]:
    """Count the charges of `llama`: RMS norms before the layers, rotary turns, grouped queries, SwiGLU, no biases.

    - All writers (embedding, `o_proj`, `down_proj`) may grow together: 1 scale. RMS norms subtract nothing: no shifts.
    - Each norm's gamma against its readers: (2 L + 1) E rescales; `up_proj` against `down_proj`: L F.
    - Rotary turns leave one multiple for each of d / 2 pairs; the heads of queries that share a head of keys share it:
      (H / 2) (d / 2) rescales a layer. Values and `o_proj`: GL(d) for each of H / 2 heads of values.
    - Head: E translations.
    """
    width, head, shared = s.width, s.width // s.heads, s.heads // 2
    every = [f"model.layers.{i}" for i in range(s.layers)]
    writers = [f"{layer}.{name}.weight" for layer in every for name in ("self_attn.o_proj", "mlp.down_proj")]
    families = [
        scale(1, "model.embed_tokens.weight", *writers),
        rescale(width, "model.norm.weight", "lm_head.weight"),
        translation(width, "lm_head.weight"),
    ]
    for layer in every:
        query, key, value, out = (f"{layer}.self_attn.{name}_proj.weight" for name in "qkvo")
        gate, up, down = (f"{layer}.mlp.{name}_proj.weight" for name in ("gate", "up", "down"))
        families += [
            rescale(width, f"{layer}.input_layernorm.weight", query, key, value),
            rescale(shared * head // 2, query, key),
            general_linear(shared, head, value, out),
            rescale(width, f"{layer}.post_attention_layernorm.weight", gate, up),
            rescale(s.hidden, up, down),
        ]
    return tuple(families)


def tokens_for(s: Sizes, sequences: int = 4) -> Tensor:
    """Return tokens (sequences, T), all of the vocabulary among them if there is room."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(s.vocabulary, (sequences, s.positions), generator=generator)
    drawn.view(-1)[: s.vocabulary] = torch.arange(s.vocabulary)[: drawn.numel()]
    return drawn


def _pair(name: str) -> tuple[str, str]:
    return f"{name}.weight", f"{name}.bias"
