"""An explanation says what Grad-CAM and hiding frames found, and what a reader must know of it."""

from base64 import b64decode
from io import BytesIO
from math import isnan

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from netwright.anatomy.curve_agreement import curve_agreement
from netwright.anatomy.explanation import Sample, Subject, explain
from netwright.anatomy.grad_cam import grad_cam
from netwright.anatomy.time_occlusion import mean_frame, occlude_in_time
from netwright.data.images import to_inputs
from netwright.models.build import build
from netwright.models.video.clip_input import ClipInput
from netwright.records.candidate import Candidate
from netwright.records.errors import ModelError
from netwright.records.explanation import Explanation


def network(classes=3, stride=(1, 2, 2)):
    torch.manual_seed(3)
    convolution = nn.Conv3d(3, 4, 3, stride=stride, padding=1)
    head = nn.Linear(4, classes)
    # so that what single frames change is well above rounding
    head.weight.data *= 20
    return nn.Sequential(ClipInput(), convolution, nn.AdaptiveAvgPool3d(1), nn.Flatten(), head)


def subject(model, classes=("a", "b", "c")):
    return Subject(model, "small", "made here", classes)


def clip(frames=8, side=12):
    return torch.randint(0, 256, (3, frames, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def pixels(picture):
    return np.asarray(Image.open(BytesIO(b64decode(picture.png))))


def test_it_holds_what_grad_cam_and_occlusion_found():
    model, seen = network(), clip()
    record = explain(subject(model), seen, Sample("a.avi", 2, tuple(t / 10 for t in range(8))), label=1)
    cam, hidden = grad_cam(model, seen, 1), occlude_in_time(model, seen, 1)
    shares = cam.heat.sum((1, 2)) / cam.heat.sum()
    assert [frame.share for frame in record.frames] == pytest.approx(shares.tolist(), abs=1e-6)
    assert [frame.drop for frame in record.frames] == hidden.drops.tolist()
    assert [frame.lost for frame in record.frames] == hidden.lost.tolist()
    assert record.agreement == curve_agreement(shares.tolist(), hidden.lost.tolist()).rank_correlation
    assert [frame.seconds for frame in record.frames] == [t / 10 for t in range(8)]
    assert record.probabilities == pytest.approx(cam.logits.softmax(0).tolist(), abs=1e-6)
    assert (record.label, record.truth, record.predicted) == (1, 2, int(cam.logits.argmax()))
    assert record.stretch == hidden.stretch == 2
    assert [layer.told for layer in record.layers] == ["1 (8 x 6x6)"]
    assert record.hottest == int(shares.argmax())
    # every frame, as it was, with heat of at most 1 that is 1 somewhere
    assert [one.frame for one in record.shown] == list(range(8))
    assert np.array_equal(pixels(record.shown[5].picture), seen[:, 5].permute(1, 2, 0))
    assert max(value for one in record.shown for row in one.heat for value in row) == 1
    assert Explanation.from_json(record.to_json()) == record


def test_what_stands_in_place_of_hidden_frames_may_be_chosen():
    model, seen = network(), clip()
    record = explain(subject(model), seen, Sample("a.avi"), hiding=mean_frame)
    hidden = occlude_in_time(model, seen, record.label, hiding=mean_frame)
    assert [frame.drop for frame in record.frames] == hidden.drops.tolist()
    assert "(mean frame)" in record.notes[-1]


def test_of_many_frames_sixteen_are_shown_and_large_ones_made_smaller():
    record = explain(subject(network(stride=(1, 8, 8))), clip(40, 256), Sample("a.avi"))
    assert (len(record.frames), [one.frame for one in record.shown]) == (
        40,
        [(2 * i + 1) * 40 // 32 for i in range(16)],
    )
    assert {(one.picture.height, one.picture.width) for one in record.shown} == {(128, 128)}
    assert {(len(one.heat), len(one.heat[0])) for one in record.shown} == {(16, 16)}


def test_of_an_image_there_is_one_frame_and_nothing_is_hidden():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    image = torch.randint(0, 256, (1, 9, 7), dtype=torch.uint8)
    record = explain(subject(model), to_inputs(image), Sample("a.png"))
    assert (len(record.frames), record.stretch, isnan(record.agreement)) == (1, 0, True)
    assert record.frames[0].share == pytest.approx(1)
    assert np.array_equal(pixels(record.shown[0].picture), image[0])
    assert record.notes == ()


def test_where_nothing_changes_when_frames_are_hidden_there_is_no_agreement():
    still = clip(1).expand(3, 8, 12, 12).clone()
    record = explain(subject(network()), still, Sample("a.avi"))
    assert isnan(record.agreement)
    assert all(abs(frame.drop) < 1e-6 for frame in record.frames)


def test_notes_tell_what_the_heat_cannot():
    torch.manual_seed(0)
    candidate = Candidate(name="a", model="causal-shufflenet", options={"width": 0.25})
    model = build(candidate, (3, 16, 64, 64), 3)
    record = explain(subject(model), clip(32, 64), Sample("a.avi"))
    assert [isnan(frame.share) for frame in record.frames] == [True] * 16 + [False] * 16
    assert sum(frame.share for frame in record.frames[16:]) == pytest.approx(1)
    told = " | ".join(record.notes)
    for part in (
        "tells 4 parts of about 4 frames apart",
        "not read at the last layer, slow.trunk.rest,fast.trunk.rest: 1 of 16 frames are left there",
        "know less of the class: slow.stem,fast.stem (8 parts)",
        "the first 16 frames without a gradient",
        "8 frames were hidden together (held)",
    ):
        assert part in told
    flat = explain(subject(model), clip(16, 64), Sample("a.avi"), layers=["slow.trunk.rest"])
    assert "slow.trunk.rest keeps no time apart: the heat is the same in every frame" in flat.notes


def test_heat_of_nothing_is_told():
    model = network()
    model[4].weight.data.zero_()
    record = explain(subject(model), clip(), Sample("a.avi"))
    assert record.hottest is None
    assert all(isnan(frame.share) for frame in record.frames)
    assert "nothing at 1 speaks for the class" in record.notes[0]


@pytest.mark.parametrize(
    ("spoil", "classes", "told"),
    [
        (1.0, ("a", "b"), "answers 3 logits for 2 classes"),
        (float("nan"), ("a", "b", "c"), "not made of finite numbers"),
    ],
)
def test_an_answer_that_means_nothing_is_refused(spoil, classes, told):
    model = network()
    model[4].weight.data *= spoil
    with pytest.raises(ModelError, match=told):
        explain(subject(model, classes), clip(), Sample("a.avi"))
