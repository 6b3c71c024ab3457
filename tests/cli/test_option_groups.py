from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from netwright.cli.option_groups import grouped


@dataclass(frozen=True)
class Pace:
    steps: Annotated[int, typer.Option(min=1)] = 10
    loud: Annotated[bool, typer.Option("--loud")] = False


@dataclass(frozen=True)
class Place:
    town: Annotated[str | None, typer.Option()] = None


def make_app(seen):
    app = typer.Typer()

    @app.command()
    @grouped
    def walk(name: Annotated[str, typer.Argument()], *, pace: Pace, place: Place) -> None:
        seen.append((name, pace, place))

    return app


def test_groups_arrive_as_objects_with_their_defaults():
    seen = []
    done = CliRunner().invoke(make_app(seen), ["ada", "--steps", "3", "--loud"])
    assert done.exit_code == 0, done.output
    assert seen == [("ada", Pace(3, loud=True), Place(None))]


def test_limits_of_an_option_hold():
    done = CliRunner().invoke(make_app([]), ["ada", "--steps", "0"])
    assert done.exit_code == 2
    assert "--steps" in done.output
