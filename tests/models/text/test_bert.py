import torch

from netwright.models.text.bert import bert


def test_the_published_sizes_have_the_published_parameters(with_minilm):
    # Devlin et al. 2019, section 3: BERT-base; per layer 12 d^2 + 13 d, and the pooler d^2 + d
    with torch.device("meta"):
        made = bert((60,), 2, layers=12, width=768, feed_forward=3072)
    encoder = sum(parameter.numel() for parameter in made.network.bert.encoder.parameters())
    assert encoder == 12 * (12 * 768**2 + 13 * 768) == 85_054_464
    assert sum(parameter.numel() for parameter in made.network.bert.pooler.parameters()) == 768**2 + 768
    assert made.network.config.num_attention_heads == 12


def test_embeddings_of_minilm_are_taken_over(with_minilm):
    from safetensors.torch import load_file

    stored = load_file(with_minilm / "model.safetensors")["embeddings.word_embeddings.weight"]
    made = bert((60,), 2, layers=1, width=16, feed_forward=24, embeddings="minilm")
    assert torch.equal(made.network.bert.embeddings.word_embeddings.weight, stored)
