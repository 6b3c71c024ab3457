import pytest
import torch
from torch import nn

from netwright.models.build import build
from netwright.models.catalog import ARCHITECTURES
from netwright.qualities.backends import Effort, run_backends
from netwright.records.candidate import Candidate

EFFORT = Effort(calls=5, seconds=0.02)
SMALL = {"alexnet": {"width": 0.1}, "googlenet": {"depth": 10, "width": 0.1}, "resnet": {"depth": 8}}


def compiled(model, inputs, threads=1):
    torch._dynamo.reset()
    return run_backends("it", model, inputs, ["compile"], threads=threads, effort=EFFORT)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.ReLU(), nn.Linear(10, 3))


def test_it_runs_and_answers_the_same(model):
    one, two = compiled(model, torch.randn(30, 1, 8, 8), threads=2)
    assert (one.threads, two.threads) == (1, 2)
    for run in (one, two):
        assert (run.runs, run.agreement) == (True, 1), run.detail
        assert run.difference < 1e-6
        assert run.setup_seconds > run.seconds > 0


def test_without_a_compiler_it_says_so_and_nothing_crashes(tmp_path, monkeypatch):
    from torch._inductor import config

    # a model of its own and an empty cache: nothing has been compiled before
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 13), nn.Sigmoid(), nn.Linear(13, 7))
    with config.patch({"cpp.cxx": (None, "/no/such/compiler")}):
        (run,) = compiled(model, torch.randn(4, 1, 8, 8))
    assert not run.runs
    assert "C++ compiler" in run.detail
    assert "\n" not in run.detail


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in ARCHITECTURES if one.reads == "numbers"])
def test_every_architecture_has_a_run(name):
    torch.manual_seed(0)
    model = build(Candidate(name="one", model=name, options=SMALL.get(name, {})), (1, 16, 16), 4)
    inputs, labels = torch.randn(40, 1, 16, 16), torch.arange(40) % 4
    if hasattr(model, "fit"):
        model.fit(inputs, labels, 0)
    (run,) = compiled(model, inputs)
    assert run.runs, run.detail
    assert run.agreement == 1
