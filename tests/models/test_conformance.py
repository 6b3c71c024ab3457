"""What every architecture of images and rows must do; `test_text_conformance` asks the same of those of texts."""

import warnings
from inspect import signature
from itertools import product

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.build import build, find_factory
from netwright.models.catalog import ARCHITECTURES
from netwright.models.fits_itself import FitsItself
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError

OF_NUMBERS = [architecture for architecture in ARCHITECTURES if architecture.reads == "numbers"]
NAMES = [architecture.name for architecture in OF_NUMBERS]
TRAINED = [architecture.name for architecture in OF_NUMBERS if not architecture.fits_itself]
SHAPES = [(1, 8, 8), (1, 28, 28), (3, 32, 32), (3, 20, 36), (3, 224, 224)]
SMALL = {
    "alexnet": {"width": 0.1},
    "googlenet": {"width": 0.1, "depth": 10},
    "resnet": {"width": 0.5, "depth": 8},
    "vgg": {"width": 0.1, "depth": 11},
    "mlp": {"hidden": [20]},
    "logistic-regression": {},
    "decision-tree": {},
    "random-forest": {"trees": 5},
}
OTHER_VALUE = {
    "alexnet": {"depth": 4, "width": 0.2, "dropout": 0.1},
    "googlenet": {"depth": 12, "width": 0.2, "dropout": 0.1, "norm": False, "kernel": 3, "auxiliary": False},
    "resnet": {"depth": 18, "width": 0.25, "dropout": 0.1, "filters": [8, 16, 32]},
    "vgg": {"depth": 13, "width": 0.2, "norm": "none", "dropout": 0.1},
    "mlp": {"hidden": [20, 10], "dropout": 0.1},
    "logistic-regression": {"C": 10.0, "max_iter": 1},
    "decision-tree": {"max_depth": 2, "min_leaf": 10},
    "random-forest": {"trees": 6, "max_depth": 2, "min_leaf": 10},
}
CLASSES = 4
FOR_ROWS = ["mlp", "logistic-regression", "decision-tree", "random-forest"]


def make(name: str, shape=(1, 8, 8), options=None, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build(Candidate(name="c", model=name, options=SMALL[name] | (options or {})), shape, CLASSES)


def images(count: int, shape, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, *shape, generator=generator), torch.arange(count) % CLASSES


def learn(model: nn.Module, inputs: Tensor, labels: Tensor, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    if isinstance(model, FitsItself):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="lbfgs failed to converge")
            model.fit(inputs, labels, seed)
        return model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_of(model(inputs), labels).backward()
    optimizer.step()
    return model


def loss_of(output, labels: Tensor) -> Tensor:
    outputs = output if isinstance(output, tuple) else (output,)
    return sum(functional.cross_entropy(logits, labels) for logits in outputs)


def same_state(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(torch.equal(left[key], right[key]) for key in left)


@pytest.mark.parametrize(("name", "shape"), list(product(NAMES, SHAPES)))
def test_logits_for_every_shape(name, shape):
    model = make(name, shape)
    inputs, _ = images(3, shape)
    with torch.no_grad():
        output = model.train()(inputs)
        for logits in output if isinstance(output, tuple) else (output,):
            assert logits.shape == (3, CLASSES)
        logits = model.eval()(inputs)
    assert logits.shape == (3, CLASSES)
    assert logits.dtype == torch.float32
    assert logits.isfinite().all()


@pytest.mark.parametrize(("name", "shape"), list(product(FOR_ROWS, [(1,), (29,), (4, 6)])))
def test_rows_of_a_table_are_learnt_as_the_same_values_in_an_image(name, shape):
    rows, labels = images(40, shape)
    as_images = rows.reshape(40, 1, 1, -1)
    logits = learn(make(name, shape), rows, labels).eval()(rows)
    expected = learn(make(name, as_images.shape[1:]), as_images, labels).eval()(as_images)
    assert logits.shape == (40, CLASSES)
    assert torch.equal(logits, expected)


@pytest.mark.parametrize(("name", "shape"), list(product(TRAINED, SHAPES[:4])))
def test_the_gradient_reaches_every_parameter(name, shape):
    model = make(name, shape, {"dropout": 0.1}).train()
    inputs, labels = images(16, shape)
    loss_of(model(inputs), labels).backward()
    untouched = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert untouched == []


@pytest.mark.parametrize("name", NAMES)
def test_evaluation_is_deterministic_and_one_image_gives_what_it_gives_among_others(name):
    inputs, labels = images(24, (1, 8, 8))
    model = learn(make(name), inputs, labels).eval()
    with torch.inference_mode():
        logits = model(inputs)
        assert torch.equal(model(inputs), logits)
        torch.testing.assert_close(model(inputs[5:6]), logits[5:6], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_state_goes_through_safetensors_into_a_fresh_instance(name, tmp_path):
    inputs, labels = images(24, (1, 8, 8))
    model = learn(make(name, seed=1), inputs, labels).eval()
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    fresh = make(name, seed=2).eval()
    assert not same_state(model, fresh)
    fresh.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert same_state(model, fresh)
    with torch.inference_mode():
        assert torch.equal(model(inputs), fresh(inputs))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_state(name):
    inputs, labels = images(24, (1, 8, 8))
    assert same_state(learn(make(name, seed=3), inputs, labels), learn(make(name, seed=3), inputs, labels))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"logistic-regression"}])
def test_another_seed_gives_another_state(name):
    # two features that are copies: a tree that tries them in another order splits on the other one
    inputs, labels = images(24, (1, 8, 8))
    inputs = inputs[:, :, :, [0, 1, 2, 3, 3, 2, 1, 0]]
    states = [learn(make(name, seed=seed), inputs, labels, seed=seed) for seed in (1, 2, 3)]
    assert not all(same_state(states[0], other) for other in states[1:])


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_every_option_is_honoured(name, option):
    inputs, labels = images(40, (1, 8, 8))
    base = make(name)
    other = make(name, options={option: OTHER_VALUE[name][option]})
    if isinstance(base, FitsItself):
        assert not same_state(learn(base, inputs, labels), learn(other, inputs, labels))
    else:
        assert repr(base) != repr(other)


@pytest.mark.parametrize("architecture", OF_NUMBERS, ids=NAMES)
def test_the_catalog_lists_the_options_of_the_factory(architecture):
    factory, _ = find_factory(Candidate(name="c", model=architecture.factory))
    shape, classes, *options = signature(factory).parameters.values()
    assert (shape.name, classes.name) == ("shape", "classes")
    assert tuple(option.name for option in options) == architecture.options
    assert all(option.kind is option.KEYWORD_ONLY and option.default is not option.empty for option in options)
    assert set(OTHER_VALUE[architecture.name]) == set(architecture.options)
    assert isinstance(make(architecture.name), FitsItself) == architecture.fits_itself


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused(name):
    with pytest.raises(CandidateError, match="no option 'widht'"):
        make(name, options={"widht": 1})


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_a_senseless_value_is_refused_by_name(name, option):
    for value in ([-1], -1, "many"):
        with pytest.raises(CandidateError, match=rf"{option}|hidden"):
            make(name, options={option: value})
