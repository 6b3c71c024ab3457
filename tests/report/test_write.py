import pytest
from factors_study import make_complete

from netwright.records.errors import StorageError
from netwright.report.write import write_pictures, write_report

MEGABYTE = 1e6


def test_a_page_is_one_file_of_about_a_megabyte(study, tmp_path):
    path = write_report(study, tmp_path / "report.html")
    assert path == tmp_path / "report.html"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size < 1.5 * MEGABYTE


def test_five_hundred_trials_with_everything_stay_below_ten_megabytes(large_study, tmp_path):
    assert len(large_study.results) >= 500
    path = write_report(make_complete(large_study), str(tmp_path / "report.html"))
    assert path.stat().st_size < 10 * MEGABYTE


def test_the_same_record_gives_the_same_page(study, tmp_path):
    pages = [write_report(study, tmp_path / name).read_bytes() for name in ("a.html", "b.html")]
    assert pages[0] == pages[1]


def test_text_that_is_no_unicode_is_written_all_the_same(study, tmp_path):
    broken = study.model_copy(update={"command": "netwright study \udcff.toml"})
    assert "netwright study ?.toml" in write_report(broken, tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_missing_folder_is_told(study, tmp_path):
    with pytest.raises(StorageError, match="nowhere"):
        write_report(study, tmp_path / "nowhere" / "report.html")


def test_pictures_are_drawn_as_vectors_and_as_pixels(complete_study, tmp_path):
    paths = write_pictures(complete_study, tmp_path / "pictures")
    names = ("scaling", "pareto", "scalability", "epochs")
    assert [path.name for path in paths] == [f"{name}.{suffix}" for name in names for suffix in ("svg", "png")]
    for path in paths:
        start = path.read_bytes()[:8]
        assert start.startswith(b"<svg" if path.suffix == ".svg" else b"\x89PNG")
    for name in names:
        assert "resnet-small" in (tmp_path / "pictures" / f"{name}.svg").read_text(encoding="utf-8")


def test_empty_pictures_are_not_made(failed_study, tmp_path):
    assert write_pictures(failed_study, tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(study, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageError, match="taken"):
        write_pictures(study, tmp_path / "taken")
