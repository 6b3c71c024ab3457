import itertools
import textwrap

import pytest
import torch
from torch import nn

from netwright.models.build import build, find_factory
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError

SHAPE, CLASSES = (1, 8, 8), 3
NUMBERS = itertools.count()


@pytest.fixture
def user(tmp_path, monkeypatch):
    """Write the body of a user's module; hand back what builds a candidate from its function `make`."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(body: str, **options) -> nn.Module:
        name = f"users_models_{next(NUMBERS)}"
        source = "import torch\nfrom torch import nn\n" + textwrap.dedent(body)
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return build(Candidate(name="mine", model=f"{name}:make", options=options), SHAPE, CLASSES)

    return write


GOOD = """
def make(shape, classes, hidden=4, *, extra=0):
    c, h, w = shape
    return nn.Sequential(nn.Flatten(), nn.Linear(c * h * w, hidden + extra), nn.Linear(hidden + extra, classes))
"""


def test_a_factory_of_a_user_gets_shape_classes_and_options(user):
    assert user(GOOD, hidden=5, extra=2)[1].out_features == 7


def test_a_factory_that_accepts_any_option_is_not_refused_one(user):
    module = user("def make(shape, classes, **o): return nn.Sequential(nn.Flatten(), nn.Linear(64, classes))", a=9)
    assert module[1].out_features == CLASSES


def test_the_check_leaves_mode_statistics_and_random_state_as_they_were():
    torch.manual_seed(0)
    first = build(Candidate(name="r", model="resnet", options={"depth": 8, "width": 0.25}), SHAPE, CLASSES)
    after = torch.rand(1)
    torch.manual_seed(0)
    factory, _ = find_factory(Candidate(name="r", model="resnet"))
    factory(SHAPE, CLASSES, depth=8, width=0.25)
    assert torch.equal(after, torch.rand(1))
    assert first.training
    assert all(int(m.num_batches_tracked) == 0 for m in first.modules() if isinstance(m, nn.BatchNorm2d))
    assert all(parameter.grad is None for parameter in first.parameters())


def test_unknown_names_and_options_name_the_nearest(user):
    with pytest.raises(CandidateError, match=r"'googlnet'.*Did you mean googlenet\?"):
        build(Candidate(name="g", model="googlnet"), SHAPE, CLASSES)
    with pytest.raises(CandidateError, match=r"candidate 'g'.*no option 'dropuot'. Did you mean dropout\?"):
        build(Candidate(name="g", model="googlenet", options={"dropuot": 0.1}), SHAPE, CLASSES)
    with pytest.raises(CandidateError, match=r"no option 'hiden'. Did you mean hidden\?"):
        user(GOOD, hiden=3)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("no.such.package:make", r"import of 'no.such.package'.*PYTHONPATH.*ModuleNotFoundError"),
        ("json:make", r"json has no function 'make'"),
        ("json:__doc__", r"json has no function '__doc__'"),
        ("json:", r"write package.module:function"),
        ("a b:c", r"write package.module:function"),
        ("a:b:c", r"write package.module:function"),
    ],
)
def test_a_factory_that_is_not_there(model, message):
    with pytest.raises(CandidateError, match=message):
        build(Candidate(name="mine", model=model), SHAPE, CLASSES)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise OSError('no file')", r"import of 'users_models_\d+'.*failed: OSError: no file"),
        (
            "def make(shape, classes): raise KeyError('depth')",
            r"candidate 'mine'.*its factory failed: KeyError: 'depth'",
        ),
        ("def make(shape): return nn.Flatten()", r"its factory failed: TypeError"),
        ("def make(shape, classes): return None", r"returned NoneType, not a torch.nn.Module"),
        ("def make(shape, classes): return nn.Linear", r"returned type, not a torch.nn.Module"),
        ("def make(shape, classes): return nn.Conv2d(5, 5, 3)", r"its forward pass failed: RuntimeError"),
        ("def make(shape, classes): return nn.Flatten()", r"has shape \(2, 64\).*expected .* \(2, 3\)"),
        (
            "class M(nn.Module):\n    def forward(self, x): return x, x\ndef make(shape, classes): return M()",
            r"is tuple; expected a floating tensor of shape \(2, 3\)",
        ),
        (
            "class M(nn.Module):\n    def forward(self, x): return torch.zeros(len(x), 3).long()\n"
            "def make(shape, classes): return M()",
            r"\(2, 3\) of torch.int64; expected a floating tensor",
        ),
    ],
)
def test_faults_of_a_factory_are_told(user, body, message):
    with pytest.raises(CandidateError, match=message):
        user(body)


@pytest.mark.parametrize(
    ("error", "kind"),
    [("MemoryError()", MemoryError), ('RuntimeError("DefaultCPUAllocator: can\'t allocate memory")', RuntimeError)],
)
def test_running_out_of_memory_is_not_the_candidates_fault(user, error, kind):
    with pytest.raises(kind):
        user(f"def make(shape, classes): raise {error}")


def test_a_wrong_value_of_an_option_names_candidate_and_option():
    with pytest.raises(CandidateError, match=r"candidate 'r'.*resnet.depth: found 21; write one of 8, 14"):
        build(Candidate(name="r", model="resnet", options={"depth": 21}), SHAPE, CLASSES)
