from watched_training import make_table

from netwright.records.symmetry import Absence, SymmetryTable
from netwright.report.sections.dynamics_symmetries import absent_table, found_table, symmetries_section


def test_each_family_says_how_exactly_it_holds():
    rows = {row[0].text: [cell.text for cell in row] for row in found_table(make_table().symmetries).rows}
    assert rows["head"] == ["head", "translation", "513", "exactly", "2.0 × 10⁻¹⁷", "head.weight, head.bias"]
    assert rows["conv1 before bn1"][3] == "up to epsilon"
    assert rows["bn1"][2] == "–"


def test_places_with_the_same_reason_stand_together_and_kinds_apart():
    absent = [Absence(kind=kind, place=f"{kind} {i}", reason="GELU") for i in range(2) for kind in ("rescale", "scale")]
    rows = [[cell.text for cell in row] for row in absent_table(absent).rows]
    assert rows == [["rescale", "rescale 0, rescale 1", "GELU"], ["scale", "scale 0, scale 1", "GELU"]]


def test_a_network_without_any_has_an_empty_table():
    content = symmetries_section(SymmetryTable(symmetries=())).content
    assert (content["found"].rows, content["absent"].rows) == ((), ())
