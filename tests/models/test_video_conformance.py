"""What every architecture of videos must do."""

from inspect import signature

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from netwright.models.build import build, find_factory
from netwright.models.catalog import ARCHITECTURES
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError
from netwright.training.augment import make_augmentation
from netwright.training.losses import answer_of, classification_loss

OF_CLIPS = [architecture for architecture in ARCHITECTURES if architecture.reads == "clips"]
NAMES = [architecture.name for architecture in OF_CLIPS]
SHAPE = (3, 16, 32, 32)
SHAPES = [SHAPE, (3, 32, 20, 36), (1, 16, 32, 32)]
SMALL = {
    "causal-shufflenet": {"width": 0.25},
    "shufflenet3d": {"width": 0.25},
    "mobilenet3d": {"width": 0.1},
    "resnet3d": {"width": 0.1},
    "r2plus1d": {"width": 0.1},
    "inception3d": {"width": 0.1},
    "x3d": {"width": 0.35, "depth": 1.0},
    "causal-slowfast": {},
}
OTHER_VALUE = {
    "causal-shufflenet": {
        "buffer": "raw",
        "subclip": 32,
        "groups": 2,
        "width": 0.5,
        "dropout": 0.1,
        "loss_on": "last",
    },
    "shufflenet3d": {"width": 0.5, "groups": 2, "dropout": 0.1},
    "mobilenet3d": {"width": 0.2, "dropout": 0.1},
    "resnet3d": {"depth": 34, "shortcut": "A", "width": 0.2, "dropout": 0.1},
    "r2plus1d": {"depth": 34, "width": 0.2, "dropout": 0.1},
    "inception3d": {"width": 0.2, "dropout": 0.1},
    "x3d": {"width": 0.7, "depth": 2.2, "dropout": 0.1},
    "causal-slowfast": {
        "rate": 2,
        "paths": "shared",
        "laterals": False,
        "differences": 0.0,
        "block": "inverted",
        "gate": "squeeze-excite",
    },
}
CLASSES = 4


def make(name: str, shape=SHAPE, options=None, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build(Candidate(name="c", model=name, options=SMALL[name] | (options or {})), shape, CLASSES)


def clips(count: int, shape=SHAPE, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8), torch.arange(count) % CLASSES


def learnt(name: str, seed: int = 0) -> nn.Module:
    """Return a model after a step, so that the statistics of its normalisations have moved."""
    model = make(name, seed=seed).train()
    inputs, labels = clips(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    classification_loss(model(inputs), labels).backward()
    optimizer.step()
    return model


def same_state(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(torch.equal(left[key], right[key]) for key in left)


def answers(model: nn.Module, inputs: Tensor) -> Tensor:
    with torch.inference_mode():
        return model.eval()(inputs)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_logits_for_bytes_of_every_shape(name, shape):
    model = make(name, shape)
    inputs, _ = clips(2, shape)
    with torch.no_grad():
        assert answer_of(model.train()(inputs)).shape == (2, CLASSES)
    logits = answers(model, inputs)
    assert logits.shape == (2, CLASSES)
    assert logits.dtype == torch.float32
    assert logits.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_reaches_every_parameter(name):
    model = make(name).train()
    inputs, labels = clips(8)
    classification_loss(model(inputs), labels).backward()
    untouched = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    # what a subclip hands to the next takes part from the second subclip on
    assert untouched == []


@pytest.mark.parametrize("name", NAMES)
def test_one_clip_gives_what_it_gives_among_others_and_after_them(name):
    model, (inputs, _) = learnt(name), clips(6, seed=1)
    logits = answers(model, inputs)
    assert logits.std(0).min() > 0
    assert torch.equal(answers(model, inputs), logits)
    torch.testing.assert_close(answers(model, inputs[4:5]), logits[4:5], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_state_goes_through_safetensors_into_a_fresh_instance(name, tmp_path):
    model, (inputs, _) = learnt(name, seed=1), clips(2)
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    fresh = make(name, seed=2)
    fresh.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert torch.equal(answers(model, inputs), answers(fresh, inputs))
    assert set(dict(model.named_parameters())) <= set(fresh.state_dict())


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_every_option_is_honoured(name, option):
    base, other = make(name), make(name, options={option: OTHER_VALUE[name][option]})
    told = {"buffer": "_buffering", "loss_on": "_answer", "subclip": "subclip", "rate": "rate"}
    if option in told:
        assert getattr(base, told[option]) != getattr(other, told[option])
    else:
        assert repr(base) != repr(other) or not same_state(base, other)


@pytest.mark.parametrize("architecture", OF_CLIPS, ids=NAMES)
def test_the_catalog_lists_the_options_of_the_factory(architecture):
    factory, _ = find_factory(Candidate(name="c", model=architecture.factory))
    shape, classes, *options = signature(factory).parameters.values()
    assert (shape.name, classes.name) == ("shape", "classes")
    assert tuple(option.name for option in options) == architecture.options
    assert all(option.kind is option.KEYWORD_ONLY and option.default is not option.empty for option in options)
    assert set(OTHER_VALUE[architecture.name]) == set(architecture.options)
    # what it is trained with where a scenario does not say can be done to clips
    make_augmentation(architecture.recipe, SHAPE)


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_a_senseless_value_is_refused_by_name(name, option):
    for value in ([-1], -1, "many"):
        with pytest.raises(CandidateError, match=option):
            make(name, options={option: value})


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_clip_is_refused(name):
    with pytest.raises(CandidateError, match=r"inputs of shape \(3, 32, 32\); it reads clips"):
        make(name, shape=(3, 32, 32))
