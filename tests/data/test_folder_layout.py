import pytest

from netwright.data.folder_layout import read_layout
from netwright.records.errors import DataError


@pytest.fixture
def tree(tmp_path):
    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


SOUND = ("train/cat/1.png", "train/cat/deep/2.JPG", "train/dog/1.png", "valid/cat/3.png", "valid/dog/4.png")


@pytest.mark.parametrize("part", ["valid", "val", "test"])
def test_files_classes_and_labels(tree, part):
    folder = tree(*(name.replace("valid", part) for name in SOUND), "train/.hidden/1.png", "train/dog/._1.png")
    layout = read_layout(folder)
    assert [str(path.relative_to(folder)) for path in layout.train] == list(SOUND[:3])
    assert (layout.train_labels, layout.test_labels, layout.classes) == ((0, 0, 1), (0, 1), ("cat", "dog"))
    assert layout.notes == ()


def test_what_is_left_aside_is_told(tree):
    folder = tree(*SOUND, "train/cat/read.txt", "train/owl/1.png", "val/cat/9.png")
    unused, untested, aside = read_layout(folder).notes
    assert unused.startswith(f"{folder / 'val'} was not used")
    assert "no images of owl" in untested
    assert aside.endswith("read.txt")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("valid/cat/1.png",), "has no folder train"),
        (("train/cat/1.png",), "has no folder test or valid or val"),
        (("train/1.png", "test/1.png"), "has no class folders"),
        ((*SOUND, "train/owl/x.txt"), "no images in owl"),
        ((*SOUND, "valid/dgo/1.png"), "has the class 'dgo'"),
        (("train/cat/1.png", "test/cat/x.txt"), "test has no images"),
    ],
)
def test_a_wrong_layout_is_told(tree, names, found):
    with pytest.raises(DataError) as caught:
        read_layout(tree(*names))
    assert found in str(caught.value)


def test_parts_that_lie_deeper_are_pointed_at(tree):
    home = "New Plant Diseases Dataset(Augmented)/New Plant Diseases Dataset(Augmented)"
    folder = tree(f"{home}/train/Tomato___healthy/1.jpg", f"{home}/valid/Tomato___healthy/2.jpg", "test/test/3.jpg")
    with pytest.raises(DataError) as caught:
        read_layout(folder)
    assert str(caught.value).endswith(f"they are in {folder / home}: write folder:{folder / home}")
    assert read_layout(folder / home).classes == ("Tomato___healthy",)
