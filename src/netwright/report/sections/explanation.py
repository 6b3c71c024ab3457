"""Why a model answered as it did: where it looked, what else it might have answered, and each frame."""

from html import escape
from math import isnan

from markupsafe import Markup

from netwright.records.explanation import Explanation, Explanations
from netwright.report.charts.explanation_strip import overlaid, strip_panels
from netwright.report.explanation_headline import explanation_headline, explanation_lead
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

_SIDE = 320


def explanation_sections(record: Explanation) -> tuple[Section, ...]:
    """Return the sections of an explanation's page.

    Args:
        record: The explanation.

    Returns:
        Strip, answer, and the frames one by one where there are several.
    """
    frames = (_frames(record),) if len(record.frames) > 1 else ()
    return (_strip(record), _answer(record), *frames)


def explanations_section(record: Explanations | None) -> Section | None:
    """Return why a study's chosen model answered as it did, as one section of the study's page.

    Args:
        record: The explanations.

    Returns:
        The section; None where nothing was explained.
    """
    if record is None or not (record.each or record.missing):
        return None
    each = [
        {
            "title": explanation_headline(one),
            "source": one.source,
            "lead": explanation_lead(one),
            "panels": _panels(one),
            "label": _label(one),
            "moving": len(one.frames) > 1,
            "layers": [layer.told for layer in one.layers],
            "notes": one.notes,
        }
        for one in record.each
    ]
    content = {"each": each, "missing": record.missing}
    return Section("explanations", "Why the chosen model answers so", content)


def frames_table(record: Explanation) -> Table:
    """Return one row a frame: when it is shown, its share of the heat, and what is lost when it is hidden.

    Args:
        record: The explanation.

    Returns:
        The table.
    """
    columns = (
        Cell("Frame"),
        Cell("Time"),
        Cell("Share of the heat"),
        Cell("Drop", below="of the probability, when it is hidden"),
        Cell("Loss", below="the same in log odds"),
    )
    lines = tuple(
        (
            Cell(str(place)),
            Cell(_figure(frame.seconds, "{:.2f} s")),
            Cell(_figure(frame.share, "{:.1%}")),
            Cell(_figure(frame.drop, "{:+.3f}")),
            Cell(_figure(frame.lost, "{:+.2f}")),
        )
        for place, frame in enumerate(record.frames)
    )
    return Table(columns, lines)


def _strip(record: Explanation) -> Section:
    content = {
        "panels": _panels(record),
        "label": _label(record),
        "moving": len(record.frames) > 1,
        "layers": [layer.told for layer in record.layers],
        "notes": record.notes,
    }
    title = "Where and when" if len(record.frames) > 1 else "Where"
    return Section("heat", title, content, template="explanation_strip")


def _answer(record: Explanation) -> Section:
    content = {
        "probabilities": [
            (name, f"{value:.1%}", round(100 * value, 1), name == record.classes[record.label])
            for name, value in record.most_probable()
        ],
        "hottest": _hottest(record),
        "others": max(0, len(record.classes) - len(record.most_probable())),
    }
    return Section("answer", "The answer", content, template="explanation_answer")


def _frames(record: Explanation) -> Section:
    return Section("frames", "Each frame", {"table": frames_table(record)}, template="explanation_frames")


def _hottest(record: Explanation) -> tuple[int, Markup] | None:
    """Return the hottest of the frames that are shown, and its drawing."""
    if record.hottest is None:
        return None
    shown = max(record.shown, key=lambda one: record.frames[one.frame].share)
    width = _SIDE
    height = round(width * shown.picture.height / shown.picture.width)
    label = escape(f"Frame {shown.frame} with its heat")
    box = f'viewBox="0 0 {width} {height}" role="img" aria-label="{label}" style="width: 100%; max-width: {width}px"'
    space = 'xmlns="http://www.w3.org/2000/svg"'
    # made of numbers and base64 only
    return shown.frame, Markup(f"<svg {space} {box}>{overlaid(shown, width, height)}</svg>")  # noqa: S704


def _panels(record: Explanation) -> list[Markup]:
    # made of numbers and base64 only
    return [Markup(panel) for panel in strip_panels(record)]  # noqa: S704


def _label(record: Explanation) -> str:
    return f"Frames of {record.source} with what speaks for {record.classes[record.label]}: {explanation_lead(record)}"


def _figure(value: float, form: str) -> str:
    return "–" if isnan(value) else form.format(value).replace("-", "−")
