"""The same trained model under several backends: which run it, how fast, how equal."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from netwright.machine.hardware import usable_cores
from netwright.qualities.backend import Backend, BackendError, Predict, attempt
from netwright.qualities.compile_backend import CompileBackend
from netwright.qualities.eager_backend import EagerBackend
from netwright.qualities.onnx_backend import OnnxBackend
from netwright.qualities.order_statistics import estimate_quantile
from netwright.qualities.threads import limited_threads
from netwright.qualities.timing import Clock, time_model
from netwright.records.backend import BackendRun
from netwright.records.errors import InputError, nearest
from netwright.structure.evaluation_mode import evaluation_mode

COMPARED = 512
LEAST_COMPARED = 16


@dataclass(frozen=True)
class Effort:
    """How much one backend may be looked at.

    Args:
        calls: Most calls that are timed.
        seconds: Time after which no further call is timed, and after which no further input is compared.
        clock: Tells the time, in nanoseconds.
    """

    calls: int = 500
    seconds: float = 1.0
    clock: Clock = time.perf_counter_ns


def find_backends(names: Sequence[str]) -> tuple[Backend, ...]:
    """Return the backends of names; `eager` also computes on an accelerator of CUDA where there is one.

    Args:
        names: As scenarios write them.

    Returns:
        The backends, in that order.

    Raises:
        InputError: There is none of a name; the message names the nearest ones.

    >>> [backend.name for backend in find_backends(["onnx", "compile"])]
    ['onnx', 'compile']
    """
    accelerators = [EagerBackend("cuda")] if torch.cuda.is_available() else []
    known: dict[str, list[Backend]] = {
        "eager": [EagerBackend(), *accelerators],
        "compile": [CompileBackend()],
        "onnx": [OnnxBackend()],
    }
    for name in names:
        if name not in known:
            raise InputError(f"there is no backend {name!r}. {nearest(name, list(known))}")
    return tuple(backend for name in names for backend in known[name])


def run_backends(
    candidate: str,
    model: nn.Module,
    inputs: Tensor,
    backends: Sequence[str],
    *,
    threads: int | None = None,
    effort: Effort | None = None,
) -> tuple[BackendRun, ...]:
    """Run a trained model under backends and numbers of threads.

    Args:
        candidate: Its name, for the records.
        model: The trained module; its mode and state stay as they are.
        inputs: Test inputs (N, ...), at least one, on the processor; up to 512 are compared, one at a time.
        backends: Names: `eager`, `compile`, `onnx`.
        threads: The most threads to try; as many as this process has cores if not given.
        effort: How much each is looked at.

    Returns:
        One run for each backend and number of threads, in that order; what fails is a run with `runs=False`.

    >>> model = nn.Linear(4, 3)
    >>> [run.runs for run in run_backends("small", model, torch.ones(2, 4), ["eager"], threads=2)]
    [True, True]
    """
    return compare_backends(
        candidate, model, inputs, find_backends(backends), threads=threads or usable_cores(), effort=effort or Effort()
    )


def compare_backends(
    candidate: str, model: nn.Module, inputs: Tensor, backends: Sequence[Backend], *, threads: int, effort: Effort
) -> tuple[BackendRun, ...]:
    """Do the work of `run_backends` for backends that are objects, such as one of your own.

    The yardstick of equality is eager mode on one thread. Each backend answers the same inputs one at a time, as many
    as it manages in the time of `effort`, 16 at least; the largest difference of a probability and the share of equal
    classes are over those.

    Args:
        candidate: Its name, for the records.
        model: The trained module.
        inputs: Test inputs (N, ...).
        backends: What to run it under.
        threads: The most threads to try.
        effort: How much each is looked at.

    Returns:
        One run for each backend and number of threads.

    Raises:
        InputError: There is no input.
    """
    if len(inputs) == 0:
        raise InputError("found no inputs to compare backends on; pass one or more")
    with evaluation_mode(model), torch.inference_mode():
        with limited_threads(1):
            expected = _answers(model, inputs[:COMPARED], effort)
        comparison = _Comparison(candidate, model, inputs, expected, effort)
        return tuple(run for backend in backends for run in comparison.runs(backend, backend.counts(threads)))


@dataclass(frozen=True, eq=False)
class _Comparison:
    """What every backend is given, and the answers it is held against: probabilities (n, K) of the first n inputs."""

    candidate: str
    model: nn.Module
    inputs: Tensor
    expected: Tensor
    effort: Effort

    def runs(self, backend: Backend, counts: Sequence[int]) -> Iterator[BackendRun]:
        """Yield the run of each number of threads."""
        began = self.effort.clock()
        try:
            make = attempt(lambda: backend.prepare(self.model, self.inputs[:1]))
        except BackendError as error:
            yield from (self._run(backend, count, {"detail": str(error)}) for count in counts)
            return
        preparing = self.effort.clock() - began
        for count in counts:
            with limited_threads(count):
                yield self._run(backend, count, self._found(make, count, preparing))

    def _run(self, backend: Backend, count: int, found: dict[str, Any]) -> BackendRun:
        known = {"candidate": self.candidate, "backend": backend.name, "device": backend.device, "threads": count}
        return BackendRun(**known, **{"runs": False, **found})

    def _found(self, make: Callable[[int], Predict], count: int, preparing: int) -> dict[str, Any]:
        began = self.effort.clock()
        try:
            predict = attempt(lambda: make(count))
            attempt(lambda: predict(self.inputs[:1]))
            setup = (preparing + self.effort.clock() - began) / 1e9
            return attempt(lambda: {"setup_seconds": setup, **self._speed(predict, count), **self._equality(predict)})
        except BackendError as error:
            return {"detail": str(error)}

    def _speed(self, predict: Predict, count: int) -> dict[str, Any]:
        effort = self.effort
        timing = time_model(
            _Calling(predict),
            self.inputs[:1],
            calls=effort.calls,
            seconds=effort.seconds,
            threads=count,
            clock=effort.clock,
        )
        middle = estimate_quantile(list(timing.seconds), 0.5)
        told = "; ".join(timing.notes + ((middle.note,) if middle.note else ()))
        return {
            "runs": True,
            "detail": told,
            "seconds": middle.value,
            "low": middle.low,
            "high": middle.high,
            "n": len(timing.seconds),
        }

    def _equality(self, predict: Predict) -> dict[str, Any]:
        answers = _answers(predict, self.inputs[: len(self.expected)], self.effort)
        expected = self.expected[: len(answers)]
        if answers.shape != expected.shape:
            found, wanted = tuple(answers.shape), tuple(expected.shape)
            raise BackendError(f"its answers have shape {found}, those of eager mode {wanted}")
        return {
            "difference": float((answers - expected).abs().max()),
            "agreement": float((answers.argmax(1) == expected.argmax(1)).double().mean()),
            "images": len(answers),
        }


class _Calling(nn.Module):
    def __init__(self, predict: Predict) -> None:
        super().__init__()
        # in a tuple, so that a compiled module does not become a part whose mode is set
        self._predict = (predict,)

    def forward(self, x: Tensor) -> Tensor:
        return self._predict[0](x)


def _answers(predict: Predict, inputs: Tensor, effort: Effort) -> Tensor:
    end = effort.clock() + effort.seconds * 1e9
    rows: list[Tensor] = []
    for one in torch.split(inputs, 1):
        rows.append(torch.softmax(predict(one).double(), dim=1))
        if len(rows) >= LEAST_COMPARED and effort.clock() >= end:
            break
    return torch.cat(rows)
