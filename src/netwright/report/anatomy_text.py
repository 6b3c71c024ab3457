"""What was seen of a model, as plain lines for a terminal."""

from collections.abc import Sequence

from netwright.records.anatomy import Anatomy, Delivery
from netwright.records.record import text_table
from netwright.report.anatomy_headline import anatomy_headline
from netwright.report.anatomy_shares import PARTS, mean_shares


def anatomy_text(record: Anatomy) -> str:
    """Return the headline, the findings, and the tables of layers, neurons and deliveries.

    Args:
        record: What was seen of a model.

    Returns:
        Lines, joined.
    """
    told = "\n".join([anatomy_headline(record), *(f"- {finding}" for finding in record.findings)])
    notes = "\n".join(f"! {note}" for note in record.notes)
    delivered = _delivered(record.deliveries) if record.deliveries else ""
    parts = (told, notes, str(record.layers), str(record.neurons), delivered)
    return "\n\n".join(part for part in parts if part)


def _delivered(deliveries: Sequence[Delivery]) -> str:
    shares = mean_shares(deliveries)
    by_place = {(one.row, one.part): f"{one.share:+.1%}" for one in shares}
    places = list(dict.fromkeys(one.row for one in shares))
    rows = [(place, *(by_place.get((place, part), "") for part in PARTS)) for place in places]
    return text_table(("delivered by", *PARTS), rows)
