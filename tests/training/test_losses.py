import torch
from hypothesis import given
from hypothesis import strategies as st
from torchmetrics.functional.text import perplexity

from netwright.models.video.subclips import SubclipLogits
from netwright.training.losses import AUXILIARY_WEIGHT, answer_of, classification_loss


def slow_cross_entropy(logits, labels):
    rows = [-(row.double() - row.double().exp().sum().log())[label] for row, label in zip(logits, labels, strict=True)]
    return torch.stack(rows).mean()


@given(seed=st.integers(0, 1000), samples=st.integers(1, 20), classes=st.integers(2, 12), heads=st.integers(0, 3))
def test_it_is_the_cross_entropy_with_a_share_of_each_auxiliary_one(seed, samples, classes, heads):
    generator = torch.Generator().manual_seed(seed)
    outputs = [3 * torch.randn(samples, classes, generator=generator) for _ in range(heads + 1)]
    labels = torch.randint(0, classes, (samples,), generator=generator)
    expected = slow_cross_entropy(outputs[0], labels)
    expected += AUXILIARY_WEIGHT * sum(slow_cross_entropy(output, labels) for output in outputs[1:])
    assert torch.isclose(classification_loss(tuple(outputs), labels).double(), expected, rtol=1e-5, atol=1e-6)
    if not heads:
        assert torch.equal(classification_loss(outputs[0], labels), classification_loss(tuple(outputs), labels))


def test_it_agrees_with_torchmetrics():
    generator = torch.Generator().manual_seed(1)
    logits, labels = torch.randn(50, 10, generator=generator), torch.randint(0, 10, (50,), generator=generator)
    assert torch.isclose(classification_loss(logits, labels).exp(), perplexity(logits[None], labels[None]))


def test_every_head_gets_a_gradient_in_proportion():
    logits = [torch.zeros(2, 3, requires_grad=True) for _ in range(3)]
    classification_loss(tuple(logits), torch.tensor([0, 2])).backward()
    assert torch.allclose(logits[1].grad, AUXILIARY_WEIGHT * logits[0].grad)
    assert torch.equal(logits[1].grad, logits[2].grad)


@given(seed=st.integers(0, 1000), samples=st.integers(1, 9), classes=st.integers(2, 7), subclips=st.integers(1, 4))
def test_every_subclip_counts_alike(seed, samples, classes, subclips):
    generator = torch.Generator().manual_seed(seed)
    each = 3 * torch.randn(samples, subclips, classes, generator=generator)
    labels = torch.randint(0, classes, (samples,), generator=generator)
    expected = sum(slow_cross_entropy(each[:, s], labels) for s in range(subclips)) / subclips
    assert torch.isclose(classification_loss(SubclipLogits(each), labels).double(), expected, rtol=1e-5, atol=1e-6)
    assert torch.equal(answer_of(SubclipLogits(each)), each[:, -1])


def test_the_answer_is_the_first_of_several_heads():
    first, second = torch.ones(2, 3), torch.zeros(2, 3)
    assert answer_of((first, second)) is first
    assert answer_of(first) is first
