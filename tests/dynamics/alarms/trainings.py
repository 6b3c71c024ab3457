"""Real trainings of a small network in which something is planted, and what the alarms say of them."""

import json
from contextlib import nullcontext

import torch
from tests.dynamics.families import convolutional
from torch.nn import functional

from netwright.dynamics.alarms.catalog import look
from netwright.dynamics.alarms.moment import GroupSettings, Moment
from netwright.dynamics.alarms.schedule import note_step
from netwright.dynamics.geometry import gradient_residuals


def batches(count, seed=0, size=16):
    """Images of four classes that differ in their means."""
    draws = torch.Generator().manual_seed(seed)
    means = torch.randn(4, 2, 9, 9, generator=draws)
    for _ in range(count):
        labels = torch.randint(4, (size,), generator=draws)
        yield means[labels] + torch.randn(size, 2, 9, 9, generator=draws), labels


def settings_of(optimizer, names):
    decoupled = isinstance(optimizer, torch.optim.AdamW)
    return tuple(
        GroupSettings(
            parameters=tuple(names[p] for p in group["params"] if p in names),
            lr=float(group["lr"]),
            momentum=group.get("momentum", 0.0),
            dampening=group.get("dampening", 0.0),
            nesterov=group.get("nesterov", False),
            weight_decay=group["weight_decay"],
            decoupled=decoupled,
        )
        for group in optimizer.param_groups
    )


class Training:
    """A network, its families, and the alarms that a training of it has raised so far.

    Args:
        model: The network.
        families: Its families.
        rounding: What the alarms are told of the arithmetic.
    """

    def __init__(self, model=None, families=(), rounding=None):
        self.model, self.families = (model, families) if model else convolutional()
        self.rounding, self.memory, self.alarms, self.steps = rounding, {}, [], 0

    def run(self, optimizer, steps=8, **planted):
        """Train as a user would; of what may be planted see the code."""
        schedule, clip = planted.get("schedule"), planted.get("clip", lambda model: None)
        after, parts = planted.get("after", lambda step: None), planted.get("parts", 1)
        cast = torch.autocast("cpu", torch.bfloat16) if planted.get("autocast") else nullcontext()
        penalty = planted.get("penalty", lambda model, logits: 0.0)
        dtype = next(self.model.parameters()).dtype
        for step, (x, y) in enumerate(batches(steps)):
            optimizer.zero_grad()
            for images, labels in zip(x.to(dtype).chunk(parts), y.chunk(parts), strict=True):
                with cast:
                    logits = self.model(images)
                    loss = functional.cross_entropy(logits.float(), labels) + penalty(self.model, logits.float())
                (loss / parts).backward()
            clip(self.model)
            self._step(optimizer, schedule)
            after(step)
        return self

    def kinds(self):
        return {alarm.kind for alarm in self.alarms}

    def _step(self, optimizer, schedule):
        parameters = dict(self.model.named_parameters())
        gradients = {name: p.grad for name, p in parameters.items() if p.grad is not None}
        breaking = tuple(gradient_residuals(family, gradients, parameters) for family in self.families)
        optimizer.step()
        note_step(schedule, self.memory)
        self.steps += 1
        moment = Moment(
            step=self.steps,
            model=self.model,
            optimizer=optimizer,
            parameters=parameters,
            settings=settings_of(optimizer, {p: name for name, p in parameters.items()}),
            families=self.families,
            measured=tuple(family.along(parameters) for family in self.families),
            predicted=tuple(family.along(parameters) for family in self.families),
            breaking=breaking,
            magnitudes=tuple(family.magnitude(parameters) for family in self.families),
            schedule=schedule,
            rounding=self.rounding,
        )
        # the memory goes through a checkpoint at every step
        self.memory = json.loads(json.dumps(self.memory))
        self.alarms += look(moment, self.memory)
