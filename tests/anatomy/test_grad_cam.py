"""Grad-CAM against what is known by hand, and against motion planted at known frames and places."""

from math import prod

import numpy as np
import pytest
import torch
from torch import nn

from netwright.anatomy.grad_cam import Layer, grad_cam
from netwright.anatomy.time_occlusion import held, mean_frame, occlude_in_time
from netwright.models.build import build
from netwright.models.video.clip_input import ClipInput
from netwright.records.candidate import Candidate
from netwright.records.errors import ModelError


def pooled(features, channels, classes=3):
    """A network of clips that ends with a mean over places and a linear layer."""
    return nn.Sequential(features, nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(channels, classes))


def interpolated(values, size):
    """Linear interpolation of a numpy array along each axis, the middles of places apart: slow and obvious."""
    for axis, count in enumerate(size):
        places = values.shape[axis]
        middles = (np.arange(count) + 0.5) * places / count - 0.5
        values = np.apply_along_axis(lambda line, m=middles, n=places: np.interp(m, np.arange(n), line), axis, values)
    return values


@pytest.mark.parametrize("label", [0, 1, 2])
def test_behind_a_mean_the_weights_are_those_of_the_linear_layer(label):
    torch.manual_seed(label)
    convolution = nn.Conv3d(3, 4, (3, 3, 3), stride=(2, 2, 2), padding=1)
    model = pooled(convolution, 4)
    clip = torch.randn(3, 6, 8, 10)
    with torch.no_grad():
        activation = convolution(clip[None])[0]
        weights = model[3].weight[label]
        heat = (torch.einsum("c,cthw->thw", weights, activation) / prod(activation.shape[1:])).clamp(min=0)
    seen = grad_cam(model, clip, label)
    assert (seen.label, seen.layers) == (label, (Layer("0", (3, 4, 5)),))
    np.testing.assert_allclose(seen.heat, interpolated(heat.numpy(), (6, 8, 10)), atol=1e-6)
    assert torch.allclose(seen.logits, model(clip[None])[0])


def test_of_an_image_it_has_the_size_of_the_image():
    torch.manual_seed(0)
    convolution = nn.Conv2d(1, 2, 3, stride=2, padding=1)
    model = nn.Sequential(convolution, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3))
    image = torch.randn(1, 8, 12)
    seen = grad_cam(model, image)
    activation = convolution(image[None])[0].detach()
    heat = (torch.einsum("c,chw->hw", model[3].weight[seen.label].detach(), activation) / 24).clamp(min=0)
    assert seen.label == int(model(image[None]).argmax())
    np.testing.assert_allclose(seen.heat, interpolated(heat.numpy(), (8, 12)), atol=1e-6)


class DualPaths(nn.Module):
    """A slow path with few frames and many places, a fast one with all frames and few; all positive."""

    def __init__(self):
        super().__init__()
        self.slow = nn.Conv3d(1, 2, (4, 1, 1), stride=(4, 1, 1), bias=False)
        self.fast = nn.Conv3d(1, 2, (1, 4, 4), stride=(1, 4, 4), bias=False)
        self.head = nn.Linear(4, 2, bias=False)
        for parameter in self.parameters():
            nn.init.uniform_(parameter)

    def forward(self, clips):
        return self.head(torch.cat([self.slow(clips).mean((2, 3, 4)), self.fast(clips).mean((2, 3, 4))], dim=1))


def test_of_two_paths_the_mean_of_the_maps_is_the_logit():
    torch.manual_seed(1)
    seen = grad_cam(DualPaths(), torch.rand(1, 8, 8, 8), label=1)
    assert seen.layers == (Layer("slow", (2, 8, 8)), Layer("fast", (8, 2, 2)))
    assert torch.isclose(seen.heat.mean() * 8**3, seen.logits[1])


def test_a_path_with_few_frames_is_read_beside_one_with_many():
    torch.manual_seed(0)
    seen = grad_cam(DualPaths(), torch.rand(1, 4, 8, 8))
    assert seen.layers == (Layer("slow", (1, 8, 8)), Layer("fast", (4, 2, 2)))


