"""What a pipeline did: which steps ran, which were kept, and why."""

from typing import Literal

from pydantic import Field

from netwright.records.record import Record, Rows

Status = Literal["cached", "done", "redone", "failed", "stopped", "would run", "would look", "not reached"]


class StepEntry(Record):
    """One line of a pipeline's ledger: a step that ended well, and what it made.

    Args:
        step: Its name.
        key: SHA-256 over the causes: a step whose key stands in the ledger need not run.
        causes: What the outputs follow from -> its digest, such as `code`, `scenario.design` or `fetch/data.json`.
        outputs: Path in the step's folder -> SHA-256 of the file.
        seconds: How long it took.
        told: What it had to say, in one sentence.
    """

    step: str
    key: str
    causes: dict[str, str]
    outputs: dict[str, str]
    seconds: float
    told: str = ""


class StepRun(Record):
    """What became of one step.

    Args:
        name: The step.
        after: The steps whose outputs it reads.
        status: `cached`: its outputs stood; `done`: it ran for the first time; `redone`: it ran again; `failed`;
            `stopped` by the user; `would run`, and `would look` where that depends on what a step before it makes: in a
            dry run; `not reached`.
        why: Why it ran: the causes that changed.
        seconds: How long it took; 0 where it did not run.
        same: Whether it ran again and made what it had made before, so that nothing after it runs for its sake.
        told: What it has to say, in one sentence.
        key: Of what it made or kept; empty where it did not end well.
    """

    name: str
    after: tuple[str, ...] = ()
    status: Status = "not reached"
    why: tuple[str, ...] = ()
    seconds: float = 0.0
    same: bool = False
    told: str = ""
    key: str = ""


class Pipeline(Record):
    """A run of a pipeline.

    Args:
        scenario: Name of the scenario.
        scenario_hash: Of its content.
        folder: Where everything is.
        steps: What became of each, in order.
        from_predictions: Share of training samples whose labels are a model's own predictions; None: nobody looked.
        deployed: The package that is served now; empty where there is none.
        notes: What a reader must know.
    """

    scenario: str
    scenario_hash: str
    folder: str
    steps: tuple[StepRun, ...]
    from_predictions: float | None = None
    deployed: str = ""
    notes: tuple[str, ...] = Field(default=())

    def step(self, name: str) -> StepRun:
        """Return what became of a step."""
        return next(one for one in self.steps if one.name == name)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a step."""
        rows: Rows = [
            (
                one.name,
                one.status + (", the same again" if one.same else ""),
                f"{one.seconds:.1f} s" if one.seconds else "",
                "; ".join(one.why),
                one.told,
            )
            for one in self.steps
        ]
        return ("step", "status", "time", "because", "result"), rows
