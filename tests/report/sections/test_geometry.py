from watched_training import make_geometry

from netwright.report.sections.geometry import geometry_section


def test_what_fails_or_is_off_as_predicted_comes_before_what_holds():
    geometry = make_geometry()
    wrong = geometry.residuals[0].model_copy(update={"value": 0.3})
    residuals = (*geometry.residuals[1:], wrong)
    rows = geometry_section(geometry.model_copy(update={"residuals": residuals})).content["table"].rows
    assert [row[4].symbol for row in rows] == ["✗", "≈", *"✓✓✓✓✓✓"]
    assert [cell.text for cell in rows[1]][2:] == ["<g, v> = 0", "64", "3.0 × 10⁻⁶", "1 × 10⁻¹²", "3.0 × 10⁻⁶"]
