"""`netwright monitor`: how a package does in production, on a page or in the terminal."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.monitoring.intake import WatchedPackage
    from netwright.monitoring.monitor import Monitor

ALARM_ON = 3
"""Exit code of `--once` where an alarm is on that nobody has acknowledged."""


@dataclass(frozen=True)
class Shown:
    """How the state is shown."""

    once: Annotated[
        bool, typer.Option("--once", help="Print the state and end; the exit code is 3 where an alarm is on.")
    ] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print the state as JSON, and end like --once.")] = False
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 8090


@grouped
def monitor(
    package: Annotated[Path, typer.Argument(help="Folder of a package, as netwright ship writes it.")],
    *,
    telemetry: Annotated[
        Path | None, typer.Option(help="The service's telemetry; PACKAGE.telemetry.sqlite if not given.")
    ] = None,
    acknowledge: Annotated[
        str | None, typer.Option(help="Mark an alarm as seen, by its key, or `all`; then the state is printed.")
    ] = None,
    shown: Shown,
) -> None:
    """Watch how a package does in production: traffic, latency, drift, accuracy, and the decision's conditions.

    Without --once or --json, a live page is served on this machine until Ctrl-C. What was read is kept beside the
    telemetry, so that a restart forgets nothing.
    """
    from netwright.monitoring.monitor import Monitor
    from netwright.monitoring.store import Store, telemetry_of

    watched = _watched(package)
    with Store.to_read(telemetry or telemetry_of(package)) as store:
        watch = Monitor(watched, store)
        if not (shown.once or shown.as_json or acknowledge):
            _serve(watch, shown.port)
            return
        state = watch.update(sys.maxsize)
        if acknowledge is not None:
            state = watch.acknowledge(acknowledge)
    typer.echo(state.to_json(indent=2) if shown.as_json else str(state))
    if state.on:
        sys.exit(ALARM_ON)


def _watched(package: Path) -> "WatchedPackage":
    from netwright.machine.hardware import describe_hardware
    from netwright.monitoring.intake import WatchedPackage
    from netwright.serving.package import open_package

    found = open_package(package)
    return WatchedPackage(found.manifest.name, found.version, found.decision, found.reference, describe_hardware())


def _serve(watch: "Monitor", port: int) -> None:
    from netwright.report.monitor_page import monitor_html
    from netwright.serving.live_page import LivePage

    page = LivePage(watch.update, monitor_html, lambda state: state.to_json(indent=2), port)
    typer.echo(f"the page is at {page.address} (Ctrl-C ends it)")
    try:
        page.serve()
    except KeyboardInterrupt:
        typer.echo("ended; what was read is kept", err=True)
    finally:
        page.release()
