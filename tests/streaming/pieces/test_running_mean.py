"""The mean of all frames so far, against the mean taken anew at every frame."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.streaming.piece import Kept
from netwright.streaming.pieces.running_maximum import RunningMaximum
from netwright.streaming.pieces.running_mean import RunningMean


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 99))
def test_every_frame_is_the_mean_of_those_so_far_with_the_same_bits(chunks, seed):
    x = torch.randn(2, 3, sum(chunks), 2, generator=torch.Generator().manual_seed(seed))
    wanted = torch.stack([x[:, :, : count + 1].double().mean(2) for count in range(sum(chunks))], 2)
    whole, _ = RunningMean(2).step((x,), Kept(), last=True)
    kept, outputs = Kept(), []
    for chunk in x.split(chunks, 2):
        output, kept = RunningMean(2).step((chunk,), kept, last=False)
        outputs.append(output)
    assert torch.equal(torch.cat(outputs, 2), whole)
    assert torch.allclose(whole.double(), wanted, rtol=0, atol=1e-6)
    assert torch.allclose(RunningMean(2).offline((x.double(),)), wanted, rtol=0, atol=1e-14)


def test_a_sum_of_many_frames_keeps_its_digits():
    kept = Kept((torch.full((1,), 0.1 * 10**7, dtype=torch.float64),), (10**7,))
    output, _ = RunningMean(0).step((torch.full((1,), 0.1),), kept, last=False)
    assert output.item() == torch.tensor(0.1).item()


def test_the_maximum_so_far():
    x = torch.tensor([1.0, 5.0, 2.0, 7.0, 6.0])
    first, kept = RunningMaximum(0).step((x[:3],), Kept(), last=False)
    second, _ = RunningMaximum(0).step((x[3:],), kept, last=True)
    assert first.tolist() == [1, 5, 5]
    assert second.tolist() == [7, 7]


def test_a_maximum_stays_not_a_number():
    x = torch.tensor([1.0, torch.nan, 2.0])
    first, kept = RunningMaximum(0).step((x[:2],), Kept(), last=False)
    second, _ = RunningMaximum(0).step((x[2:],), kept, last=False)
    found = torch.cat((first, second))
    assert found.isnan().tolist() == RunningMaximum(0).offline((x,)).isnan().tolist() == [False, True, True]
