"""`netwright study`: from a scenario file to a decision and its report."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from netwright.records.decision import Decision

NOTHING_CHOSEN, INTERRUPTED = 1, 130


def study(
    scenario: Annotated[Path, typer.Argument(help="The scenario's TOML file.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the results; studies/NAME if not given.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Trials at once; one a core if not given.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set earlier results aside and start anew.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")] = False,
) -> None:
    """Measure every candidate over growing data, and decide.

    Stopping is safe at any moment: the same command repeats no finished trial and resumes unfinished ones.
    The exit code is 1 where no candidate meets the constraints, and 2 for bad input.
    """
    from netwright.machine.progress import progress_for
    from netwright.studies.read import read_scenario

    read = read_scenario(scenario)
    folder = out or Path("studies") / read.name
    # heavy rooms are imported only once the scenario is known to be sound
    from netwright.cli.pages import write_pages
    from netwright.studies.choose import choose
    from netwright.studies.executors import LocalExecutor
    from netwright.tracking.ledger import set_aside

    # a user's own factory is found where the command runs; last, so that nothing there hides an installed package
    sys.path.append(str(Path.cwd()))
    progress = progress_for(sys.stderr)
    if fresh and (aside := set_aside(folder)):
        progress.say(f"earlier results are in {aside}")
    try:
        decision = choose(read, out=folder, executor=LocalExecutor(workers), progress=progress)
    except KeyboardInterrupt:
        typer.echo("netwright: stopped; the same command resumes", err=True)
        sys.exit(INTERRUPTED)
    page = write_pages(folder, command=shlex.join(["netwright", "study", str(scenario)]))
    typer.echo(decision.to_json(indent=2) if as_json else _in_few_lines(decision, page))
    if decision.chosen is None:
        sys.exit(NOTHING_CHOSEN)


def _in_few_lines(decision: "Decision", page: Path) -> str:
    return "\n".join(["", *decision.summary, "", str(decision), "", f"report: {page}"])
