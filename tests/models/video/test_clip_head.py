import torch
from torch import nn

from netwright.models.video.clip_head import clip_head


def test_the_head_answers_the_mean_of_all_places():
    head, x = clip_head(nn.Linear(3, 2), 0.5).eval(), torch.rand(2, 3, 4, 5, 6)
    torch.testing.assert_close(head(x), head[-1](x.mean(dim=(2, 3, 4))))
