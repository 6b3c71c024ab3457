"""Occlusion in time against a slow reference, and what is hidden."""

import pytest
import torch
from torch import nn

from netwright.anatomy.time_occlusion import held, mean_frame, occlude_in_time
from netwright.records.errors import ModelError
from netwright.training import evaluate


class Weighted(nn.Module):
    """Logits (sum over t of a_t mean of frame t, 0), which tell any frame apart."""

    def __init__(self, weights):
        super().__init__()
        self.register_buffer("weights", torch.tensor(weights))
        self.noise = nn.Dropout(0.9)

    def forward(self, clips):
        score = (self.noise(clips.float()).mean((1, 3, 4)) * self.weights).sum(1)
        return torch.stack([score, torch.zeros_like(score)], dim=1)


@pytest.mark.parametrize("hiding", [held, mean_frame])
@pytest.mark.parametrize("stretch", [1, 2, 3, 10])
def test_drops_are_means_over_the_stretches_with_a_frame(hiding, stretch):
    torch.manual_seed(stretch)
    frames = 11
    model, clip = Weighted(torch.randn(frames).tolist()), torch.rand(3, frames, 2, 2)
    model.eval()

    def answer(video):
        logits = model(video[None]).double()[0]
        return logits.softmax(0)[0], logits[0] - logits[1]

    before = answer(clip)
    lost = [
        [float(was - now) for was, now in zip(before, answer(hiding(clip, s, s + stretch)), strict=True)]
        for s in range(frames - stretch + 1)
    ]
    expected = []
    for frame in range(frames):
        with_it = [lost[start] for start in range(len(lost)) if start <= frame < start + stretch]
        expected.append([sum(column) / len(with_it) for column in zip(*with_it, strict=True)])
    model.train()
    seen = occlude_in_time(model, clip, 0, stretch, hiding)
    found = torch.stack([seen.drops, seen.lost], dim=1)
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64), atol=1e-6)
    assert (seen.stretch, seen.hidden, model.noise.training) == (stretch, hiding.__name__, True)


def test_only_the_frame_that_is_looked_at_counts():
    weights = [0.0] * 16
    weights[9] = 4.0
    clip = torch.arange(16.0).reshape(1, 16, 1, 1).expand(1, 16, 2, 2) / 16
    drops = occlude_in_time(Weighted(weights), clip, 0).drops
    # a quarter of the clip is hidden at once: the stretches with frame 9 reach from 6 to 12
    assert [t for t in range(16) if float(drops[t]) != 0] == list(range(6, 13))
    assert int(drops.argmax()) == 9


def test_a_sure_answer_loses_odds_where_its_probability_does_not_move():
    clip = torch.zeros(1, 8, 2, 2)
    clip[:, 4:] = 1.0
    seen = occlude_in_time(Weighted([0.0] * 7 + [60.0]), clip, 0, hiding=mean_frame)
    assert float(seen.drops.abs().max()) < 1e-10
    assert seen.lost.tolist() == pytest.approx([0.0] * 6 + [15.0, 30.0])


def test_large_clips_are_answered_a_few_at_a_time(monkeypatch):
    clip, sizes = torch.rand(3, 9, 2, 2), []
    model = Weighted(torch.randn(9).tolist()).eval()
    model.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    whole = occlude_in_time(model, clip, 0).drops
    monkeypatch.setattr(evaluate, "NUMBERS_AT_ONCE", 3 * clip.numel())
    few = occlude_in_time(model, clip, 0).drops
    assert sizes == [1, 8, 1, 3, 3, 2]
    assert torch.allclose(whole, few)


def test_hiding_leaves_the_clip_and_all_other_frames():
    clip = torch.randint(0, 256, (3, 6, 2, 2), dtype=torch.uint8)
    before = clip.clone()
    for hiding in (held, mean_frame):
        hidden = hiding(clip, 2, 4)
        assert hidden.dtype == clip.dtype
        assert torch.equal(hidden[:, [0, 1, 4, 5]], clip[:, [0, 1, 4, 5]])
        assert torch.equal(clip, before)
        assert not torch.equal(hidden[:, 2:4], clip[:, 2:4])


@pytest.mark.parametrize(
    ("clip", "label", "stretch", "told"),
    [
        (torch.rand(3, 8, 8), 0, None, r"shape \(3, 8, 8\); pass one clip"),
        (torch.rand(3, 1, 2, 2), 0, None, "a stretch of 1 frames in a clip of 1"),
        (torch.rand(3, 4, 2, 2), 0, 4, "a stretch of 4 frames in a clip of 4"),
        (torch.rand(3, 4, 2, 2), 0, 0, "a stretch of 0 frames"),
        (torch.rand(3, 4, 2, 2), 2, None, "label 2; the network has 2 classes"),
    ],
)
def test_bad_input_is_told(clip, label, stretch, told):
    with pytest.raises(ModelError, match=told):
        occlude_in_time(Weighted([1.0] * 4), clip, label, stretch)
