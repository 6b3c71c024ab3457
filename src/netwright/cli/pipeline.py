"""`netwright pipeline`: from a scenario to a package in service; only what changed is done again."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.machine.progress import Progress
    from netwright.records.pipeline import Pipeline
    from netwright.records.scenario import Scenario
    from netwright.studies.pipeline.request import Request

INTERRUPTED = 130


@dataclass(frozen=True)
class Where:
    """Where it runs, and where its results go."""

    out: Annotated[Path | None, typer.Option(help="Folder of the pipeline; pipelines/NAME if not given.")] = None
    workers: Annotated[int | None, typer.Option(min=1, help="Trials at once; one a core if not given.")] = None
    on: Annotated[str, typer.Option(help="Where trials run: local, ray, or ray://HOST:PORT.")] = "local"


@dataclass(frozen=True)
class How:
    """What is done, and how it is told."""

    until: Annotated[str, typer.Option(help="Last step to run: fetch, validate, split, study, package or deploy.")] = (
        "deploy"
    )
    expect: Annotated[
        Path | None, typer.Option(help="What the data must be, as netwright data validate --learn writes it.")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would run, and why; run nothing.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def pipeline(
    scenario: Annotated[Path, typer.Argument(help="The scenario's TOML file.")], *, where: Where, how: How
) -> None:
    """Fetch, validate, split, study, package, deploy: run the steps that have to run, and tell why each did.

    Stopping is safe at any moment: the same command goes on. The exit code is 2 for bad input and broken data, and 1
    where no candidate meets the constraints.
    """
    from netwright.studies.read import read_scenario

    read = read_scenario(scenario)
    # heavy rooms are imported only once the scenario is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.studies.pipeline.run import plan_pipeline

    root = (where.out or Path("pipelines") / read.name).absolute()
    # a user's own factory is found where the command runs; last, so that nothing there hides an installed package
    sys.path.append(str(Path.cwd()))
    # one record of runs and packages for all studies of a pipeline, unless the user has one
    os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{root}/mlflow.db")
    request = _request(read, root, where, how)
    if how.dry_run:
        planned = plan_pipeline(request, how.until)
        typer.echo(planned.to_json(indent=2) if how.as_json else str(planned))
        return
    record = _run(request, how.until, progress_for(sys.stderr))
    typer.echo(record.to_json(indent=2) if how.as_json else _in_few_lines(record, root))


def _request(scenario: "Scenario", root: Path, where: Where, how: How) -> "Request":
    from netwright.data.validation.expectations import read_expectations
    from netwright.studies.pipeline.request import Request
    from netwright.studies.pipeline.run import SOURCES
    from netwright.studies.pipeline.source_digest import Sources
    from netwright.studies.pipeline.toolbox import tools
    from netwright.studies.places import executor_at

    return Request(
        scenario=scenario,
        root=root,
        tools=tools(executor_at(where.on, where.workers)),
        sources=Sources(notes=root / SOURCES),
        expectations=None if how.expect is None else read_expectations(how.expect),
    )


def _run(request: "Request", until: str, progress: "Progress") -> "Pipeline":
    from netwright.records.errors import LedgerError
    from netwright.studies.pipeline.run import run_pipeline

    held = True
    try:
        return run_pipeline(request, until, progress)
    except LedgerError:
        # another pipeline runs here: its pages are its own
        held = False
        raise
    except KeyboardInterrupt:
        typer.echo("netwright: stopped; the same command goes on", err=True)
        sys.exit(INTERRUPTED)
    finally:
        if held:
            _write_pages(request.root)


def _write_pages(root: Path) -> None:
    from netwright.records.validation import Validation
    from netwright.report.write import write_report
    from netwright.studies.pipeline.run import RECORD, read_pipeline
    from netwright.studies.pipeline.step_files import VALIDATION

    if (root / RECORD).is_file():
        write_report(read_pipeline(root), root / "pipeline.html")
    if (root / VALIDATION).is_file():
        write_report(Validation.from_json((root / VALIDATION).read_bytes()), root / "validation.html")


def _in_few_lines(record: "Pipeline", root: Path) -> str:
    notes = [f"! {note}" for note in record.notes]
    served = [f"in service: {root / 'current'}"] if record.deployed else []
    return "\n".join(["", str(record), "", *notes, *served, f"report: {root / 'pipeline.html'}"])
