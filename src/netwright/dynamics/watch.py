"""Watches a training through hooks on its optimizer."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from netwright.dynamics.change_follower import ChangeFollower
from netwright.dynamics.family import Floats
from netwright.dynamics.follower import CloseLook, Follower
from netwright.dynamics.law_follower import LawFollower
from netwright.dynamics.lookout import Lookout
from netwright.dynamics.names import find, resolve
from netwright.dynamics.observer import Measured, Observer
from netwright.dynamics.outlook import Outlook
from netwright.dynamics.partition import Part, part_parameters
from netwright.dynamics.readings import Reading, Readings
from netwright.dynamics.rhythm import Rhythm
from netwright.dynamics.settings import describe, has_law
from netwright.dynamics.symmetries import Symmetries
from netwright.dynamics.watch_state import pack, unpack
from netwright.records.dynamics import Dynamics
from netwright.records.errors import InputError


class Watch:
    """A training that is being watched; a context manager around its loop.

    Args:
        model: The network, wrapped or not.
        optimizer: Its optimizer.
        symmetries: What is watched.
        rhythm: When it is read, and when it is looked at closely.
        lookout: What looks for alarms.
        title: What is trained.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        symmetries: Symmetries,
        rhythm: Rhythm,
        lookout: Lookout,
        title: str,
    ) -> None:
        self.model, self.optimizer, self.symmetries = model, optimizer, symmetries
        self.rhythm, self.title, self.steps = rhythm, title, 0
        names = dict.fromkeys(name for family in symmetries for name in family.symmetry.parameters)
        self.parameters = resolve(model, names)
        self._observer = Observer(tuple(symmetries), self.parameters, optimizer)
        self._follower: Follower = (LawFollower if has_law(optimizer) else ChangeFollower)(self._observer)
        self._readings = Readings(tuple(symmetries))
        self._lookout = lookout
        self._outlook = Outlook(tuple(symmetries), self._observer.spans)
        self._parts: tuple[Part, ...] = ()
        self._handles: list[RemovableHandle] = []
        self._last: tuple[int, list[Reading]] | None = None
        self._described = describe(optimizer)

    def __enter__(self) -> Self:
        if self._handles:
            raise InputError("this training is watched already. Leave the `with` block before it is entered again.")
        self._last = None
        self._handles = [
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._last = self._unkept()

    def record(self) -> Dynamics:
        """Return what was seen so far: inside the `with` block up to now, after it up to its end."""
        last = self._unkept() if self._handles or self._last is None else self._last
        # numbers of a training that diverged are no reason to warn
        with np.errstate(all="ignore"):
            series = self._readings.series(last if last[0] not in self._readings.steps else None)
            forecasts = self._outlook.forecasts()
        return Dynamics(
            optimizer=self._described,
            steps=self.steps,
            every=self.rhythm.every,
            symmetries=self.symmetries.record,
            series=series,
            forecasts=forecasts,
            alarms=tuple(self._lookout.alarms),
            title=self.title,
        )

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed training needs to go on as if unbroken: plain values and tensors, less than 1 MB."""
        own = {"steps": self.steps, "described": self._described}
        states = (self._follower.state_dict(), self._readings.state_dict(), self._lookout.state_dict())
        return pack(self.symmetries, own, *states, self._outlook.state_dict())

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken; before the first step that is watched."""
        own, *parts = unpack(self.symmetries, state)
        self.steps, self._described, self._last = own["steps"], own["described"], None
        follower, readings, lookout, outlook = parts
        self._follower.load_state_dict(follower)
        self._readings.load_state_dict(readings)
        self._lookout.load_state_dict(lookout)
        self._outlook.load_state_dict(outlook)

    def _before_step(
        self, _optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        """Look before the step; where a closure makes the gradients, right after its first call."""
        closure = args[1] if len(args) > 1 else kwargs.get("closure")
        if closure is None:
            self._look_before()
            return None
        wrapped = _followed_by(closure, self._look_before)
        return ((args[0], wrapped, *args[2:]), kwargs) if len(args) > 1 else (args, {**kwargs, "closure": wrapped})

    def _after_step(self, optimizer: Optimizer, _args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
        """Look after the step; one that a fused optimizer left out because gradients overflowed was none."""
        overflow = getattr(optimizer, "found_inf", None)
        if isinstance(overflow, Tensor) and float(overflow) != 0.0:
            return
        with torch.no_grad(), np.errstate(all="ignore"):
            self.steps += 1
            self._lookout.note()
            measured = self._observer.measure() if self.rhythm.reads(self.steps) else None
            look = self._follower.after(self._parts, measured if self.rhythm.looks(self.steps) else None)
            if measured is None:
                return
            readings = self._read(measured)
            self._readings.add(self.steps, readings)
            if look is not None:
                self._attribute(look, measured)
                if look.update is not None:
                    self._outlook.add(look.update, self._parts)
            self._raise_alarms(look, readings)

    def _look_before(self) -> None:
        with torch.no_grad(), np.errstate(all="ignore"):
            close = self.rhythm.looks(self.steps + 1)
            if self.rhythm.reads(self.steps + 1):
                self._renew()
            self._parts = part_parameters(self.parameters, self.optimizer)
            scale = getattr(self.optimizer, "grad_scale", None)
            self._follower.before(self._parts, close, scale if isinstance(scale, Tensor) else None)
            if not self._readings.steps:
                self._described = describe(self.optimizer)
                self._readings.add(0, self._read(self._observer.measure()))

    def _renew(self) -> None:
        """Take note of parameters that the user has replaced since; of another size they are no longer the same."""
        found = find(self.model, self.parameters)
        fresh = {name: now for name, now in found.items() if now.shape == self.parameters[name].shape}
        if any(fresh[name] is not self.parameters[name] for name in fresh):
            self._follower.renew()
            self.parameters.update(fresh)

    def _read(self, measured: Measured) -> list[Reading]:
        """Return one entry a family: measured, and as theory has it now."""
        expected, split = self._follower.expected(), self._observer.split
        charges = split(measured.quadratic, measured.linear)
        pairs = zip(self.symmetries, split(measured.quadratic_size, measured.linear_size), strict=True)
        sizes = [_evened(size) if family.symmetry.kind == "null" else size for family, size in pairs]
        if expected is None:
            return [Reading(*pair, None, None) for pair in zip(charges, sizes, strict=True)]
        exact = split(expected.quadratic, expected.linear)
        flow = split(expected.quadratic_flow, expected.linear_flow)
        return [Reading(*four) for four in zip(charges, sizes, exact, flow, strict=True)]

    def _attribute(self, look: CloseLook, measured: Measured) -> None:
        sizes = self._observer.split(measured.quadratic_size, measured.linear_size)
        shares = []
        for family, span, size in zip(self.symmetries, self._observer.spans, sizes, strict=True):
            total = float(size.sum())
            account = look.linear if family.linear else look.quadratic
            shares.append(account.summed(span) / (total if total > 0 else 1.0))
        self._readings.attribute(shares)

    def _raise_alarms(self, look: CloseLook | None, readings: list[Reading]) -> None:
        broken = self._broken(look, readings) if look is not None else tuple(0 * r.measured for r in readings)
        self._lookout.look(self.model, self.optimizer, self.steps, tuple(self.symmetries), readings, broken)

    def _broken(self, look: CloseLook, readings: list[Reading]) -> tuple[Floats, ...]:
        """Return |<g, v>| / (|g| |v|) of each charge."""
        pulls = self._observer.split(look.breaking, look.linear_breaking)
        gradients = self._observer.split(*self._observer.gradient_magnitudes())
        broken = []
        for family, pull, gradient, reading in zip(self.symmetries, pulls, gradients, readings, strict=True):
            size = gradient if family.linear else np.sqrt(gradient * reading.magnitude)
            broken.append(np.divide(abs(pull), size, out=np.zeros_like(size), where=size > 0))
        return tuple(broken)

    def _unkept(self) -> tuple[int, list[Reading]]:
        """Return a reading at the present step that is shown and not kept."""
        with torch.no_grad(), np.errstate(all="ignore"):
            return self.steps, self._read(self._observer.measure())


def _evened(sizes: Floats) -> Floats:
    """Return the root mean square for each: a bias that happens to be near 0 is as large as the others of its layer."""
    return np.full_like(sizes, np.sqrt(np.square(sizes).mean()) if sizes.size else 0.0)


def _followed_by(closure: Callable[[], Any], look: Callable[[], None]) -> Callable[[], Any]:
    """Return a closure that looks after its first call, when the gradients are ready and the weights have not moved."""
    calls: list[bool] = []

    def followed() -> Any:
        value = closure()
        if not calls:
            calls.append(True)
            look()
        return value

    return followed
