import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.models.video.subclips import SubclipLogits, loss_on_each, loss_on_last, split_subclips


@given(frames=st.integers(1, 40), length=st.integers(1, 17))
def test_subclips_hold_every_frame_once_in_order_with_zeros_before_the_first(frames, length):
    clip = torch.arange(1.0, frames + 1).reshape(1, 1, frames, 1, 1)
    parts = split_subclips(clip, length)
    assert {part.shape[2] for part in parts} == {length}
    assert len(parts) == -(-frames // length)
    values = torch.cat(parts, dim=2).flatten()
    assert torch.equal(values[-frames:], clip.flatten())
    assert not values[:-frames].any()


def test_the_loss_reads_each_answer_or_the_last_one():
    answers = [torch.full((2, 3), float(n)) for n in range(4)]
    each = loss_on_each(answers)
    assert isinstance(each, SubclipLogits)
    assert each.each.shape == (2, 4, 3)
    assert torch.equal(each.each[:, 1], answers[1])
    assert loss_on_last(answers) is answers[-1]
    assert loss_on_each(answers[:1]) is answers[0]
