import json
import pickle

import pytest
import torch
from torch import nn

from netwright.models.build import build
from netwright.models.decision_tree import decision_tree
from netwright.models.stored import load_stored, save_stored
from netwright.records.candidate import Candidate, Prune
from netwright.records.errors import CandidateError, InputError

CANDIDATE = Candidate(name="small", model="resnet", options={"depth": 8, "width": 0.25})
CLASSES = ("cat", "dog", "eel")


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    model = build(CANDIDATE, (3, 8, 8), 3)
    model.train()(torch.randn(4, 3, 8, 8))  # moves the statistics of batch normalisation
    save_stored(tmp_path / "deep" / "kept", CANDIDATE, (3, 8, 8), CLASSES, model)
    return tmp_path / "deep" / "kept", model.eval()


def test_what_was_stored_comes_back_bit_for_bit(folder):
    path, model = folder
    stored = load_stored(str(path))
    images = torch.randn(5, 3, 8, 8)
    assert torch.equal(stored.model(images), model(images))
    assert not any(module.training for module in stored.model.modules())
    assert (stored.candidate, stored.shape, stored.classes) == (CANDIDATE, (3, 8, 8), CLASSES)


def test_the_folder_holds_two_files_and_no_pickle(folder):
    path, _ = folder
    assert sorted(file.name for file in path.iterdir()) == ["config.json", "model.safetensors"]
    for file in path.iterdir():
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever pickle says of it
            pickle.loads(file.read_bytes())


def test_trees_come_back_with_the_nodes_that_were_grown(tmp_path):
    candidate = Candidate(name="tree", model="decision-tree")
    rows, labels = torch.randn(40, 5), torch.arange(40) % 2
    tree = decision_tree((5,), 2)
    tree.fit(rows, labels, 0)
    save_stored(tmp_path, candidate, (5,), ("a", "b"), tree)
    assert torch.equal(load_stored(tmp_path).model(rows), tree(rows))


def test_code_of_others_is_not_imported_unless_named(tmp_path, monkeypatch):
    package = tmp_path / "of_a_stranger.py"
    package.write_text("from torch import nn\nmade = []\ndef net(shape, classes):\n    return nn.Linear(2, classes)\n")
    monkeypatch.syspath_prepend(tmp_path)
    candidate = Candidate(name="own", model="of_a_stranger:net")
    save_stored(tmp_path / "kept", candidate, (2,), ("a", "b"), nn.Linear(2, 2))
    with pytest.raises(CandidateError, match="of_a_stranger:net, which is code outside netwright"):
        load_stored(tmp_path / "kept")
    assert isinstance(load_stored(tmp_path / "kept", {"of_a_stranger:net"}).model, nn.Linear)


def test_a_pruned_candidate_is_refused(tmp_path):
    candidate = CANDIDATE.model_copy(update={"prune": Prune(base="small", keep=0.5)})
    with pytest.raises(CandidateError, match="pruned from small"):
        save_stored(tmp_path, candidate, (3, 8, 8), CLASSES, nn.Linear(1, 1))


@pytest.mark.parametrize(
    ("spoil", "error", "match"),
    [
        (lambda path: (path / "config.json").unlink(), InputError, "has no config.json"),
        (lambda path: (path / "config.json").write_text("{"), InputError, "is no config of a model that netwright"),
        (lambda path: (path / "config.json").write_text('{"model_type": "bert"}'), InputError, "is no config of a"),
        (lambda path: (path / "model.safetensors").unlink(), CandidateError, "cannot be read: No such file"),
        (lambda path: (path / "model.safetensors").write_bytes(b"PK"), CandidateError, "no whole safetensors file"),
        (lambda path: _write(path, shape=[3, 8]), CandidateError, "convolves images"),
        (lambda path: _write(path, classes=["a", "b"]), CandidateError, "weights of another model"),
    ],
)
def test_a_spoilt_folder_is_named(folder, spoil, error, match):
    path, _ = folder
    spoil(path)
    with pytest.raises(error, match=match):
        load_stored(path)


def _write(path, **changes):
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(config | changes))
