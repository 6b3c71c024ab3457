"""`netwright prune`: a stored transformer made smaller and quicker, without training."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.pruning.budgets.budget import Budget
    from netwright.records.pruning import Pruning, Unit
    from netwright.studies.prune_setting import LatencyWish, PruneSetting

INTERRUPTED = 130
HALF = 0.5


@dataclass(frozen=True)
class HowMuch:
    """How much may stay: one of these, half of the units if none is given."""

    keep: Annotated[float | None, typer.Option(help="Share of the units that stays.")] = None
    latency: Annotated[str | None, typer.Option(help='Time of a batch at most, such as "8 ms".')] = None
    parameters: Annotated[str | None, typer.Option(help='Parameters at most, such as "15 M".')] = None
    weights: Annotated[str | None, typer.Option("--bytes", help='Bytes of weights at most, such as "40 MB".')] = None
    flops: Annotated[float | None, typer.Option(help="Share of the FLOPs that stays at most.")] = None
    uniform: Annotated[bool, typer.Option("--uniform", help="The same width everywhere; with --keep.")] = False
    multiple: Annotated[
        int | None, typer.Option(min=1, help="Widths are multiples of this: 32 for --latency, else 1.")
    ] = None
    plan: Annotated[Path | None, typer.Option(help="Replay this plan.json instead.")] = None


@dataclass(frozen=True)
class What:
    """What goes, by what, and what is done after."""

    score: Annotated[str | None, typer.Option(help="What ranks the units; second-order if not given.")] = None
    units: Annotated[str, typer.Option(help="neurons, heads, neurons,heads or layers.")] = "neurons"
    mend: Annotated[bool, typer.Option("--repair/--no-repair", help="Mend what read the units that went.")] = True


@dataclass(frozen=True)
class Texts:
    """What the model is looked at with."""

    texts: Annotated[Path | None, typer.Option(help="Calibration texts, one a line; film reviews if not given.")] = None
    test: Annotated[Path | None, typer.Option(help="Test texts, one a line, or label, tab, text.")] = None
    batch: Annotated[str, typer.Option(help="Texts x tokens of the batch that is timed.")] = "4x128"
    threads: Annotated[int, typer.Option(min=1, help="Threads that it is timed with.")] = 1


@dataclass(frozen=True)
class Out:
    """What is written where."""

    out: Annotated[Path, typer.Option(help="Folder of the model, the plan, the figures and the pictures.")]
    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def prune(
    model: Annotated[str, typer.Argument(help="Folder of a transformer, or the name of a checkpoint in the cache.")],
    *,
    how_much: HowMuch,
    what: What,
    texts: Texts,
    out: Out,
) -> None:
    """Remove what a transformer needs least, mend the rest, and show the model before and after.

    Ctrl-C loses nothing that was measured: the plan lies in the folder, and the same command goes on from it.
    """
    setting = _setting(model, how_much, what, texts, out)
    _check_place(out)
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.studies.prune_run import run_prune

    progress = progress_for(sys.stderr)
    try:
        record = run_prune(setting, progress)
    except KeyboardInterrupt:
        progress.stop()
        typer.echo(f"netwright: stopped; the same command goes on from what {setting.out} holds", err=True)
        sys.exit(INTERRUPTED)
    _show(record, out)


def _setting(model: str, how_much: HowMuch, what: What, texts: Texts, out: Out) -> "PruneSetting":
    from netwright.studies.model_folder import find_model
    from netwright.studies.prune_setting import PruneSetting

    return PruneSetting(
        budget=_budget(how_much),
        shape=_shape(texts.batch),
        units=_units(what.units),
        model=find_model(model),
        out=out.out,
        score=what.score,
        mend=what.mend,
        texts=texts.texts,
        test=texts.test,
        threads=texts.threads,
        plan=how_much.plan,
    )


def _budget(asked: HowMuch) -> "Budget | LatencyWish":
    from netwright.pruning.budgets.bytes import Bytes
    from netwright.pruning.budgets.flops import Flops
    from netwright.pruning.budgets.latency import FAVOURED
    from netwright.pruning.budgets.neurons import Neurons
    from netwright.pruning.budgets.parameters import Parameters
    from netwright.pruning.budgets.uniform import Uniform
    from netwright.studies.prune_setting import LatencyWish

    _check_one(asked)
    multiple = asked.multiple or 1
    if asked.latency is not None:
        return LatencyWish(_quantity("--latency", asked.latency, "s"), asked.multiple or FAVOURED)
    if asked.parameters is not None:
        return Parameters(int(_quantity("--parameters", asked.parameters, "count")), multiple)
    if asked.weights is not None:
        return Bytes(_quantity("--bytes", asked.weights, "B"), multiple)
    if asked.flops is not None:
        return Flops(asked.flops, multiple)
    return (Uniform if asked.uniform else Neurons)(HALF if asked.keep is None else asked.keep, multiple)


def _check_one(asked: HowMuch) -> None:
    from netwright.records.errors import InputError

    options = {"weights": "--bytes"}
    names = ("keep", "latency", "parameters", "weights", "flops", "plan")
    given = [options.get(name, f"--{name}") for name in names if getattr(asked, name) is not None]
    if len(given) > 1:
        raise InputError(f"found {' and '.join(given)}; name one of them")
    if asked.uniform and given and given != ["--keep"]:
        raise InputError(f"found --uniform with {given[0]}; it goes with --keep")


def _quantity(option: str, text: str, unit: str) -> float:
    from netwright.records.errors import InputError
    from netwright.records.units import parse_quantity

    try:
        found = parse_quantity(text, unit)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from error
    if found <= 0:
        raise InputError(f"{option}: found {text!r}; ask for more than 0")
    return found


def _shape(text: str) -> tuple[int, int]:
    from netwright.records.errors import InputError

    texts, x, tokens = text.lower().replace("×", "x").partition("x")
    if not (x and texts.strip().isdecimal() and tokens.strip().isdecimal() and int(texts) and int(tokens)):
        raise InputError(f"--batch: found {text!r}; write texts x tokens, such as 4x128")
    return int(texts), int(tokens)


def _units(text: str) -> "tuple[Unit, ...]":
    # the room that ranks them says which there are
    return cast("tuple[Unit, ...]", tuple(name.strip() for name in text.split(",") if name.strip()))


def _check_place(out: Out) -> None:
    """Refuse a report that could not be written before anything is computed."""
    from netwright.records.errors import InputError

    if out.report is not None and not out.report.absolute().parent.is_dir():
        raise InputError(f"--report: there is no folder {out.report.absolute().parent}; make it, or choose another one")


def _show(record: "Pruning", out: Out) -> None:
    from netwright.records.record import text_table
    from netwright.report.pruning_headline import pruning_headline, pruning_verdict
    from netwright.report.sections.pruning_figures import figures_table
    from netwright.report.write import write_pictures, write_report

    written = [out.out / name for name in ("model", "plan.json", "pruning.json")]
    written += write_pictures(record, out.out)
    written += [write_report(record, out.report)] if out.report is not None else []
    if out.as_json:
        typer.echo(record.to_json(indent=2))
        return
    table = figures_table(record)
    rows = [tuple(cell.text for cell in row) for row in table.rows]
    lines = [pruning_headline(record), "", text_table(tuple(cell.text for cell in table.columns), rows), ""]
    lines += [
        pruning_verdict(record),
        "",
        str(record.plan),
        "",
        *record.notes,
        *(f"written: {path}" for path in written),
    ]
    typer.echo("\n".join(lines))
