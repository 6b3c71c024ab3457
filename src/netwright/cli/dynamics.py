"""`netwright dynamics`: a network's symmetries, and a training watched through them."""

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.records.dynamics import Dynamics
    from netwright.records.symmetry import SymmetryTable
    from netwright.studies.dynamics_setting import DynamicsSetting

INTERRUPTED = 130


@dataclass(frozen=True)
class What:
    """What is trained, and how long."""

    candidate: Annotated[str | None, typer.Option(help="Candidate of the scenario; the first if not given.")] = None
    data: Annotated[str | None, typer.Option(help="Data of a factory: a name, or an address (folder:PATH).")] = None
    size: Annotated[int | None, typer.Option(min=2, help="Training samples.")] = None
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of weights and batches.")] = None
    steps: Annotated[int | None, typer.Option(min=1, help="Optimizer steps; the recipe's if not given.")] = None
    every: Annotated[int, typer.Option(min=1, help="Steps between readings.")] = 10


@dataclass(frozen=True)
class How:
    """What is changed of the recipe."""

    optimizer: Annotated[str | None, typer.Option(help="sgd, adam or adamw.")] = None
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None
    momentum: Annotated[float | None, typer.Option(help="Momentum of sgd.")] = None
    weight_decay: Annotated[float | None, typer.Option(help="Weight decay.")] = None


@dataclass(frozen=True)
class Out:
    """What is written where."""

    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    pictures: Annotated[Path | None, typer.Option(help="Folder for the charts as SVG and PNG.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def dynamics(
    target: Annotated[str, typer.Argument(help="A scenario's TOML file, package.module:factory, or a model's name.")],
    symmetries: Annotated[bool, typer.Option("--symmetries", help="Only find the symmetries; train nothing.")] = False,
    *,
    what: What,
    how: How,
    out: Out,
) -> None:
    """Find the symmetries of a candidate, train it, and watch the conservation laws that they imply.

    Ctrl-C ends the training after the step that runs; what was seen until then is shown and written.
    """
    setting = _setting(target, what, how)
    _check_place(out)
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.studies.dynamics_run import symmetries_of, watch_training

    # a user's own factory is found where the command runs; last, so that nothing there hides an installed package
    sys.path.append(str(Path.cwd()))
    try:
        if symmetries:
            _show(symmetries_of(setting), out)
            return
        watched = watch_training(setting, progress_for(sys.stderr))
    except KeyboardInterrupt:
        typer.echo("netwright: stopped before the training began", err=True)
        sys.exit(INTERRUPTED)
    _show(watched.record, out)
    if isinstance(watched.cause, KeyboardInterrupt):
        typer.echo(f"netwright: stopped after {watched.record.steps:,} steps", err=True)
        sys.exit(INTERRUPTED)
    if watched.cause is not None:
        raise watched.cause


def _setting(target: str, what: What, how: How) -> "DynamicsSetting":
    from netwright.records.errors import InputError
    from netwright.studies.dynamics_setting import setting_of_model, setting_of_scenario, with_recipe
    from netwright.studies.read import read_scenario

    if target.endswith(".toml"):
        if what.data is not None:
            raise InputError(f"--data: {target} names its own data; change it there, or name a factory")
        setting = setting_of_scenario(read_scenario(target), what.candidate)
    elif what.data is None or what.candidate is not None:
        told = "--candidate belongs to a scenario" if what.candidate else "no data is named"
        raise InputError(f"{target} is no scenario (*.toml), and {told}; write netwright dynamics {target} --data NAME")
    else:
        setting = setting_of_model(target, what.data)
    changes = {name: value for name, value in asdict(how).items() if value is not None}
    given = {name: value for name in ("size", "seed", "steps", "every") if (value := getattr(what, name)) is not None}
    return replace(with_recipe(setting, changes), **given)


def _check_place(out: Out) -> None:
    """Refuse a report that could not be written before anything is trained."""
    from netwright.records.errors import InputError

    if out.report is not None and not out.report.absolute().parent.is_dir():
        raise InputError(f"--report: there is no folder {out.report.absolute().parent}; make it, or choose another one")


def _show(record: "Dynamics | SymmetryTable", out: Out) -> None:
    from netwright.records.dynamics import Dynamics
    from netwright.report.dynamics_text import dynamics_text
    from netwright.report.write import write_pictures, write_report

    written = [write_report(record, out.report)] if out.report is not None else []
    text = str(record)
    if isinstance(record, Dynamics):
        written += write_pictures(record, out.pictures) if out.pictures is not None else []
        text = dynamics_text(record)
    lines = [record.to_json(indent=2)] if out.as_json else [text, "", *(f"written: {path}" for path in written)]
    typer.echo("\n".join(lines))
