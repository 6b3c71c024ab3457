"""Drift on real data, through a real service: decided on one domain, asked about another, and watched.

python benchmarks/monitoring/shown_drift.py STUDY [STUDY ...]

Each study's decision is packaged and served by `netwright serve`. Streams of requests are sent, each to a service and
a telemetry of its own, one sample a request: samples of the same data that no reference and no training has seen, which
must stay silent, and then real drift: images under the five corruptions of `netwright.qualities.corruptions`, or texts
of other domains. After every few requests `netwright monitor --json` is asked. The table tells after how many requests
of the drifted stream an alarm was on, and which.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import tritonclient.http as triton

from netwright.data.catalog import load
from netwright.data.split import draw, held_out
from netwright.machine.progress import Silent
from netwright.qualities.corruptions import CORRUPTIONS
from netwright.qualities.pixels import from_brightness, to_brightness
from netwright.serving.package import Package, open_package
from netwright.studies.read import read_study
from netwright.studies.ship.packing import pack, reference_indices

NETWRIGHT = str(Path(sys.executable).with_name("netwright"))
DOMAINS = ("reviews-tweets", "reviews-amazon", "reviews-nyt")


def strangers(folder: Path, most: int):
    """Return inputs of the study's data that neither trained nor described anything."""
    scenario = read_study(folder).decision.scenario
    data = load(scenario.data)
    used = reference_indices(len(data.test_labels))
    left = np.setdiff1d(np.arange(len(data.test_labels)), used)
    random = np.random.default_rng(1)
    if len(left):
        return data.test_inputs(torch.from_numpy(random.permutation(left)[:most])).numpy()
    # every test sample is in the reference: what the study had no use for is left
    _, pool = held_out(data, scenario.design)
    trained = set()
    for seed in range(scenario.design.first_seed, scenario.design.first_seed + scenario.design.seeds):
        trained |= set(draw(data, scenario.design, seed, scenario.design.sizes[-1]).train.tolist())
    fresh = np.array(sorted(set(pool.tolist()) - trained))
    return data.train_inputs(torch.from_numpy(random.permutation(fresh)[:most])).numpy()


def streams(folder: Path, package: Package, calm: int, drifted: int) -> Iterator[tuple[str, dict, dict]]:
    """Yield (name, tensors of the calm part, tensors of the drifted part)."""
    own = strangers(folder, calm + drifted)
    form = package.form
    yield "none", form.tensors(own), {}
    before, after = own[:calm], own[calm:]
    if form.kind == "image":
        generator = torch.Generator().manual_seed(2)
        for name, corrupt in CORRUPTIONS.items():
            spoilt = from_brightness(corrupt(to_brightness(torch.from_numpy(after)), generator)).numpy()
            yield name, form.tensors(before), form.tensors(spoilt)
    elif form.kind == "text":
        for name in DOMAINS:
            other = load(name)
            chosen = torch.randperm(len(other.test_labels), generator=torch.Generator().manual_seed(3))[:drifted]
            yield name, form.tensors(before), form.tensors(other.test_inputs(chosen).numpy())


class Watched:
    """A service with a telemetry of its own, and the command that watches it."""

    def __init__(self, package: Package, telemetry: Path) -> None:
        self._package, self._telemetry = package, telemetry
        self._process = subprocess.Popen(
            [NETWRIGHT, "serve", str(package.folder), "--port", "0", "--telemetry", str(telemetry), "--queue", "4096"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._client = triton.InferenceServerClient(self._process.stdout.readline().split()[1].removeprefix("http://"))
        self._sent = 0

    def ask(self, tensors: dict, start: int, stop: int) -> None:
        """Send samples, one a request."""
        for i in range(start, stop):
            inputs = []
            for name, values in tensors.items():
                kind = next(spec.datatype for spec in self._package.form.specs() if spec.name == name)
                tensor = triton.InferInput(name, list(values[i : i + 1].shape), kind)
                tensor.set_data_from_numpy(np.ascontiguousarray(values[i : i + 1]))
                inputs.append(tensor)
            self._client.infer(self._package.manifest.name, inputs)
            self._sent += 1

    def state(self) -> dict:
        """Return what the monitor says once everything that was sent is stored."""
        while True:
            done = subprocess.run(
                [NETWRIGHT, "monitor", str(self._package.folder), "--telemetry", str(self._telemetry), "--json"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode not in {0, 3}:
                raise SystemExit(done.stderr)
            told = json.loads(done.stdout)
            if told["drift"]["rows"] >= self._sent:
                return told

    def end(self) -> None:
        """Stop the service."""
        self._process.terminate()
        self._process.wait()


def alarms(state: dict) -> list[str]:
    """Return the names of the features whose drift rings."""
    return [one["feature"] for one in state["drift"]["features"] if one["alarm"] is not None]


def main() -> None:
    """Run every stream and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path, nargs="+", help="folder of a study of images or texts")
    parser.add_argument("--calm", type=int, default=1000, help="undrifted requests before the drift")
    parser.add_argument("--drifted", type=int, default=1000, help="drifted requests at most")
    parser.add_argument("--step", type=int, default=50, help="requests between two looks")
    args = parser.parse_args()
    print("| data | drift | calm requests | alarms before | drifted requests until an alarm | what rang first |")
    print("|---|---|---|---|---|---|")
    for folder in args.study:
        with tempfile.TemporaryDirectory() as place:
            package = open_package(pack(folder, Path(place, "package"), Silent()))
            for name, before, after in streams(folder, package, args.calm, args.drifted):
                watched = Watched(package, Path(place, f"{name}.sqlite"))
                try:
                    print("| " + " | ".join(row(package, watched, (name, before, after), args.step)) + " |", flush=True)
                finally:
                    watched.end()


def row(package: Package, watched: Watched, stream: tuple[str, dict, dict], step: int) -> tuple[str, ...]:
    """Send one stream and return its row."""
    name, before, after = stream
    calm = len(next(iter(before.values())))
    watched.ask(before, 0, calm)
    quiet = alarms(watched.state())
    head = (package.manifest.data, name, str(calm), ", ".join(quiet) or "none")
    many = len(next(iter(after.values()))) if after else 0
    for stop in range(step, many + 1, step):
        watched.ask(after, stop - step, stop)
        rang = [one for one in alarms(watched.state()) if one not in quiet]
        if rang:
            return (*head, str(stop), ", ".join(rang))
    return (*head, f"none in {many}" if many else "-", "-")


if __name__ == "__main__":
    main()