class Motion(nn.Module):
    """Answers "still" or "moves" by the mean of |x(t) - x(t-1)|; blind to anything that stands."""

    def __init__(self):
        super().__init__()
        self.input = ClipInput()
        self.change = nn.Conv3d(3, 2, (2, 1, 1), bias=False)
        step = torch.tensor([-1.0, 1.0]).reshape(1, 2, 1, 1).expand(3, 2, 1, 1) / 3
        self.change.weight.data = torch.stack([step, -step])
        self.rectify = nn.ReLU(inplace=True)
        self.head = nn.Linear(2, 2)
        self.head.weight.data = torch.tensor([[-100.0, -100.0], [100.0, 100.0]])
        self.head.bias.data = torch.tensor([1.0, -1.0])

    def forward(self, clips):
        # a first change of 0, so that the change to frame t stands at t
        frames = self.input(clips)
        x = self.rectify(self.change(torch.cat([frames[:, :, :1], frames], dim=2)))
        return self.head(x.mean((2, 3, 4)))


def planted(frame, row, column, frames=12, side=16):
    """A picture that stands, but for a square of 4 pixels that lights up at one frame and goes out three later."""
    clip = torch.randint(0, 120, (3, 1, side, side), dtype=torch.uint8).expand(3, frames, side, side).clone()
    clip[:, frame : frame + 3, row : row + 4, column : column + 4] = 255
    return clip


@pytest.mark.parametrize(("frame", "row", "column"), [(2, 0, 12), (5, 8, 4), (8, 12, 0)])
@pytest.mark.parametrize("hiding", [held, mean_frame])
def test_motion_is_found_where_and_when_it_was_planted_and_hiding_agrees(frame, row, column, hiding):
    clip, model = planted(frame, row, column), Motion()
    seen = grad_cam(model, clip)
    assert (seen.label, [layer.name for layer in seen.layers]) == (1, ["rectify"])
    hot = seen.heat > 0.5 * seen.heat.max()
    moving = torch.zeros_like(hot)
    moving[[frame, frame + 3], row : row + 4, column : column + 4] = True
    assert bool((hot <= moving).all())
    assert bool(hot[frame].any())
    assert bool(hot[frame + 3].any())
    # nothing of what stands has any heat
    assert float(seen.heat[~moving].max()) == 0
    drops = occlude_in_time(model, clip, 1, stretch=3, hiding=hiding).drops
    assert frame <= int(drops.argmax()) <= frame + 2
    assert float(drops.max()) > 0.05
    far = [t for t in range(12) if t < frame - 4 or t > frame + 7]
    assert all(abs(float(drops[t])) < 1e-3 for t in far) or hiding is mean_frame


def test_what_speaks_against_a_class_has_no_heat():
    assert float(grad_cam(Motion(), planted(4, 4, 4), label=0).heat.max()) == 0


def test_the_published_network_is_read_where_time_is_left_on_both_paths():
    torch.manual_seed(0)
    model = build(Candidate(name="a", model="causal-shufflenet", options={"width": 0.25}), (3, 16, 64, 64), 4)
    seen = grad_cam(model, torch.randint(0, 256, (3, 16, 64, 64), dtype=torch.uint8))
    names = ("slow.trunk.rest", "fast.trunk.rest")
    assert seen.layers == tuple(Layer(f"{name}.2", (4, 8, 8)) for name in names)
    assert seen.slower == tuple(Layer(name, (1, 2, 2)) for name in names)
    assert [[layer.size for layer in some] for some in seen.finer] == [[(8, 16, 16)] * 2]
    offered = [layer.name for layer in seen.finer[-1]]
    assert [layer.size for layer in grad_cam(model, torch.rand(3, 16, 64, 64), 0, offered).layers] == [(8, 16, 16)] * 2


@pytest.mark.parametrize(("strides", "layer"), [((1, 2, 2), "1"), ((2, 2, 2), "0"), ((4, 1, 2), "1"), ((8, 1, 1), "2")])
def test_the_last_layer_with_four_frames_is_read_or_with_as_many_as_there_are(strides, layer):
    torch.manual_seed(0)
    layers = [nn.Conv3d(3, 3, 3, stride=(stride, 1, 1), padding=1) for stride in strides]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool3d(1), nn.Flatten())
    assert [one.name for one in grad_cam(model, torch.rand(3, 8, 4, 4)).layers] == [layer]


