"""What every architecture of texts must do."""

import copy
import pickle
import warnings
from inspect import signature

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from netwright.machine.seeds import random_state
from netwright.models.build import build, find_factory
from netwright.models.catalog import ARCHITECTURES
from netwright.models.fits_itself import FitsItself
from netwright.models.start import start_from
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError

OF_TEXTS = [architecture for architecture in ARCHITECTURES if architecture.reads == "texts"]
NAMES = [architecture.name for architecture in OF_TEXTS]
TRAINED = [architecture.name for architecture in OF_TEXTS if not architecture.fits_itself]
SIZES = {"layers": 2, "width": 16, "feed_forward": 24, "max_length": 12}
SMALL = {"minilm": {"max_length": 12}, "bert": SIZES, "gpt2": SIZES, "tfidf-regression": {"features": 512}}
OTHER_SIZES = {"layers": 3, "width": 20, "feed_forward": 20, "max_length": 5, "dropout": 0.2, "embeddings": "minilm"}
OTHER_VALUE = {
    "minilm": {"max_length": 5, "dropout": 0.2, "checkpoint": "another"},
    "bert": OTHER_SIZES,
    "gpt2": OTHER_SIZES,
    "tfidf-regression": {"C": 0.1, "features": 300, "ngrams": 1, "max_iter": 2},
}
CLASSES = 3
LENGTH = 60
TELLING = (("good", "fine", "great"), ("poor", "bad", "dull"), ("odd", "strange", "slow"))

pytestmark = pytest.mark.usefixtures("with_minilm")


def rows_of(texts: list[str], length: int = LENGTH) -> Tensor:
    return torch.tensor([list(text.encode()[:length].ljust(length, b"\0")) for text in texts], dtype=torch.uint8)


def opinions(count: int) -> tuple[Tensor, Tensor]:
    """Texts of several lengths whose class is told by one word."""
    texts = []
    for number in range(count):
        word = TELLING[number % CLASSES][number // CLASSES % 3]
        texts.append(f"the film {'was very ' * (number % 4)}{word}{' .' * (number % 3)}")
    return rows_of(texts), torch.arange(count) % CLASSES


def make(name: str, options=None, seed: int = 0, classes: int = CLASSES, shape=(LENGTH,)) -> nn.Module:
    torch.manual_seed(seed)
    return build(Candidate(name="c", model=name, options=SMALL[name] | (options or {})), shape, classes)


def learn(model: nn.Module, inputs: Tensor, labels: Tensor, steps: int = 1) -> nn.Module:
    torch.manual_seed(0)
    if isinstance(model, FitsItself):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="lbfgs failed to converge")
            model.fit(inputs, labels, 0)
        return model
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        functional.cross_entropy(model.train()(inputs), labels).backward()
        optimizer.step()
    return model


