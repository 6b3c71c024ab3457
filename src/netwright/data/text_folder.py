"""A folder of text files with one subfolder a class, below train/ and test/, such as aclImdb (Maas et al. 2011)."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import psutil
import torch

from netwright.data.csv_columns import told
from netwright.data.folder_layout import TEXTS, Layout, layout_key, read_layout
from netwright.data.keep import kept
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import TextDataset, make_text_dataset
from netwright.data.texts_address import TextsAddress
from netwright.records.errors import DataError

_SHARE_OF_MEMORY = 0.4
_REMEDY = "save each of them as UTF-8 text, or remove it"


def load(address: TextsAddress) -> TextDataset:
    """Return the texts of a folder, all brought to one length.

    The decoded form is kept in the cache, and made anew when a file's path, length or time of change differs.

    Args:
        address: The folder, and how much of each text is kept.

    Returns:
        The data set; its files are named in `train_files` and `test_files`.

    Raises:
        DataError: The folder lacks a part or a class, there is one class only, files hold no text, or the memory does
            not hold them.
    """
    layout = read_layout(address.path, TEXTS)
    if len(layout.classes) < 2:
        raise DataError(
            f"{address.path}/train has one class only, {layout.classes[0]!r}: there is nothing to tell apart; add the "
            "texts of at least one other class in a folder of its own"
        )
    place = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    return kept(f"texts/{place}", layout_key(layout), TextDataset, lambda: _decode(address, layout))


def _decode(address: TextsAddress, layout: Layout) -> TextDataset:
    files = (*layout.train, *layout.test)
    _check_memory(address, [path.stat().st_size for path in files])
    texts = _read(files)
    lengths = [len(text.encode()) for text in texts]
    width = min(max(lengths), address.length or max(lengths))
    count = len(layout.train)
    longer = sum(length > width for length in lengths)
    cut = (f"{longer} of {len(texts)} texts are longer than {width} bytes and were cut",) if longer else ()
    return make_text_dataset(
        str(address),
        train=(encode_texts(texts[:count], width), torch.tensor(layout.train_labels)),
        test=(encode_texts(texts[count:], width), torch.tensor(layout.test_labels)),
        classes=layout.classes,
        notes=(*layout.notes, *cut),
        files=(tuple(map(str, layout.train)), tuple(map(str, layout.test))),
    )


def _read(files: Sequence[Path]) -> list[str]:
    texts: list[str] = []
    faults: list[str] = []
    for path in files:
        try:
            text = path.read_bytes().decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            faults.append(f"{path}: byte {error.start} is no UTF-8")
            continue
        except OSError as error:
            faults.append(f"{path}: it cannot be read: {error.strerror}")
            continue
        if not text:
            faults.append(f"{path}: it holds no text")
        elif "\0" in text:
            faults.append(f"{path}: it holds a zero byte, as no text does")
        texts.append(text)
    if faults:
        raise DataError(told([f"{len(faults)} of {len(files)} text files cannot be used:", *faults], _REMEDY))
    return texts


def _check_memory(address: TextsAddress, sizes: Sequence[int]) -> None:
    width = min(max(sizes), address.length or max(sizes))
    needed, free = len(sizes) * width, psutil.virtual_memory().available
    if needed > _SHARE_OF_MEMORY * free:
        raise DataError(
            f"{len(sizes)} texts in rows of {width} bytes in {address.path} take {needed / 1e9:.1f} GB, and "
            f"{free / 1e9:.1f} GB of memory are free; keep less of each, such as texts:{address.path}?length=2048"
        )
