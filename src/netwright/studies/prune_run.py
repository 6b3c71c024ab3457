"""Pruning a stored transformer from its texts to the stored result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import torch
from pydantic import ValidationError
from torch import nn

from netwright.machine.durable import write_durably
from netwright.machine.hardware import describe_hardware
from netwright.machine.progress import Progress
from netwright.models.text.batches import longest_text, text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.answers import label_count
from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.budget import Budget
from netwright.pruning.evaluate import compare, with_timing
from netwright.pruning.feed_forward_share import feed_forward_share
from netwright.pruning.fingerprint import fingerprint
from netwright.pruning.flop_count import count_batch_flops
from netwright.pruning.latency_table import LatencyTable, measure_latency_table
from netwright.pruning.paired_timing import PairedTiming, time_in_turn
from netwright.pruning.rank import Ranking, rank_units, refuse_unreachable, score_for
from netwright.pruning.repair import repair
from netwright.pruning.save import save_pruned
from netwright.pruning.timed_batch import batch_of_shape
from netwright.pruning.uniform import save_uniform
from netwright.records.errors import InputError, StorageError
from netwright.records.pruning import Plan, Pruning
from netwright.records.record import Record
from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import Batch
from netwright.studies.prune_setting import LatencyWish, PruneSetting
from netwright.studies.prune_texts import PruneTexts, prune_texts

PLAN, TABLE, RESULT, MODEL = "plan.json", "latency.json", "pruning.json", "model"
"""What is written into the folder of the results."""
BATCH = 32
"""Texts that are looked at together."""
TOLERANCE = 0.05
"""Share by which the measured time may differ from the one asked for before the plan is made anew."""
ROUNDS = 30

T = TypeVar("T")
R = TypeVar("R", bound=Record)


def run_prune(setting: PruneSetting, progress: Progress) -> Pruning:
    """Plan, apply, mend, measure and store.

    The folder of the results gets `latency.json` and `plan.json` as soon as they are known, so that the same command
    goes on from them after Ctrl-C; then the model in `model`, and `pruning.json`.

    Args:
        setting: What is asked for.
        progress: Where progress is told.

    Returns:
        The model before and after.

    Raises:
        InputError: The model, the texts, the budget or the folder cannot be; the message says what to do.
        StorageError: The results cannot be written.
    """
    _check_out(setting.out)
    score_for(setting.units, setting.score)
    run = _Run.begin(setting, progress)
    plan, pruned = run.fitted()
    if setting.mend:
        pruned = run.timed(lambda: repair(pruned, run.model, plan, run.batches, progress=progress))
    record = run.record(plan, pruned)
    save = save_uniform if _is_uniform(plan) else save_pruned
    save(pruned, setting.out / MODEL, run.tokenizer)
    _write(setting.out / RESULT, record)
    return record


@dataclass
class _Run:
    """The live objects of a pruning.

    Args:
        setting: What is asked for.
        progress: Where progress is told.
        model: The dense model.
        tokenizer: Its tokenizer.
        texts: What it is looked at with, and tested on.
        batches: The calibration texts.
        seconds: What planning, applying and mending took until now.
        notes: What a reader must know.
    """

    setting: PruneSetting
    progress: Progress
    model: nn.Module
    tokenizer: Any
    texts: PruneTexts
    batches: Sequence[Batch]
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, setting: PruneSetting, progress: Progress) -> "_Run":
        """Read model and texts, and refuse what cannot be pruned or compared before anything long begins."""
        model, tokenizer = read_checkpoint(setting.model)
        read_transformer(model)
        probe = text_batches(["a film"], tokenizer, limit=longest_text(model))[0]
        classes = label_count(model, probe)
        texts = prune_texts(setting.texts, setting.test, classes=classes)
        run = cls(setting, progress, model, tokenizer, texts, _batches(model, tokenizer, texts.calibration))
        _ = run.example  # a shape that cannot be is told now
        return run

    @cached_property
    def fingerprint(self) -> str:
        """Of the dense model."""
        return fingerprint(self.model)

    @cached_property
    def example(self) -> Batch:
        """The batch that is timed."""
        return batch_of_shape(self.model, self.batches, *self.setting.shape)

    @cached_property
    def ranking(self) -> Ranking:
        """How the units would go; ranked when it is first needed."""
        setting = self.setting
        return self.timed(
            lambda: rank_units(self.model, self.batches, setting.score, setting.units, progress=self.progress)
        )

    def timed(self, work: Callable[[], T]) -> T:
        """Return what some work gives, and count its time."""
        began = time.perf_counter()
        done = work()
        self.seconds += time.perf_counter() - began
        return done

    def fitted(self) -> tuple[Plan, nn.Module]:
        """Return the plan and the smaller model; where a time is asked for, one that was measured to fit."""
        wish, named = self.setting.budget, self.setting.plan
        table = self._table() if isinstance(wish, LatencyWish) and named is None else None
        plan = self._replayed(named) if named is not None else self._plan(_budget(wish, table))
        pruned = self.timed(lambda: apply_plan(self.model, plan))
        if not isinstance(wish, LatencyWish) or table is None:
            return plan, pruned
        measured = self.time(pruned, rounds=ROUNDS // 2).seconds_after.value
        whole = all(len(site.kept) == site.count for site in plan.sites)
        if wish.seconds * (1 - TOLERANCE) <= measured <= wish.seconds or (measured < wish.seconds and whole):
            return plan, pruned
        self.progress.say(
            f"it took {1000 * measured:.3g} ms instead of {1000 * wish.seconds:.3g} ms: planned once more"
        )
        plan = self.ranking.plan(wish.budget(table.corrected(table.foreseen(plan), measured)))
        _write(self.setting.out / PLAN, plan)
        return plan, self.timed(lambda: apply_plan(self.model, plan))

    def time(self, pruned: nn.Module, rounds: int = ROUNDS) -> PairedTiming:
        """Return the times of the dense and the pruned model, called in turn."""
        return time_in_turn(self.model, pruned, self.example, rounds=rounds, threads=self.setting.threads)

    def record(self, plan: Plan, pruned: nn.Module) -> Pruning:
        """Return the model before and after, tested and timed."""
        setting, texts = self.setting, self.texts
        self.progress.say(f"comparing on {len(texts.test):,} texts")
        before, after = compare(self.model, pruned, _batches(self.model, self.tokenizer, texts.test), texts.labels)
        self.progress.say("timing")
        timing = self.time(pruned)
        before, after = with_timing(before, after, timing)
        wish = setting.budget
        if isinstance(wish, LatencyWish) and timing.seconds_after.value > wish.seconds * (1 + TOLERANCE):
            over = timing.seconds_after.value / wish.seconds - 1
            self.notes.append(f"the time is {over:.0%} above the one that was asked for: the machine may be busy")
        return Pruning(
            title=setting.model.name or str(setting.model.absolute().name),
            plan=plan,
            repaired=setting.mend,
            before=before.model_copy(update={"flops": count_batch_flops(self.model, self.example)}),
            after=after.model_copy(update={"flops": count_batch_flops(pruned, self.example)}),
            speedup=timing.speedup.value,
            speedup_low=timing.speedup.low,
            speedup_high=timing.speedup.high,
            share=feed_forward_share(read_transformer(self.model), self.example, threads=setting.threads),
            batch=setting.shape,
            threads=setting.threads,
            seconds=self.seconds,
            tested=len(texts.test),
            notes=(f"texts: {texts.origin}", *self.notes),
        )

    def _table(self) -> LatencyTable:
        path, setting = self.setting.out / TABLE, self.setting
        table = _read(path, LatencyTable)
        asked = (self.fingerprint, setting.shape, setting.threads, describe_hardware(), set(setting.units))
        if table is None or asked != (*_made_for(table), {curve.unit for curve in table.curves}):
            self.progress.say("measuring what the model takes at which widths")
            table = measure_latency_table(
                read_transformer(self.model),
                self.example,
                units=setting.units,
                threads=setting.threads,
                progress=self.progress,
            )
            _write(path, table)
        return table

    def _plan(self, budget: Budget) -> Plan:
        """Return the plan to carry out: that of a run that was stopped, or a new one."""
        path = self.setting.out / PLAN
        kept = _read(path, Plan)
        if kept is not None and self._is_for_this(kept, budget):
            self.progress.say(f"going on with {path}")
            self.notes.append("the plan is that of an earlier run; its time is not in the seconds")
            return kept
        refuse_unreachable(self.model, self.batches, budget, self.setting.units)
        plan = self.ranking.plan(budget)
        _write(path, plan)
        return plan

    def _is_for_this(self, plan: Plan, budget: Budget) -> bool:
        texts = len(self.texts.calibration)
        tokens = sum(int(batch["attention_mask"].sum()) for batch in self.batches)
        asked = (self.fingerprint, budget.title, set(self.setting.units), texts, tokens)
        made = (plan.fingerprint, plan.budget, {site.unit for site in plan.sites}, plan.texts, plan.tokens)
        return made == asked and plan.score == score_for(self.setting.units, self.setting.score).title

    def _replayed(self, path: Path) -> Plan:
        if not path.is_file():
            raise InputError(f"--plan: there is no file {path}; name the plan.json of an earlier run")
        plan = _read(path, Plan)
        if plan is None:
            raise InputError(f"--plan: {path} holds no plan; name the plan.json of an earlier run")
        if plan.fingerprint != self.fingerprint:
            raise InputError(
                f"--plan: {path} was made for another {plan.model} (fingerprint {plan.fingerprint[:12]}, this model's "
                f"is {self.fingerprint[:12]}); make a plan for this one"
            )
        _write(self.setting.out / PLAN, plan)
        return plan


def _budget(wish: Budget | LatencyWish, table: LatencyTable | None) -> Budget:
    if not isinstance(wish, LatencyWish):
        return wish
    assert table is not None  # measured where a time is asked for
    return wish.budget(table)


def _made_for(table: LatencyTable) -> tuple[object, ...]:
    return table.fingerprint, table.batch, table.threads, table.hardware


def _is_uniform(plan: Plan) -> bool:
    """Return whether the blocks stay of one shape, so that the library's own code loads them."""
    return {site.unit for site in plan.sites} == {"neurons"} and len({len(site.kept) for site in plan.sites}) == 1


def _batches(model: nn.Module, tokenizer: Any, texts: Sequence[str]) -> list[dict[str, torch.Tensor]]:
    return text_batches(texts, tokenizer, BATCH, limit=longest_text(model))


def _check_out(out: Path) -> None:
    """Make the folder of the results, or refuse it before anything long begins."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make the folder {out}: {error.strerror}; choose another one") from error
    if (out / MODEL).exists():
        raise InputError(f"{out / MODEL} is there already; choose another folder, or delete that one")


def _write(path: Path, record: Record) -> None:
    write_durably(path, record.to_json(indent=2).encode())


def _read(path: Path, kind: type[R]) -> R | None:
    """Return a record that an earlier run wrote; None where there is none that can be read."""
    try:
        return kind.from_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
