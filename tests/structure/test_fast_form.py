import pytest
import torch
from torch import nn

from netwright.structure.fast_form import FastConv3d, fast_form


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv3d(3, 12, 3, stride=(1, 2, 2), padding=1, bias=False),
        nn.BatchNorm3d(12),
        nn.ReLU(),
        nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1)),
        nn.Conv3d(12, 24, 1, groups=3),
        nn.Conv3d(24, 24, 3, padding=1, groups=24),
        nn.AvgPool3d((2, 3, 3), stride=2, padding=(0, 1, 1)),
        nn.AdaptiveAvgPool3d(1),
        nn.Flatten(),
        nn.Linear(24, 5),
    )


def test_the_answers_are_equal_in_evaluation():
    model = network().eval()
    clips = torch.rand(2, 3, 8, 20, 22)
    torch.testing.assert_close(fast_form(model)(clips), model(clips), rtol=0, atol=1e-5)
    double = model.double()
    torch.testing.assert_close(fast_form(double)(clips.double()), double(clips.double()), rtol=0, atol=1e-10)


def test_a_step_of_training_is_the_same():
    clips, labels = torch.rand(4, 3, 8, 20, 22), torch.tensor([0, 1, 2, 3])
    steps = []
    for form in (lambda model: model, fast_form):
        model = form(network())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        nn.functional.cross_entropy(model(clips), labels).backward()
        optimizer.step()
        steps.append(model.state_dict())
    ordinary, fast = steps
    assert list(ordinary) == list(fast)
    for name in ordinary:
        torch.testing.assert_close(fast[name], ordinary[name], rtol=0, atol=1e-5)


def test_weights_are_shared_and_the_model_stays():
    model = network()
    made = fast_form(model)
    assert type(model[0]) is nn.Conv3d
    assert type(made[0]) is FastConv3d
    assert all(one is other for one, other in zip(model.parameters(), made.parameters(), strict=True))
    assert all(one is other for one, other in zip(model.buffers(), made.buffers(), strict=True))


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv3d(2, 4, 3, padding="same"),
        nn.Conv3d(2, 4, 3, padding="valid"),
        nn.Conv3d(2, 4, 3, padding=1, padding_mode="reflect"),
        nn.MaxPool3d(3, stride=2, ceil_mode=True),
        nn.MaxPool3d(2, dilation=2),
        nn.MaxPool3d(2, return_indices=True),
        nn.AvgPool3d(3, stride=2, ceil_mode=True),
        nn.AvgPool3d(3, stride=2, padding=1, count_include_pad=False),
        nn.AvgPool3d(2, divisor_override=3),
    ],
)
@pytest.mark.parametrize("shape", [(2, 2, 6, 6, 6), (2, 6, 6, 6)])
def test_layers_of_rare_settings_and_single_clips_answer_too(layer, shape):
    x = torch.rand(shape)
    torch.testing.assert_close(fast_form(layer)(x), layer(x), rtol=0, atol=1e-5)


class _Own(nn.Conv3d):
    def forward(self, x):
        return super().forward(x) + 1


def test_a_subclass_with_a_forward_of_its_own_stays():
    own = _Own(2, 2, 1)
    x = torch.rand(1, 2, 3, 3, 3)
    assert torch.equal(fast_form(own)(x), own(x))
