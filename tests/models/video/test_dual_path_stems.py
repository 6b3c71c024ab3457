import pytest
import torch
from torch.nn import functional

from netwright.models.video.dual_path_stems import fast_stem, slow_stem


@pytest.mark.parametrize(("make", "first", "second"), [(slow_stem, [0], [0, 2]), (fast_stem, [0, 1], [1, 2, 3])])
def test_a_stem_reads_its_frames_and_none_to_come(make, first, second):
    torch.manual_seed(0)
    stem, clip = make(3, 6).eval(), torch.randn(1, 3, 8, 20, 20)
    z = stem(stem.sample(clip))
    assert z.shape == (1, 6, 4, 5, 5)
    read: list[list[int]] = [[], [], [], []]
    for frame in range(8):
        other = clip.clone()
        other[:, :, frame] += 1
        moved = stem(stem.sample(other))
        for n in range(4):
            if not torch.equal(moved[:, :, n], z[:, :, n]):
                read[n].append(frame)
    assert (read[0], read[1]) == (first, second)
    assert all(max(frames) <= 2 * n + 1 for n, frames in enumerate(read))


def test_the_published_sizes():
    for make in (slow_stem, fast_stem):
        stem = make(3, 24)
        assert stem(stem.sample(torch.zeros(1, 3, 16, 112, 112))).shape == (1, 24, 8, 28, 28)


def test_the_frame_before_the_clip_stands_before_the_sampled_ones():
    torch.manual_seed(0)
    for make, kernel in ((slow_stem, 2), (fast_stem, 3)):
        stem = make(3, 6).eval()
        sampled, past = torch.randn(1, 3, 4, 9, 9), torch.randn(1, 3, 1, 9, 9)
        convolution = stem.convolution.convolution
        stride = convolution.stride
        joined = functional.conv3d(torch.cat([past, sampled], 2), convolution.weight, None, stride, (0, 1, 1))
        expected = stem.pool(functional.relu(stem.norm(joined)))
        assert convolution.kernel_size == (kernel, 3, 3)
        torch.testing.assert_close(stem(sampled, past), expected)
        assert torch.equal(stem(sampled), stem(sampled, torch.zeros_like(past)))
