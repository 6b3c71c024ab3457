import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.shared import shared_samples


def slowly(first, second):
    rows = [row.flatten().tolist() for row in first]
    return [(rows.index(row), j) for j, row in enumerate(r.flatten().tolist() for r in second) if row in rows]


@given(
    st.integers(0, 12), st.integers(0, 12), st.sampled_from([(1, 1, 1), (1, 1, 3), (2, 2, 2), (1, 3, 3)]), st.randoms()
)
def test_like_a_comparison_of_all_pairs(n, m, shape, random):
    # pixels of two values only, so that equal images are frequent
    images = torch.tensor([random.choice((0, 255)) for _ in range((n + m) * torch.Size(shape).numel())])
    images = images.to(torch.uint8).reshape(n + m, *shape)
    assert shared_samples(images[:n], images[n:]) == slowly(images[:n], images[n:])


def test_numbers_are_compared_whole():
    rows = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    near = rows[:3].clone()
    near[1, 6] += 1e-6
    assert shared_samples(rows, near) == [(0, 0), (2, 2)]
