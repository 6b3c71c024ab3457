"""A rollout: a new version that takes a share of the requests, and what became of it."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.record import Record, Rows

Respect = Literal["errors", "slow", "wrong"]
Stage = Literal["running", "rolled back"]


class RolloutStream(Record):
    """The canary against main in one respect.

    Args:
        respect: What is bad: an error of the service, an answer that came too late, a prediction that was wrong.
        tolerance: What the canary may be worse by, as a share of requests.
        main: Requests of main that were looked at.
        main_bad: The bad ones of these.
        canary: Requests of the canary that were looked at.
        canary_bad: The bad ones of these.
        worse: E-value against "the canary is worse by no more than the tolerance"; at 1/alpha that is refuted.
        no_worse: E-value against "the canary is worse by at least the tolerance".
    """

    respect: Respect
    tolerance: float
    main: Annotated[int, Field(ge=0)]
    main_bad: Annotated[int, Field(ge=0)]
    canary: Annotated[int, Field(ge=0)]
    canary_bad: Annotated[int, Field(ge=0)]
    worse: float
    no_worse: float


class Rollout(Record):
    """A canary, and what is known of it.

    Args:
        main: Version of the package that answers the others.
        canary: Version of the package that is tried.
        asked: Share of the keys that it was given.
        share: That it has now: 0 after a roll-back.
        stage: Whether it is still tried.
        alpha: Probability of rolling back a canary that is within all tolerances, at most.
        streams: One a respect.
        reason: Why it was rolled back; empty while it runs.
        time: When this was so, seconds since the epoch.
    """

    main: str
    canary: str
    asked: Annotated[float, Field(ge=0, le=1)]
    share: Annotated[float, Field(ge=0, le=1)]
    stage: Stage
    alpha: Annotated[float, Field(gt=0, lt=1)]
    streams: tuple[RolloutStream, ...]
    reason: str = ""
    time: float

    @property
    def no_worse(self) -> bool:
        """Whether the canary is shown to be within every tolerance; whoever promotes it decides."""
        seen = [stream for stream in self.streams if stream.canary]
        return bool(seen) and all(stream.no_worse >= 1 / self.alpha for stream in seen)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a respect: bad requests of both, the tolerance, the evidence."""
        rows: Rows = [
            (
                one.respect,
                f"{one.main_bad} of {one.main}",
                f"{one.canary_bad} of {one.canary}",
                f"{one.tolerance:.1%}",
                f"{one.worse:.3g}",
                f"{one.no_worse:.3g}",
            )
            for one in self.streams
        ]
        return ("bad", f"main {self.main}", f"canary {self.canary}", "tolerance", "e worse", "e no worse"), rows
