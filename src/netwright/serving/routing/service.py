"""The service: every request in, one answer out, whoever gives it."""

import asyncio
import time
from collections.abc import Sequence

from netwright.monitoring.event import Label
from netwright.records.errors import RequestError
from netwright.records.rollout import Rollout
from netwright.serving.forms.form import Inputs, Tensors
from netwright.serving.package import Package
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.canary import Canary
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.shadow import Shadow, ShadowCounts
from netwright.serving.routing.upstream import Upstream
from netwright.serving.telemetry.recorder import Recorder, RecorderCounts
from netwright.serving.telemetry.served import Served
from netwright.serving.telemetry.unrecorded import Unrecorded


class Service:
    """A package at work: picks main or canary, falls back, copies to the shadow, and tells the telemetry.

    Args:
        package: That is served.
        fallback: Its models in order, and the constant behind them.
        recorder: Takes what was served.
        canary: A version that is tried on some keys; None where there is none.
        shadow: A version that sees copies; None where there is none.

    Attributes:
        manifest: What the package holds.
        form: What a request carries.
        version: Of the package.
        reference: What the data looked like on which it was decided.
    """

    def __init__(
        self,
        package: Package,
        fallback: Fallback,
        recorder: Recorder | Unrecorded,
        canary: Canary | None = None,
        shadow: Shadow | None = None,
    ) -> None:
        self.manifest, self.form, self.version = package.manifest, package.form, package.version
        self.reference = package.reference
        self._fallback = fallback
        self._recorder = recorder
        self._canary = canary
        self._shadow = shadow
        # where the canary cannot answer, main does
        self._tried = fallback if canary is None else fallback.behind(canary.upstream)
        self._open = False

    @property
    def ready(self) -> bool:
        """Whether a measured model, main or its fallback, can answer; false from the first moment of a stop."""
        return self._open and self._fallback.ready

    @property
    def rollout(self) -> Rollout | None:
        """The canary and what is known of it; None where there is none."""
        return None if self._canary is None else self._canary.rollout()

    @property
    def shadowed(self) -> ShadowCounts | None:
        """What became of the copies; None where there is no shadow."""
        return None if self._shadow is None else self._shadow.counts()

    @property
    def recorded(self) -> RecorderCounts:
        """What became of the telemetry's events."""
        return self._recorder.counts()

    def full(self) -> float | None:
        """Return the seconds after which a request would no longer be refused; None where it would not be now."""
        return self._fallback.full()

    async def start(self) -> None:
        """Begin; returns when main, its fallback and the canary are ready; one that was rolled back is not started.

        Raises:
            NetwrightError: One of them cannot start, as its runner says; the others were stopped.
        """
        given_up = () if self._canary is None or self._canary.running else (self._canary.upstream,)
        upstreams = [one for one in self.upstreams if one not in given_up]
        told = await asyncio.gather(*(one.runner.start() for one in upstreams), return_exceptions=True)
        failed = next((error for error in told if isinstance(error, BaseException)), None)
        if failed is not None:
            await asyncio.gather(*(one.stop(0.0) for one in upstreams), return_exceptions=True)
            await asyncio.to_thread(self._recorder.close)
            raise failed
        if self._shadow is not None:
            self._shadow.begin()
        self._recorder.start()
        self._open = True

    async def stop(self, limit: float) -> None:
        """Answer what was accepted, then end; no process and no thread is left.

        Args:
            limit: Seconds after which what still waits is given up.
        """
        self._open = False
        until = time.monotonic() + limit
        main, *others = self.upstreams
        if self._shadow is not None:
            await self._shadow.stop(0.0)
        await main.stop(limit)
        # main may die while it drains: its fallback answers to the end
        left = max(0.0, until - time.monotonic())
        await asyncio.gather(*(one.stop(left) for one in others))
        await asyncio.to_thread(self._recorder.close)
        if self._canary is not None:
            await asyncio.to_thread(self._canary.close)

    async def infer(
        self, inputs: Inputs, tensors: Tensors, request_id: str, key: str | None, deadline: float
    ) -> Answered:
        """Return the answer to a request.

        Args:
            inputs: Of its N samples.
            tensors: As they came.
            request_id: Its name.
            key: What a canary's requests are chosen by, such as a user; the name of the request where there is none.
            deadline: Time of `time.monotonic()` after which nobody waits.

        Returns:
            The answer and where it comes from.

        Raises:
            RequestError: 400, 429 or 504, as `Runner.answer` says.
        """
        began = time.monotonic()
        tried = self._canary is not None and self._canary.takes(key or request_id)
        try:
            answered = await (self._tried if tried else self._fallback).answer(inputs, deadline)
        except RequestError as error:
            self._refused(request_id, tried, error.status, time.monotonic() - began)
            raise
        latency = time.monotonic() - began
        answers, model, version, route = answered
        kept = tensors if self._recorder.keeps_samples else None
        self._recorder.record(
            Served(request_id, time.time(), version, model, route, 200, latency, answers, inputs, kept)
        )
        if self._canary is not None:
            asked = "canary" if tried else "main"
            self._canary.compare(tried, 200 if route == asked else 503, latency)
            if route in {"main", "canary"}:
                self._canary.remember(request_id, answered)
        if self._shadow is not None and route == "main":
            self._shadow.offer(request_id, inputs, answered)
        return answered

    def label(self, labels: Sequence[Label]) -> int:
        """Take labels of requests that were answered.

        Args:
            labels: What their samples truly were.

        Returns:
            How many were taken.

        Raises:
            RequestError: 503: this service keeps none.
        """
        taken = self._recorder.label(labels)
        if self._canary is not None:
            self._canary.labels(labels[:taken])
        return taken

    def _refused(self, request_id: str, tried: bool, status: int, latency: float) -> None:
        if self._canary is not None:
            self._canary.compare(tried, status, latency)
        one = (self._tried if tried else self._fallback).upstreams[0]
        self._recorder.record(Served(request_id, time.time(), one.version, one.name, one.route, status, latency))

    @property
    def upstreams(self) -> tuple[Upstream, ...]:
        """Main, its fallback and the canary, as far as there are such."""
        tried = () if self._canary is None else (self._canary.upstream,)
        return (*self._fallback.upstreams, *tried)
