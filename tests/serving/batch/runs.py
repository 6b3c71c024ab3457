"""Runs of batch prediction for tests: data, a setting, and an engine that is interrupted."""

import csv
from pathlib import Path

import numpy as np

from netwright.serving.batch import predict as module
from netwright.serving.batch.predict import PredictSetting

COUNT = 30


def write(path, bad=()):
    random = np.random.default_rng(1)
    rows = [f"{'x' if i in bad else random.integers(20, 60)},{random.normal():.6f},Oslo" for i in range(COUNT)]
    path.write_text("age,pay,city\n" + "\n".join(rows) + "\n")
    return path


def setting(data, out, **options):
    return PredictSetting(Path("package"), str(data), Path(out), batch=options.pop("batch", 4), **options)


def read(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Stopped:
    """An engine that is interrupted at its n-th batch."""

    name = "onnx"

    def __init__(self, engine, at):
        self._engine, self._left = engine, at

    def answer(self, inputs):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._engine.answer(inputs)


def stop_at(monkeypatch, engine, at):
    monkeypatch.setattr(module, "open_engine", lambda *_: Stopped(engine, at))
