import pytest
import torch

from netwright.models.text.gpt2 import gpt2
from netwright.records.errors import CandidateError

SMALL = {"layers": 2, "width": 16, "feed_forward": 24, "max_length": 12}


def test_the_published_sizes_have_the_published_parameters(with_minilm):
    # Radford et al. 2019, table 2: 12 layers of width 768; per layer 12 d^2 + 13 d, then the last norm
    with torch.device("meta"):
        made = gpt2((60,), 2, layers=12, width=768, feed_forward=3072)
    blocks = sum(parameter.numel() for parameter in made.network.transformer.h.parameters())
    assert blocks == 12 * (12 * 768**2 + 13 * 768) == 85_054_464
    assert made.network.config.n_head == 12


def test_the_last_real_token_decides_and_sees_all_before_it(with_minilm):
    torch.manual_seed(0)
    made = gpt2((60,), 2, **SMALL).eval()
    rows = torch.tensor([list(text.encode().ljust(60, b"\0")) for text in ("good film", "bad film", "good film was")])
    tokens = made.tokenize(rows.to(torch.uint8))
    with torch.inference_mode():
        states = made.network.transformer(**tokens).last_hidden_state
        expected = torch.stack([made.network.score(state[int(mask.sum()) - 1]) for state, mask in
                                zip(states, tokens["attention_mask"], strict=True)])  # fmt: skip
        logits = made(rows.to(torch.uint8))
    torch.testing.assert_close(logits, expected)
    assert not torch.allclose(logits[0], logits[1])


def test_embeddings_of_minilm_are_taken_over_where_the_width_fits(with_minilm):
    from safetensors.torch import load_file

    stored = load_file(with_minilm / "model.safetensors")["embeddings.word_embeddings.weight"]
    made = gpt2((60,), 2, **SMALL, embeddings="minilm")
    assert torch.equal(made.network.transformer.wte.weight, stored)
    with pytest.raises(CandidateError, match=r"gpt2: found width 24 .* \(29, 16\); write width = 16"):
        gpt2((60,), 2, **SMALL | {"width": 24}, embeddings="minilm")


def test_a_width_is_one_head_or_a_multiple_of_64(with_minilm):
    with pytest.raises(CandidateError, match=r"gpt2\.width: found 100; write a multiple of 64"):
        gpt2((60,), 2, **SMALL | {"width": 100})
    assert gpt2((60,), 2, **SMALL | {"width": 128}).network.config.n_head == 2
