"""Transformers whose blocks have sizes of their own: `config.ffn_sizes` neurons, `config.head_counts` heads.

This file is copied beside saved weights, so that `transformers` alone loads them with `trust_remote_code=True`. It
needs `torch` and `transformers`, nothing else.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from torch import nn
from transformers import (
    AutoModel,
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertLMHeadModel,
    BertModel,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertForQuestionAnswering,
    DistilBertForSequenceClassification,
    DistilBertForTokenClassification,
    DistilBertModel,
    GPT2Config,
    GPT2ForQuestionAnswering,
    GPT2ForSequenceClassification,
    GPT2ForTokenClassification,
    GPT2LMHeadModel,
    GPT2Model,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForQuestionAnswering,
    LlamaForSequenceClassification,
    LlamaForTokenClassification,
    LlamaModel,
    RobertaConfig,
    RobertaForCausalLM,
    RobertaForMaskedLM,
    RobertaForQuestionAnswering,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    RobertaModel,
)
from transformers.pytorch_utils import Conv1D


class NetwrightBertConfig(BertConfig):  # type: ignore[misc]
    """Sizes of a BERT whose blocks differ."""

    model_type = "netwright_bert"
    _auto_class = "AutoConfig"


class NetwrightRobertaConfig(RobertaConfig):  # type: ignore[misc]
    """Sizes of a RoBERTa whose blocks differ."""

    model_type = "netwright_roberta"
    _auto_class = "AutoConfig"


class NetwrightDistilBertConfig(DistilBertConfig):  # type: ignore[misc]
    """Sizes of a DistilBERT whose blocks differ."""

    model_type = "netwright_distilbert"
    _auto_class = "AutoConfig"


class NetwrightGPT2Config(GPT2Config):  # type: ignore[misc]
    """Sizes of a GPT-2 whose blocks differ."""

    model_type = "netwright_gpt2"
    _auto_class = "AutoConfig"


class NetwrightLlamaConfig(LlamaConfig):  # type: ignore[misc]
    """Sizes of a Llama whose blocks differ; a head is a key with all its queries."""

    model_type = "netwright_llama"
    _auto_class = "AutoConfig"


@dataclass(frozen=True)
class Parts:
    """Paths of what shrinks: the list of blocks in the base model, all else in a block.

    Args:
        stack: The list of blocks.
        into: Linear maps that make the neurons.
        out: The linear map that reads them.
        queries: The map that makes queries; one for query, key and value where `keys` is empty.
        keys: The maps that make keys and values.
        heads_out: The map that reads the heads.
        counts: Attributes that hold the number of heads.
        widths: Attributes that hold the values of all heads together.
    """

    stack: str
    into: tuple[str, ...]
    out: str
    queries: str
    keys: tuple[str, ...]
    heads_out: str
    counts: tuple[str, ...] = ()
    widths: tuple[str, ...] = ()


_BERT = Parts(
    stack="encoder.layer",
    into=("intermediate.dense",),
    out="output.dense",
    queries="attention.self.query",
    keys=("attention.self.key", "attention.self.value"),
    heads_out="attention.output.dense",
    counts=("attention.self.num_attention_heads",),
    widths=("attention.self.all_head_size",),
)
_DISTILBERT = Parts(
    stack="transformer.layer",
    into=("ffn.lin1",),
    out="ffn.lin2",
    queries="attention.q_lin",
    keys=("attention.k_lin", "attention.v_lin"),
    heads_out="attention.out_lin",
    counts=("attention.n_heads",),
    widths=("attention.dim",),
)
_GPT2 = Parts(
    stack="h",
    into=("mlp.c_fc",),
    out="mlp.c_proj",
    queries="attn.c_attn",
    keys=(),
    heads_out="attn.c_proj",
    counts=("attn.num_heads",),
    widths=("attn.split_size",),
)
_LLAMA = Parts(
    stack="layers",
    into=("mlp.gate_proj", "mlp.up_proj"),
    out="mlp.down_proj",
    queries="self_attn.q_proj",
    keys=("self_attn.k_proj", "self_attn.v_proj"),
    heads_out="self_attn.o_proj",
)
PARTS = {
    NetwrightBertConfig.model_type: _BERT,
    NetwrightRobertaConfig.model_type: _BERT,
    NetwrightDistilBertConfig.model_type: _DISTILBERT,
    NetwrightGPT2Config.model_type: _GPT2,
    NetwrightLlamaConfig.model_type: _LLAMA,
}
"""What shrinks in the blocks of each `model_type`."""


class Uneven:
    """Builds a dense model, then shrinks its blocks to the sizes in its config, before any weights are read."""

    def __init__(self, config: Any, *inputs: Any, **options: Any) -> None:
        super().__init__(config, *inputs, **options)  # type: ignore[call-arg]
        shrink(self)


def shrink(model: Any) -> None:
    """Shrink the blocks of a model to the sizes that its config states; what has that size already stays.

    Args:
        model: One of the classes of this file.

    Raises:
        ValueError: The config states sizes that the blocks cannot have.
    """
    config, parts = model.config, PARTS[model.config.model_type]
    blocks = attrgetter(parts.stack)(getattr(model, model.base_model_prefix, model))
    head_size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    groups = config.num_attention_heads // (getattr(config, "num_key_value_heads", None) or config.num_attention_heads)
    for name, apply in (("ffn_sizes", _shrink_neurons), ("head_counts", _shrink_heads)):
        sizes = getattr(config, name, None)
        if sizes is None:
            continue
        if len(sizes) != len(blocks):
            raise ValueError(f"{name} in config.json has {len(sizes)} entries, but the model has {len(blocks)} blocks")
        for block, size in zip(blocks, sizes, strict=True):
            apply(block, parts, size, (head_size, groups))


def _shrink_neurons(block: Any, parts: Parts, neurons: int, _: tuple[int, int]) -> None:
    for path in parts.into:
        _cut(attrgetter(path)(block), outputs=neurons)
    _cut(attrgetter(parts.out)(block), inputs=neurons)


def _shrink_heads(block: Any, parts: Parts, heads: int, shape: tuple[int, int]) -> None:
    head_size, groups = shape
    values, queries = heads * head_size, heads * head_size * groups
    _cut(attrgetter(parts.queries)(block), outputs=queries if parts.keys else 3 * queries)
    for path in parts.keys:
        _cut(attrgetter(path)(block), outputs=values)
    _cut(attrgetter(parts.heads_out)(block), inputs=queries)
    for paths, number in ((parts.counts, heads), (parts.widths, values)):
        for path in paths:
            holder, _, name = path.rpartition(".")
            setattr(attrgetter(holder)(block), name, number)


def _cut(linear: Any, *, inputs: int | None = None, outputs: int | None = None) -> None:
    """Keep the first inputs and outputs of a linear map; None keeps all."""
    transposed = isinstance(linear, Conv1D)
    old_outputs, old_inputs = linear.weight.T.shape if transposed else linear.weight.shape
    outputs, inputs = old_outputs if outputs is None else outputs, old_inputs if inputs is None else inputs
    if not (1 <= outputs <= old_outputs and 1 <= inputs <= old_inputs):
        raise ValueError(
            f"config.json states a map from {inputs} to {outputs} numbers in a block whose dense map is from "
            f"{old_inputs} to {old_outputs}"
        )
    if (outputs, inputs) == (old_outputs, old_inputs):
        return
    kept = linear.weight.detach()[:inputs, :outputs] if transposed else linear.weight.detach()[:outputs, :inputs]
    linear.weight = nn.Parameter(kept.clone())
    if linear.bias is not None:
        linear.bias = nn.Parameter(linear.bias.detach()[:outputs].clone())
    for name, size in (("nx", inputs), ("nf", outputs)) if transposed else _linear_sizes(inputs, outputs):
        setattr(linear, name, size)


def _linear_sizes(inputs: int, outputs: int) -> tuple[tuple[str, int], ...]:
    return ("in_features", inputs), ("out_features", outputs)


def _uneven(dense: Any, config: Any) -> Any:
    told = f"A `{dense.__name__}` whose blocks have the sizes in its config."
    # with an `_auto_class`, `save_pretrained` copies this file beside the weights
    body = {"__module__": __name__, "__doc__": told, "config_class": config, "_auto_class": _auto(dense.__name__)}
    return type(f"Netwright{dense.__name__}", (Uneven, dense), body)


def _auto(name: str) -> str:
    if name.endswith("LMHeadModel"):
        return "AutoModelForCausalLM"
    return "AutoModelFor" + name.partition("For")[2] if "For" in name else "AutoModel"


NetwrightBertModel = _uneven(BertModel, NetwrightBertConfig)
NetwrightBertForMaskedLM = _uneven(BertForMaskedLM, NetwrightBertConfig)
NetwrightBertForQuestionAnswering = _uneven(BertForQuestionAnswering, NetwrightBertConfig)
NetwrightBertForSequenceClassification = _uneven(BertForSequenceClassification, NetwrightBertConfig)
NetwrightBertForTokenClassification = _uneven(BertForTokenClassification, NetwrightBertConfig)
NetwrightBertLMHeadModel = _uneven(BertLMHeadModel, NetwrightBertConfig)
NetwrightDistilBertModel = _uneven(DistilBertModel, NetwrightDistilBertConfig)
NetwrightDistilBertForMaskedLM = _uneven(DistilBertForMaskedLM, NetwrightDistilBertConfig)
NetwrightDistilBertForQuestionAnswering = _uneven(DistilBertForQuestionAnswering, NetwrightDistilBertConfig)
NetwrightDistilBertForSequenceClassification = _uneven(DistilBertForSequenceClassification, NetwrightDistilBertConfig)
NetwrightDistilBertForTokenClassification = _uneven(DistilBertForTokenClassification, NetwrightDistilBertConfig)
NetwrightGPT2Model = _uneven(GPT2Model, NetwrightGPT2Config)
NetwrightGPT2ForQuestionAnswering = _uneven(GPT2ForQuestionAnswering, NetwrightGPT2Config)
NetwrightGPT2ForSequenceClassification = _uneven(GPT2ForSequenceClassification, NetwrightGPT2Config)
NetwrightGPT2ForTokenClassification = _uneven(GPT2ForTokenClassification, NetwrightGPT2Config)
NetwrightGPT2LMHeadModel = _uneven(GPT2LMHeadModel, NetwrightGPT2Config)
NetwrightLlamaModel = _uneven(LlamaModel, NetwrightLlamaConfig)
NetwrightLlamaForCausalLM = _uneven(LlamaForCausalLM, NetwrightLlamaConfig)
NetwrightLlamaForQuestionAnswering = _uneven(LlamaForQuestionAnswering, NetwrightLlamaConfig)
NetwrightLlamaForSequenceClassification = _uneven(LlamaForSequenceClassification, NetwrightLlamaConfig)
NetwrightLlamaForTokenClassification = _uneven(LlamaForTokenClassification, NetwrightLlamaConfig)
NetwrightRobertaModel = _uneven(RobertaModel, NetwrightRobertaConfig)
NetwrightRobertaForCausalLM = _uneven(RobertaForCausalLM, NetwrightRobertaConfig)
NetwrightRobertaForMaskedLM = _uneven(RobertaForMaskedLM, NetwrightRobertaConfig)
NetwrightRobertaForQuestionAnswering = _uneven(RobertaForQuestionAnswering, NetwrightRobertaConfig)
NetwrightRobertaForSequenceClassification = _uneven(RobertaForSequenceClassification, NetwrightRobertaConfig)
NetwrightRobertaForTokenClassification = _uneven(RobertaForTokenClassification, NetwrightRobertaConfig)

# the classifiers of Llama ask here for their base model
AutoModel.register(NetwrightLlamaConfig, NetwrightLlamaModel, exist_ok=True)
