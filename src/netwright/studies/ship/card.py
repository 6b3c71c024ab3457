"""The model card of a package: what a person must know before using it."""

from collections.abc import Iterator

from netwright.records.decision import Assessment, Decision
from netwright.records.measurement import Measurement
from netwright.records.package import Manifest
from netwright.records.units import format_quantity


def model_card(manifest: Manifest, decision: Decision) -> str:
    """Return the card as Markdown, with the metadata block that model hubs read.

    Args:
        manifest: What the package holds.
        decision: Why it was chosen.

    Returns:
        The text.

    Source: Mitchell et al. 2019, "Model Cards for Model Reporting".
    """
    return "\n".join([*_metadata(manifest), *_body(manifest, decision)]) + "\n"


def _metadata(manifest: Manifest) -> Iterator[str]:
    yield "---"
    yield "library_name: netwright"
    yield f"pipeline_tag: {manifest.task}"
    yield "---"


def _body(manifest: Manifest, decision: Decision) -> Iterator[str]:
    yield f"# {manifest.name}"
    yield ""
    yield " ".join(decision.summary)
    yield ""
    yield "## What it takes and gives"
    yield ""
    for spec in manifest.inputs:
        yield f"- `{spec.name}`: {spec.datatype} {list(spec.shape)}" + (" (may be left out)" if spec.optional else "")
    yield f"- it answers with one of: {', '.join(manifest.classes)}"
    yield ""
    yield from _models(manifest)
    chosen = decision.assessment(manifest.models[0].candidate)
    yield from _measured(chosen)
    yield from _listed("## What the decision takes for granted", list(decision.assumptions))
    yield from _listed("## When to decide anew", [trigger.text for trigger in decision.revisit_when])
    yield "## Data"
    yield ""
    share = manifest.from_predictions
    told = (
        f"{share:.1%} of the training rows had labels that a model predicted" if share else "no label is a prediction"
    )
    yield f"{manifest.data} (fingerprint {manifest.data_fingerprint[:12]}); as far as is known, {told}."


def _models(manifest: Manifest) -> Iterator[str]:
    yield "## What runs"
    yield ""
    for model in manifest.models:
        yield f"- {model.role}: {model.candidate}, by {model.choice.engine}: {model.choice.reason}"
    shares = ", ".join(f"{name} {share:.1%}" for name, share in zip(manifest.classes, manifest.prior, strict=True))
    yield f"- when no model can answer: the shares of the training labels ({shares})"
    yield ""


def _measured(chosen: Assessment) -> Iterator[str]:
    yield "## What was measured"
    yield ""
    yield "| quality | value | 90% interval | n |"
    yield "|---|---|---|---|"
    for one in chosen.measurements:
        yield f"| {one.quality} | {_told(one, one.value)} | {_told(one, one.low)} to {_told(one, one.high)} | {one.n} |"
    yield ""


def _told(measurement: Measurement, value: float) -> str:
    return format_quantity(value, measurement.unit)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
        yield ""
        yield from (f"- {line}" for line in lines)
        yield ""
