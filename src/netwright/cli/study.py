"""`netwright study`: from a scenario file to a decision and its report."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from netwright.records.decision import Decision
    from netwright.records.scenario import Modify, Scenario
    from netwright.records.search import Search

NOTHING_CHOSEN, INTERRUPTED = 1, 130


def study(
    scenario: Annotated[Path, typer.Argument(help="The scenario's TOML file.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the results; studies/NAME if not given.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Trials at once; one a core if not given.")] = None,
    on: Annotated[str, typer.Option(help="Where trials run: local, ray, or ray://HOST:PORT.")] = "local",
    inject: Annotated[str, typer.Option(help="Faults that each candidate meets once: kill,oom,nan,disk.")] = "",
    modify: Annotated[int | None, typer.Option(min=1, help="Proposals of a modification search afterwards.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set earlier results aside and start anew.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")] = False,
) -> None:
    """Measure every candidate over growing data, and decide.

    Stopping is safe at any moment: the same command repeats no finished trial and resumes unfinished ones.
    The exit code is 1 where no candidate meets the constraints, and 2 for bad input.
    """
    from netwright.cli.faults import read_faults
    from netwright.machine.progress import progress_for
    from netwright.studies.read import read_scenario

    read, faults = read_scenario(scenario), read_faults(inject)
    folder = out or Path("studies") / (f"{read.name}-injected" if faults else read.name)
    wanted = _wanted_search(read, modify)
    # heavy rooms are imported only once the scenario is known to be sound
    from netwright.cli.pages import write_pages
    from netwright.studies.choose import choose
    from netwright.studies.modify import modify as search_better
    from netwright.studies.places import executor_at
    from netwright.tracking.ledger import set_aside

    # a user's own factory is found where the command runs; last, so that nothing there hides an installed package
    sys.path.append(str(Path.cwd()))
    progress, executor = progress_for(sys.stderr), executor_at(on, workers)
    if fresh and (aside := set_aside(folder)):
        progress.say(f"earlier results are in {aside}")
    found = None
    try:
        decision = choose(read, out=folder, executor=executor, progress=progress, inject=faults)
        page = write_pages(folder, command=_command(scenario, on, inject, modify))
        if wanted is not None:
            found = search_better(read, decision, folder, wanted, executor, progress)
            page = write_pages(folder, command=_command(scenario, on, inject, modify))
    except KeyboardInterrupt:
        typer.echo("netwright: stopped; the same command resumes", err=True)
        sys.exit(INTERRUPTED)
    typer.echo(decision.to_json(indent=2) if as_json else _in_few_lines(decision, found, page))
    if decision.chosen is None:
        sys.exit(NOTHING_CHOSEN)


def _command(scenario: Path, on: str, inject: str, modify: int | None) -> str:
    given = {"--on": on if on != "local" else "", "--inject": inject, "--modify": str(modify or "")}
    options = [word for option, value in given.items() if value for word in (option, value)]
    return shlex.join(["netwright", "study", str(scenario), *options])


def _wanted_search(scenario: "Scenario", budget: int | None) -> "Modify | None":
    from netwright.records.scenario import Modify

    if budget is None:
        return scenario.modify
    return (scenario.modify or Modify(budget=budget)).model_copy(update={"budget": budget})


def _in_few_lines(decision: "Decision", search: "Search | None", page: Path) -> str:
    found = ["", str(search)] if search is not None else []
    return "\n".join(["", *decision.summary, "", str(decision), *found, "", f"report: {page}"])
