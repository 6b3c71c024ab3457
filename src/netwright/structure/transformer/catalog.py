"""The architectures whose parts are known; another one is one more entry here, or handed to `read_transformer`."""

from netwright.structure.transformer.adapter import Adapter, Maker, Tally

BERT = Adapter(
    name="BERT, RoBERTa, MiniLM",
    into=("intermediate.dense",),
    out="output.dense",
    heads_into=(Maker("attention.self.query"), Maker("attention.self.key"), Maker("attention.self.value")),
    heads_out="attention.output.dense",
    head_size="attention.self.attention_head_size",
    norms="post",
    attention_norm="attention.output.LayerNorm",
    feed_forward_norm="output.LayerNorm",
    decision="first",
    tallies=(
        Tally("attention.self", "num_attention_heads", "heads"),
        Tally("attention.self", "all_head_size", "values"),
    ),
)

DISTILBERT = Adapter(
    name="DistilBERT",
    into=("ffn.lin1",),
    out="ffn.lin2",
    heads_into=(Maker("attention.q_lin"), Maker("attention.k_lin"), Maker("attention.v_lin")),
    heads_out="attention.out_lin",
    head_size="attention.attention_head_size",
    norms="post",
    attention_norm="sa_layer_norm",
    feed_forward_norm="output_layer_norm",
    decision="first",
    tallies=(Tally("attention", "n_heads", "heads"), Tally("attention", "dim", "values")),
)

GPT2 = Adapter(
    name="GPT-2",
    into=("mlp.c_fc",),
    out="mlp.c_proj",
    heads_into=(Maker("attn.c_attn", parts=3),),
    heads_out="attn.c_proj",
    head_size="attn.head_dim",
    norms="pre",
    attention_norm="ln_1",
    feed_forward_norm="ln_2",
    decision="last",
    final_norm="ln_f",
    tallies=(Tally("attn", "num_heads", "heads"), Tally("attn", "split_size", "values")),
)

LLAMA = Adapter(
    name="Llama, Mistral, Qwen2",
    into=("mlp.gate_proj", "mlp.up_proj"),
    out="mlp.down_proj",
    heads_into=(Maker("self_attn.q_proj"), Maker("self_attn.k_proj"), Maker("self_attn.v_proj")),
    heads_out="self_attn.o_proj",
    head_size="self_attn.head_dim",
    norms="pre",
    attention_norm="input_layernorm",
    feed_forward_norm="post_attention_layernorm",
    decision="last",
    final_norm="norm",
)

ALBERT = Adapter(
    name="ALBERT",
    into=("ffn",),
    out="ffn_output",
    heads_into=(Maker("attention.query"), Maker("attention.key"), Maker("attention.value")),
    heads_out="attention.dense",
    head_size="attention.attention_head_size",
    norms="post",
    attention_norm="attention.LayerNorm",
    feed_forward_norm="full_layer_layer_norm",
    decision="first",
    refusal="its layers share one set of weights, so that what one layer can spare another may need",
)

ADAPTERS = (BERT, DISTILBERT, GPT2, LLAMA, ALBERT)
"""Every known architecture, in the order in which they are tried."""
