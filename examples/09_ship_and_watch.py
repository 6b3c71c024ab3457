"""Ship a decision as a package, ask it, and notice when the world no longer looks as it did.

python examples/09_ship_and_watch.py [FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import torch

import netwright
from netwright.data.digits import load
from netwright.serving.engines.open import open_engine
from netwright.serving.watching import package_watch

SCENARIO = """
name = "digits-service"
task = "image-classification"
data = "digits"
[design]
sizes = [200, 400]
seeds = 1
validation = 100
test = 200
[[candidate]]
name = "logistic-regression"
model = "logistic-regression"
[[candidate]]
name = "mlp"
model = "mlp"
options = { hidden = [32] }
recipe = { lr = 0.1, epochs = 5, batch_size = 32 }
"""

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "digits-service")
folder.mkdir(parents=True, exist_ok=True)
(folder / "scenario.toml").write_text(SCENARIO)
netwright.choose(netwright.read_scenario(folder / "scenario.toml"), out=folder / "study")

shipped = netwright.ship(folder / "study")
package = shipped.package
print(package.manifest)

# the same engine and the same form as the service has: netwright serve FOLDER/study/package
engine = open_engine(package, "chosen")
digits = load()
# in any order but that of their writers: a stream of one writer after the other would be drift itself
order = torch.randperm(len(digits.train_labels), generator=torch.Generator().manual_seed(0))
images = digits.train_inputs(order).numpy()
pixels = package.form.tensors(images)["image"]
inputs = package.form.inputs({"image": pixels[:5]})
print("it says:", [package.manifest.classes[k] for k in engine.answer(inputs).logits.argmax(1)])

# what the test part looked like is the reference: first come digits like these, then digits through a dim camera
watched = package_watch(package)
monitor = netwright.DriftMonitor(package.reference, seed=0)


def watch(pixels: np.ndarray) -> list[str]:
    """Return the features whose drift began to ring on these images."""
    inputs = package.form.inputs({"image": pixels})
    answers = engine.answer(inputs)
    numbers = watched.watch(inputs, answers.logits, answers.embedding)
    return sorted({alarm.feature for alarm in monitor.observe(numbers, answers.logits.argmax(1))})


print("as in the study:", ", ".join(watch(pixels)) or "silent")
rang = watch((pixels * 0.6).astype(np.uint8))
print("a dim camera:", ", ".join(rang))
assert "brightness" in rang
