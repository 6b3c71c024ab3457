"""`netwright data validate`: whether a data set may be trusted, and how it moved since the last version."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.data.dataset import Dataset
    from netwright.records.validation import Profile, Validation

BROKEN = 2


@dataclass(frozen=True)
class Against:
    """What the data is compared with."""

    expect: Annotated[Path | None, typer.Option(help="File of what the data must be, TOML or JSON.")] = None
    previous: Annotated[
        Path | None, typer.Option(help="Statistics or validation of another version; the last sound one if not given.")
    ] = None


@dataclass(frozen=True)
class Out:
    """What is written where."""

    learn: Annotated[Path | None, typer.Option(help="File for what the next version must be, learnt from this.")] = None
    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    keep: Annotated[bool, typer.Option(help="Keep the statistics, to compare the next version with.")] = True
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def validate(
    name: Annotated[str, typer.Argument(help="A data source, or an address such as table:FILE.csv?label=COLUMN.")],
    *,
    against: Against,
    out: Out,
) -> None:
    """Look for what is wrong with a data set: form, labels, values, repeats, leaks, drift, expectations.

    The exit code is 2 where the data is broken.
    """
    from netwright.data.catalog import anchored, load
    from netwright.data.validation.expectations import read_expectations
    from netwright.data.validation.validate import validate as look
    from netwright.data.validation.versions import keep_version, place_of

    expected = None if against.expect is None else read_expectations(against.expect)
    address = anchored(name, Path.cwd())
    kept = place_of(address)
    dataset = load(address)
    found = look(dataset, expected, _previous(against.previous, kept))
    if out.keep:
        keep_version(kept, found)
    written = _write(found, dataset, out)
    typer.echo(found.to_json(indent=2) if out.as_json else _told(found, written))
    if not found.sound:
        sys.exit(BROKEN)


def _previous(given: Path | None, kept: Path) -> "Profile | None":
    from pydantic import ValidationError

    from netwright.data.validation.versions import last_version
    from netwright.records.errors import InputError
    from netwright.records.validation import Validation

    if given is None:
        return last_version(kept)
    profile = last_version(given)
    if profile is not None:
        return profile
    try:
        return Validation.from_json(given.read_bytes()).profile
    except (OSError, ValidationError) as error:
        raise InputError(
            f"--previous: {given} holds no statistics of a data set; name a file that --json printed, or leave it out"
        ) from error


def _write(found: "Validation", dataset: "Dataset", out: Out) -> list[Path]:
    written = []
    if out.learn is not None and found.sound:
        from netwright.data.validation.columns import columns_of
        from netwright.data.validation.expectations import learn, write_expectations

        write_expectations(out.learn, learn(found.profile, columns_of(dataset)[1]), found.profile)
        written.append(out.learn)
    if out.report is not None:
        from netwright.report.write import write_report

        written.append(write_report(found, out.report))
    return written


def _told(found: "Validation", written: list[Path]) -> str:
    from netwright.report.validation_text import validation_text

    lines = [validation_text(found), *([""] if written else []), *(f"written: {path}" for path in written)]
    return "\n".join(lines)
