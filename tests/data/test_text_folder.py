import pytest

from netwright.data import text_folder
from netwright.data.catalog import load
from netwright.data.checks import check_dataset
from netwright.data.text_bytes import decode_texts
from netwright.records.errors import DataError
from netwright.records.scenario import Design

REVIEWS = {
    "train/neg/0_2.txt": "Dreadful.\n",
    "train/neg/1_1.txt": "I left.",
    "train/pos/0_9.txt": "\ufeffA café of wonders",
    "train/pos/1_8.txt": "Good",
    "test/neg/0_3.txt": "Weak",
    "test/pos/0_10.txt": "Superb, <br /><br />really",
    "train/unsup/0_0.txt": "What?",
}


def test_texts_labels_and_files(text_tree):
    folder = text_tree(REVIEWS)
    dataset = load(f"texts:{folder}")
    assert (dataset.name, dataset.classes, dataset.shape) == (f"texts:{folder}", ("neg", "pos"), (26,))
    assert decode_texts(dataset.train_texts) == ["Dreadful.", "I left.", "A café of wonders", "Good"]
    assert decode_texts(dataset.test_texts) == ["Weak", "Superb, <br /><br />really"]
    assert (dataset.train_labels.tolist(), dataset.test_labels.tolist()) == ([0, 0, 1, 1], [0, 1])
    assert dataset.train_files[2] == str(folder / "train/pos/0_9.txt")
    (note,) = check_dataset(dataset, Design(sizes=(2,), validation=1))
    assert "unsup was not used" in note


def test_longer_texts_are_cut_and_counted(text_tree):
    dataset = load(f"texts:{text_tree(REVIEWS)}?length=6")
    assert decode_texts(dataset.train_texts) == ["Dreadf", "I left", "A caf", "Good"]
    assert dataset.notes[-1] == "4 of 6 texts are longer than 6 bytes and were cut"


def test_a_length_beyond_the_longest_text_adds_nothing(text_tree):
    folder = text_tree(REVIEWS)
    assert load(f"texts:{folder}?length=99").fingerprint == load(f"texts:{folder}").fingerprint


def test_it_is_decoded_once_until_a_file_changes(text_tree, monkeypatch):
    folder = text_tree(REVIEWS)
    first = load(f"texts:{folder}")
    with monkeypatch.context() as patch:
        patch.setattr(text_folder, "encode_texts", None)
        assert load(f"texts:{folder}").fingerprint == first.fingerprint
    (folder / "test/neg/0_3.txt").write_text("Weaker")
    assert load(f"texts:{folder}").fingerprint != first.fingerprint


def test_all_unusable_files_are_told_by_name(text_tree):
    broken = {"train/pos/3_7.txt": "naïve".encode("latin-1"), "train/neg/3_1.txt": " \n", "test/pos/9_9.txt": "a\0b"}
    folder = text_tree(REVIEWS | broken)
    with pytest.raises(DataError) as caught:
        load(f"texts:{folder}")
    assert str(caught.value).splitlines() == [
        "3 of 9 text files cannot be used:",
        f"  {folder}/train/neg/3_1.txt: it holds no text",
        f"  {folder}/train/pos/3_7.txt: byte 2 is no UTF-8",
        f"  {folder}/test/pos/9_9.txt: it holds a zero byte, as no text does",
        "  save each of them as UTF-8 text, or remove it",
    ]


def test_one_class_is_told(text_tree):
    folder = text_tree({name: text for name, text in REVIEWS.items() if "neg" not in name})
    with pytest.raises(DataError, match="train has one class only, 'pos'"):
        load(f"texts:{folder}")


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(DataError, match="none does not exist; write texts:PATH with the path of a folder of texts"):
        load(f"texts:{tmp_path}/none")


def test_more_than_the_memory_holds_is_told(text_tree, monkeypatch):
    folder = text_tree(REVIEWS)

    class Memory:
        available = 300

    monkeypatch.setattr(text_folder.psutil, "virtual_memory", Memory)
    with pytest.raises(DataError, match=r"6 texts in rows of 26 bytes .*\?length=2048"):
        load(f"texts:{folder}")
    assert load(f"texts:{folder}?length=8").shape == (8,)
