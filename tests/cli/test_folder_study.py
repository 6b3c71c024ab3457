"""A study on a folder of images, and the folders that it must refuse."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

NETWRIGHT = Path(sys.executable).with_name("netwright")
SCENARIO = """
name = "leaves"
task = "image-classification"
data = "folder:leaves"
[design]
sizes = [12, 24, 48]
seeds = 2
validation = 12
[[candidate]]
name = "regression"
model = "logistic-regression"
[[candidate]]
name = "mlp"
model = "mlp"
options = { hidden = [16] }
recipe = { lr = 0.05, epochs = 2, batch_size = 8 }
"""


def _grow(folder: Path, classes=("healthy", "rust")):
    """Write 40 training and 10 test samples a class: noise around a brightness of the class's own."""
    random = np.random.default_rng(0)
    for part, count in (("train", 40), ("valid", 10)):
        for level, name in enumerate(classes):
            place = folder / part / name
            place.mkdir(parents=True)
            for index in range(count):
                pixels = random.normal(80 + 90 * level, 30, (8, 8)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(place / f"{index}.png")


@pytest.fixture
def study(tmp_path, monkeypatch, shared_mlflow):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "leaves.toml").write_text(SCENARIO)

    def run():
        command = [str(NETWRIGHT), "study", "leaves.toml", "--out", "out"]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    return run


def test_a_folder_of_images_is_decided_on(tmp_path, study):
    _grow(tmp_path / "leaves")
    done = study()
    assert done.returncode == 0, done.stderr
    assert "is chosen (at 48 training samples, 2 seeds)" in done.stdout


def _one_class(folder):
    _grow(folder, classes=("healthy",))


def _leaking(folder):
    _grow(folder)
    (folder / "valid" / "rust" / "0.png").write_bytes((folder / "train" / "rust" / "7.png").read_bytes())


def _truncated(folder):
    _grow(folder)
    file = folder / "train" / "rust" / "3.png"
    file.write_bytes(file.read_bytes()[:40])


def _small(folder):
    _grow(folder)
    for index in range(25):
        (folder / "train" / "rust" / f"{index}.png").unlink()


@pytest.mark.parametrize(
    ("grow", "told"),
    [
        (_one_class, "one class"),
        (_leaking, "7.png"),
        (_truncated, "3.png"),
        (_small, "48"),
        (lambda folder: None, "leaves"),
    ],
    ids=["one class", "leaking", "truncated", "too small", "absent"],
)
def test_a_folder_that_cannot_be_decided_on_is_told_why(tmp_path, study, grow, told):
    grow(tmp_path / "leaves")
    done = study()
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
