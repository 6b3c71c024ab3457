"""The step `split`: which samples each trial gets, as digests, so that it can be told whether they are the same."""

import hashlib
import json
from typing import Any

import numpy as np
from torch import Tensor

from netwright.data.checks import check_dataset
from netwright.data.split import draw
from netwright.machine.durable import write_durably
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import DATA, PASSED, SPLIT, fetched_fingerprint


def split_step(request: Request) -> Step:
    """Return the step that draws the samples of all trials.

    Args:
        request: What the pipeline makes.

    Returns:
        The step.
    """
    scenario = request.scenario
    return Step(
        name="split",
        reads=(f"fetch/{DATA}", f"validate/{PASSED}"),
        code=("data.split", "data.checks", "studies.pipeline.splitting"),
        parameters={"scenario.design": scenario.design.model_dump(mode="json"), "scenario.group": scenario.group},
        run=lambda work: _split(request, work),
    )


def _split(request: Request, work: Work) -> str:
    design, fingerprint = request.scenario.design, fetched_fingerprint(work)
    data = request.data(fingerprint)
    notes = check_dataset(data, design, request.scenario.group)
    drawn = draw(data, design, design.first_seed, design.sizes[0])
    seeds = range(design.first_seed, design.first_seed + design.seeds)
    facts: dict[str, Any] = {
        "fingerprint": fingerprint,
        "validation": _digest(drawn.validation),
        "test": _digest(drawn.test),
        "train": {
            f"n{size}-s{seed}": _digest(draw(data, design, seed, size).train) for size in design.sizes for seed in seeds
        },
        "notes": list(notes),
    }
    write_durably(work.folder / SPLIT, json.dumps(facts, indent=1).encode())
    largest = f"{design.sizes[-1]:,}"
    parts = f"{len(drawn.validation):,} validation, {len(drawn.test):,} test {data.samples}"
    return f"up to {largest} training, {parts}"


def _digest(indices: Tensor) -> str:
    return hashlib.sha256(np.ascontiguousarray(indices.numpy(), np.int64).tobytes()).hexdigest()
