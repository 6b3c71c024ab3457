import pytest
from watched_training import make_dynamics, make_series, make_table, make_without_symmetry

from netwright.records.errors import InputError
from netwright.report.write import write_panels, write_pictures, write_report

MEGABYTE = 1e6


def test_a_page_of_many_long_series_stays_small(tmp_path):
    series = tuple(make_series(kind, f"{kind}{i}") for kind in ("translation", "scale", "rescale") for i in range(40))
    path = write_report(make_dynamics().model_copy(update={"series": series}), tmp_path / "dynamics.html")
    assert path.stat().st_size < 2 * MEGABYTE


def test_what_has_no_page_is_told(tmp_path):
    with pytest.raises(InputError, match="found Symmetry, which has no page; hand in one of Study"):
        write_report(make_table().symmetries[0], tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_for_each_kind_of_charge(tmp_path):
    paths = write_pictures(make_dynamics(), tmp_path / "pictures")
    names = ("translation", "scale", "rescale", "null")
    assert [path.name for path in paths] == [f"{name}.{suffix}" for name in names for suffix in ("svg", "png")]
    assert "fc1 to fc2" in (tmp_path / "pictures" / "rescale.svg").read_text(encoding="utf-8")
    assert (tmp_path / "pictures" / "scale.png").read_bytes().startswith(b"\x89PNG")


def test_trainings_side_by_side_are_one_picture(tmp_path):
    titles = ("no decay", "decay 0.0005")
    records = [make_dynamics(3).model_copy(update={"title": title}) for title in titles]
    assert [path.name for path in write_panels(records, tmp_path)] == ["dynamics.svg", "dynamics.png"]
    drawn = (tmp_path / "dynamics.svg").read_text(encoding="utf-8")
    for text in (*titles, "Translation", "Scale", "Rescale", "conv0 before bn0", "exact law"):
        assert text in drawn
    assert write_panels([make_without_symmetry()], tmp_path) == []
