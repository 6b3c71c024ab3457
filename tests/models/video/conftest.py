"""How large networks of clips are counted: on the meta device, without their memory or time."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode


def count(factory, classes, shape=(3, 16, 112, 112), **options) -> tuple[int, float]:
    """Return the parameters of a network and its millions of multiply-adds for one clip."""
    with torch.device("meta"):
        network = factory(shape, classes, **options).eval()
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *shape, device="meta"))
    return sum(parameter.numel() for parameter in network.parameters()), counter.get_total_flops() / 2e6


def answers(factory, **options) -> list[tuple[int, ...]]:
    """Return the shapes of the logits of two clips of bytes: small, odd, and of one frame."""
    shapes = [(3, 16, 32, 32), (3, 7, 33, 20), (1, 1, 8, 9)]
    found = []
    for shape in shapes:
        torch.manual_seed(0)
        clips = torch.randint(0, 256, (2, *shape), dtype=torch.uint8)
        with torch.no_grad():
            logits = factory(shape, 5, **options).eval()(clips)
        assert logits.isfinite().all()
        assert not torch.equal(logits[0], logits[1])
        found.append(tuple(logits.shape))
    return found


@pytest.fixture(name="count")
def count_fixture():
    return count


@pytest.fixture(name="answers")
def answers_fixture():
    return answers
