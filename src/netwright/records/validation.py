"""What was found in a data set before anything trusted it: findings, the statistics of a version, what is expected."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.record import Record, Rows

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""
Share = Annotated[float, Field(ge=0, le=1)]


class Finding(Record):
    """One thing that is wrong, or worth knowing, about a data set.

    Args:
        severity: `error`: nothing may be decided on this data; `warning`: figures may mislead; `note`: good to know.
        kind: What was looked at, such as `leak` or `missing values`.
        what: What was found.
        where: Which samples, files, columns or classes; the first of them.
        count: How many samples it concerns; 0 where it concerns none in particular.
        of: Of how many.
        remedy: What to do.
    """

    severity: Severity
    kind: str
    what: str
    where: tuple[str, ...] = ()
    count: int = 0
    of: int = 0
    remedy: str

    @property
    def share(self) -> float:
        """Share of the samples that it concerns; 0 where it concerns none in particular."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        where = f" ({', '.join(self.where)})" if self.where else ""
        return f"{self.severity}: {self.kind}: {self.what}{where}. {self.remedy}"


class ColumnProfile(Record):
    """What is kept of one watched number of the training part, in place of the numbers themselves.

    Bin 0 holds values x < edges[0], bin i those with edges[i-1] <= x < edges[i], the last of them x >= edges[-1]; one
    more bin at the end counts missing values. A column of words has levels instead of edges: bin i counts levels[i],
    the last but one all other words.

    Args:
        name: The column, or what is watched of images, texts and videos, such as `brightness`.
        edges: Inner edges of the bins, ascending; empty of words.
        levels: The words that have a bin, of a column of words.
        counts: Samples in each bin.
        low: Smallest value that is not missing; NaN of words, and where all are missing.
        high: Largest.
        mean: Of the values that are not missing.
        common: Share of the most common value among all samples.
    """

    name: str
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    counts: tuple[int, ...]
    low: float
    high: float
    mean: float
    common: float

    @property
    def missing(self) -> float:
        """Share of missing values."""
        return self.counts[-1] / max(1, sum(self.counts))


class Profile(Record):
    """The statistics of one version of a data set: small enough to keep, enough to tell how the next one differs.

    Args:
        data: Name or address.
        fingerprint: Of the version.
        samples: What its samples are: `images`, `rows`, `texts` or `videos`.
        shape: Of one input.
        classes: What each label means.
        train: Training samples of each class.
        test: Test samples of each class.
        columns: The watched numbers of the training part.
    """

    data: str
    fingerprint: str
    samples: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    train: tuple[int, ...]
    test: tuple[int, ...]
    columns: tuple[ColumnProfile, ...]


class ColumnRange(Record):
    """What a column may hold.

    Args:
        low: The least value; None for no limit.
        high: The largest.
        missing: The largest share of missing values.
        levels: The words that may stand there; None for any.
    """

    low: float | None = None
    high: float | None = None
    missing: Share | None = None
    levels: tuple[str, ...] | None = None


class Expectations(Record):
    """What a data set must be: learnt from a version that was good, or written by hand; what is left out is not asked.

    Args:
        samples: What its samples are: `images`, `rows`, `texts` or `videos`.
        shape: Of one input.
        classes: The labels that are allowed.
        train_at_least: Fewest training samples.
        test_at_least: Fewest test samples.
        duplicates_at_most: Largest share of training samples that repeat an earlier one.
        leaks_at_most: Largest share of test samples that stand in the training part too.
        share_at_least: Class -> smallest share of the training samples.
        columns: Column -> what it may hold; one that is named must be there.
    """

    samples: str | None = None
    shape: tuple[int, ...] | None = None
    classes: tuple[str, ...] | None = None
    train_at_least: Annotated[int, Field(ge=0)] | None = None
    test_at_least: Annotated[int, Field(ge=0)] | None = None
    duplicates_at_most: Share | None = None
    leaks_at_most: Share | None = None
    share_at_least: dict[str, Share] = Field(default_factory=dict)
    columns: dict[str, ColumnRange] = Field(default_factory=dict)


class Drift(Record):
    """How far one thing moved between two sets of samples.

    Args:
        name: The column, or `classes`.
        psi: Population stability index over the bins: below 0.1 little, above 0.25 much.
        distance: Largest difference between the two distribution functions at the edges of the bins (the statistic of
            Kolmogorov and Smirnov); of words and classes, half the sum of the differences of shares.
        chance: Probability that two draws from one distribution differ at least so much (chi-square test).
    """

    name: str
    psi: float
    distance: float
    chance: float


class Validation(Record):
    """What was found in a data set.

    Args:
        profile: The statistics of this version.
        findings: What was found, the worst first.
        drifts: How far each column, and the classes, moved since the last version; empty where there was none, or it
            was the same.
        parts: How far the test part is from the training part.
        previous: Fingerprint of the last version; None where there was none.
    """

    profile: Profile
    findings: tuple[Finding, ...] = ()
    drifts: tuple[Drift, ...] = ()
    parts: tuple[Drift, ...] = ()
    previous: str | None = None

    def of_severity(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of a severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    @property
    def sound(self) -> bool:
        """Whether no finding is an error."""
        return not self.of_severity("error")

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a finding."""
        rows: Rows = [
            (
                one.severity,
                one.kind,
                one.what,
                ", ".join(one.where),
                f"{one.count:,} of {one.of:,} ({one.share:.2%})" if one.of else "",
                one.remedy,
            )
            for one in self.findings
        ]
        return ("severity", "what", "found", "where", "share", "what to do"), rows
