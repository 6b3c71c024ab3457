import sys

import pytest
import torch
from torch import nn

from netwright.models.build import build
from netwright.models.catalog import ARCHITECTURES
from netwright.qualities.backends import Effort, run_backends
from netwright.records.candidate import Candidate

EFFORT = Effort(calls=5, seconds=0.02)
SMALL = {"alexnet": {"width": 0.1}, "googlenet": {"depth": 10, "width": 0.1}, "resnet": {"depth": 8}}
GROWN = {"decision-tree", "random-forest"}


def exported(model, inputs, threads=1):
    return run_backends("it", model, inputs, ["onnx"], threads=threads, effort=EFFORT)


@pytest.mark.parametrize("name", [one.name for one in ARCHITECTURES if one.reads == "numbers"])
def test_every_architecture_runs_or_says_why_not(name, capfd):
    torch.manual_seed(0)
    model = build(Candidate(name="one", model=name, options=SMALL.get(name, {})), (1, 16, 16), 4)
    inputs, labels = torch.randn(40, 1, 16, 16), torch.arange(40) % 4
    if hasattr(model, "fit"):
        model.fit(inputs, labels, 0)
    (run,) = exported(model, inputs)
    assert run.runs or (name in GROWN and "data-dependent" in run.detail)
    if run.runs:
        assert run.agreement == 1
        assert run.difference < 1e-5
        assert run.setup_seconds > run.seconds > 0
    assert capfd.readouterr() == ("", "")


def test_each_number_of_threads_has_a_session():
    runs = exported(nn.Linear(6, 3), torch.randn(20, 6), threads=2)
    assert [(run.threads, run.runs, run.agreement) for run in runs] == [(1, True, 1.0), (2, True, 1.0)]


def test_a_model_that_cannot_be_exported_is_told():
    class Looking(nn.Module):
        def forward(self, x):
            return x * float(x.sum().item() > 0) if x.sum().item() > 1 else x

    (run,) = exported(Looking(), torch.rand(20, 3))
    assert not run.runs
    assert run.detail
    assert "\n" not in run.detail


@pytest.mark.parametrize("package", ["onnxruntime", "onnxscript"])
def test_missing_packages_are_told_with_the_line_that_installs_them(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    runs = exported(nn.Linear(6, 3), torch.randn(20, 6), threads=2)
    assert [run.runs for run in runs] == [False, False]
    assert 'pip install "netwright[export]"' in runs[0].detail