def same_state(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(torch.equal(left[key], right[key]) for key in left)


def answers(model: nn.Module, inputs: Tensor) -> Tensor:
    with torch.inference_mode():
        return model.eval()(inputs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [1, 5, 60, 400])
def test_logits_for_every_length_and_for_any_bytes(name, length):
    model = make(name, shape=(length,))
    noise = torch.randint(0, 256, (4, length), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    inputs = torch.cat([noise, rows_of(["the film", "", "é" * 300], length)])
    for logits in (model.train()(inputs), answers(model, inputs), answers(model, inputs[5:6])):
        assert logits.shape[1] == CLASSES
        assert logits.dtype == torch.float32
        assert logits.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_which_words_tell_the_class(name):
    inputs, labels = opinions(36)
    model = learn(make(name, {"dropout": 0.0} if name in TRAINED else {}), inputs, labels, steps=120)
    assert (answers(model, inputs).argmax(1) == labels).float().mean() > 0.9


@pytest.mark.parametrize("name", TRAINED)
def test_the_gradient_reaches_every_parameter(name):
    model = make(name).train()
    inputs, labels = opinions(12)
    functional.cross_entropy(model(inputs), labels).backward()
    untouched = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert untouched == []


@pytest.mark.parametrize("name", NAMES)
def test_one_text_gives_what_it_gives_among_longer_ones(name):
    inputs, labels = opinions(12)
    model = learn(make(name), inputs, labels)
    logits = answers(model, inputs)
    assert torch.equal(answers(model, inputs), logits)
    assert logits.std(0).min() > 0
    for number in (0, 5):
        torch.testing.assert_close(answers(model, inputs[number : number + 1])[0], logits[number], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_state_goes_through_safetensors_into_a_fresh_instance(name, tmp_path):
    inputs, labels = opinions(12)
    model = learn(make(name, seed=1), inputs, labels)
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    fresh = make(name, seed=2)
    assert not same_state(model, fresh)
    fresh.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert torch.equal(answers(model, inputs), answers(fresh, inputs))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_answers_the_same_and_lives_on_its_own(name, copied):
    inputs, labels = opinions(12)
    model = learn(make(name), inputs, labels)
    other, before = copied(model), answers(model, inputs)
    assert torch.equal(answers(other, inputs), before)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(1.0)
    assert torch.equal(answers(model, inputs), before)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_state_and_draws(name):
    inputs, labels = opinions(12)
    one = learn(make(name, seed=3), inputs, labels, steps=2)
    after = random_state()["torch"]
    assert same_state(one, learn(make(name, seed=3), inputs, labels, steps=2))
    assert torch.equal(after, random_state()["torch"])
    if name in TRAINED:
        assert not same_state(one, learn(make(name, seed=4), inputs, labels, steps=2))


@pytest.mark.parametrize("name", TRAINED)
def test_weights_of_other_classes_are_taken_over_but_for_the_head(name, tmp_path):
    save_file(make(name, classes=5, seed=1).state_dict(), tmp_path / "five.safetensors")
    model = make(name, seed=2)
    start = start_from(model, tmp_path / "five.safetensors")
    assert {key.split(".")[1] for key in start.left_out} == {"score" if name == "gpt2" else "classifier"}
    assert len(start.taken) == len(model.state_dict()) - len(start.left_out)


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_every_option_is_honoured(name, option, with_minilm, tmp_path):
    inputs, labels = opinions(24)
    value = OTHER_VALUE[name][option]
    if option == "checkpoint":
        value = str(other_encoder(with_minilm, tmp_path))
    base, other = make(name), make(name, {option: value})
    if isinstance(base, FitsItself):
        assert not same_state(learn(base, inputs, labels), learn(other, inputs, labels))
    else:
        assert repr(base) != repr(other) or not same_state(base, other)


def other_encoder(folder, place):
    from transformers import AutoModel, AutoTokenizer

    changed = AutoModel.from_pretrained(folder)
    with torch.no_grad():
        changed.embeddings.word_embeddings.weight.add_(1.0)
    changed.save_pretrained(place / "another")
    AutoTokenizer.from_pretrained(folder).save_pretrained(place / "another")
    return place / "another"


@pytest.mark.parametrize("architecture", OF_TEXTS, ids=NAMES)
def test_the_catalog_lists_the_options_of_the_factory(architecture):
    factory, _ = find_factory(Candidate(name="c", model=architecture.factory))
    shape, classes, *options = signature(factory).parameters.values()
    assert (shape.name, classes.name) == ("shape", "classes")
    assert tuple(option.name for option in options) == architecture.options
    assert all(option.kind is option.KEYWORD_ONLY and option.default is not option.empty for option in options)
    assert set(OTHER_VALUE[architecture.name]) == set(architecture.options)
    assert isinstance(make(architecture.name), FitsItself) == architecture.fits_itself


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in NAMES for option in OTHER_VALUE[name]])
def test_a_senseless_value_is_refused_by_name(name, option):
    for value in ([-1], -1, "many"):
        with pytest.raises(CandidateError, match=option):
            make(name, {option: value})


@pytest.mark.parametrize("architecture", OF_TEXTS, ids=NAMES)
def test_what_it_needs_is_asked_for_by_name(architecture, monkeypatch, tmp_path):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "empty"))
    if not architecture.needs:
        make(architecture.name)
        return
    with pytest.raises(CandidateError, match=r"empty/minilm has no config\.json.*netwright data fetch minilm"):
        make(architecture.name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_text_is_refused(name):
    with pytest.raises(CandidateError, match=r"inputs of shape \(1, 8, 8\); it reads texts"):
        make(name, shape=(1, 8, 8))
    with pytest.raises(CandidateError, match=r"found inputs of torch\.float32; .* uint8 rows of UTF-8"):
        make(name)(torch.ones(2, LENGTH))