@pytest.mark.parametrize(("frames", "unread"), [(32, 16), (40, 24), (16, 0), (9, 0)])
def test_of_subclips_the_last_one_has_heat(frames, unread):
    torch.manual_seed(0)
    model = build(Candidate(name="a", model="causal-shufflenet", options={"width": 0.25}), (3, 16, 32, 32), 4)
    seen = grad_cam(model, torch.randint(0, 256, (3, frames, 32, 32), dtype=torch.uint8), layers=["slow.trunk.rest.2"])
    assert (seen.heat.shape, seen.unread) == ((frames, 32, 32), unread)
    assert float(seen.heat[:unread].sum()) == 0
    assert bool((seen.heat[unread:].sum((1, 2)) > 0).all())


class FrameByFrame(nn.Module):
    """A network of images that reads each frame, and a mean over frames."""

    def __init__(self):
        super().__init__()
        self.images = nn.Conv2d(3, 4, 3, stride=2)
        self.head = nn.Linear(4, 3)

    def forward(self, clips):
        count, _, frames = clips.shape[:3]
        x = self.images(clips.transpose(1, 2).flatten(0, 1)).mean((2, 3))
        return self.head(x).reshape(count, frames, -1).mean(1)


def test_a_network_of_images_that_reads_frames_has_heat_in_time():
    torch.manual_seed(0)
    model, clip = FrameByFrame(), torch.zeros(3, 5, 9, 9)
    clip[:, 3] = 1.0
    label = int(model(clip[None])[0].argmax())
    seen = grad_cam(model, clip, label)
    assert seen.layers == (Layer("images", (5, 4, 4)),)
    # frames that are alike have the same heat
    assert torch.allclose(seen.heat[[0, 1, 2, 4]], seen.heat[0].expand(4, 9, 9))
    assert not torch.allclose(seen.heat[3], seen.heat[0])


def test_the_network_is_left_as_it_was():
    model = pooled(nn.Sequential(nn.Conv3d(3, 4, 3), nn.BatchNorm3d(4), nn.ReLU(inplace=True), nn.Dropout(0.5)), 4)
    model[0][1].eval()
    modes, state = [part.training for part in model.modules()], {k: v.clone() for k, v in model.state_dict().items()}
    first, again = (grad_cam(model, torch.ones(3, 5, 6, 6), 0).heat for _ in range(2))
    assert torch.equal(first, again)
    assert [part.training for part in model.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_frozen_weights_and_a_caller_without_gradients_change_nothing():
    torch.manual_seed(0)
    model, clip = pooled(nn.Conv3d(3, 4, 3), 4), torch.rand(3, 5, 6, 6)
    free = grad_cam(model, clip, 1).heat
    with torch.no_grad():
        frozen = grad_cam(model.requires_grad_(False), clip, 1).heat
    assert torch.equal(free, frozen)


CLIP = torch.rand(3, 4, 8, 8)
WRONG = [
    (CLIP[None], {}, r"shape \(1, 3, 4, 8, 8\); pass one clip .* without the batch"),
    (torch.rand(5, 4, 8, 8), {}, r"does not take an input of shape \(5, 4, 8, 8\): .*channels"),
    (torch.rand(3, 4, 1, 1), {}, "does not take an input"),
    (CLIP, {"label": 3}, "label 3; the network has 3 classes"),
    (CLIP, {"label": -1}, "label -1; the network has 3 classes"),
    (CLIP, {"layers": ["0.convv"]}, r"no layer '0\.convv'\. Did you mean 0\.conv"),
    (CLIP, {"layers": [""]}, "no layer ''"),
    (CLIP, {"layers": ["2"]}, r"'2' answers \(1, 4\), where places of the input are no longer apart"),
    (CLIP, {"layers": ["0.spare"]}, r"'0\.spare' answered no tensor"),
]


@pytest.mark.parametrize(("inputs", "options", "told"), WRONG)
def test_bad_input_is_told(inputs, options, told):
    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.spare = nn.Conv3d(3, 4, 3), nn.Identity()

        def forward(self, x):
            return self.conv(x)

    with pytest.raises(ModelError, match=told):
        grad_cam(pooled(Features(), 4), inputs, **options)


def test_a_network_without_places_is_refused():
    with pytest.raises(ModelError, match="no layer of Sequential keeps places"):
        grad_cam(nn.Sequential(ClipInput(), nn.Flatten(), nn.Linear(768, 3)), CLIP)


def test_an_answer_that_is_no_logits_is_refused():
    with pytest.raises(ModelError, match=r"answered \(1, 4, 2, 6, 6\) to one input"):
        grad_cam(nn.Sequential(nn.Conv3d(3, 4, 3)), CLIP)
