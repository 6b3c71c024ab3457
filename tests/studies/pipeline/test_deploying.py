import pytest

from netwright.records.errors import StorageError
from netwright.studies.pipeline.deploying import point


def test_a_pointer_is_replaced_in_one_step(tmp_path):
    pointer = tmp_path / "current"
    for target in ("one", "two"):
        (tmp_path / target).mkdir()
        (tmp_path / target / "name").write_text(target)
        point(pointer, target)
        assert (pointer / "name").read_text() == target
    # what a killed one left is in nobody's way
    (tmp_path / ".current.new").symlink_to("one")
    point(pointer, "two")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "one", "two"]


def test_a_folder_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "current").mkdir()
    with pytest.raises(StorageError, match="no symbolic link"):
        point(tmp_path / "current", "one")
    assert (tmp_path / "current").is_dir()
