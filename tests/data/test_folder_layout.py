import pytest

from netwright.data.folder_layout import TEXTS, layout_key, read_layout
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


def test_files_come_in_the_order_of_their_paths(tree):
    names = ("b/1", "b.x/1", "b/a/2", "a", "B", "c-1", "c/0", "c.9", "é")
    folder = tree(*(f"{part}/cat/{name}.png" for part in ("train", "test") for name in names))
    assert list(read_layout(folder).train) == sorted((folder / "train").rglob("*.png"))


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


def test_a_folder_that_is_none_is_told(tree):
    folder = tree("file")
    with pytest.raises(DataError, match="none does not exist; write folder:PATH"):
        read_layout(folder / "none")
    with pytest.raises(DataError, match="file is a file; write texts:PATH"):
        read_layout(folder / "file", TEXTS)


ACL = ("train/neg/0_2.txt", "train/pos/0_9.txt", "test/neg/0_3.txt", "test/pos/0_10.txt")


def test_the_layout_of_texts(tree):
    folder = tree(*ACL, "train/unsup/0_0.txt", "train/labeledBow.feat", "imdb.vocab", "README")
    layout = read_layout(folder, TEXTS)
    assert [str(path.relative_to(folder)) for path in (*layout.train, *layout.test)] == list(ACL)
    assert (layout.train_labels, layout.test_labels, layout.classes) == ((0, 1), (0, 1), ("neg", "pos"))
    assert layout.notes == (f"{folder / 'train/unsup'} was not used: its texts have no label",)


def test_images_are_no_texts(tree):
    with pytest.raises(DataError, match=r"train has no texts in cat, dog; add some \(known: .txt\)"):
        read_layout(tree(*SOUND), TEXTS)


def test_the_key_changes_with_a_file_and_with_a_class(tree):
    folder = tree(*ACL)
    first = layout_key(read_layout(folder, TEXTS))
    assert layout_key(read_layout(folder, TEXTS)) == first
    (folder / ACL[0]).write_text("more")
    second = layout_key(read_layout(folder, TEXTS))
    tree("train/so-so/1.txt")
    assert len({first, second, layout_key(read_layout(folder, TEXTS))}) == 3


def test_parts_that_lie_deeper_are_pointed_at(tree):
    home = "New Plant Diseases Dataset(Augmented)/New Plant Diseases Dataset(Augmented)"
    folder = tree(f"{home}/train/Tomato___healthy/1.jpg", f"{home}/valid/Tomato___healthy/2.jpg", "test/test/3.jpg")
    with pytest.raises(DataError) as caught:
        read_layout(folder)
    assert str(caught.value).endswith(f"they are in {folder / home}: write folder:{folder / home}")
    assert read_layout(folder / home).classes == ("Tomato___healthy",)
