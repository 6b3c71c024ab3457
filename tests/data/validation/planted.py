"""Small data sets of each kind, sound but for what a test plants."""

import numpy as np
import torch

from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.table import TableDataset, make_table_dataset
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import TextDataset, make_text_dataset
from netwright.data.videos import VideoDataset, make_video_dataset

CLASSES = ("no", "yes")


def labels(count: int) -> torch.Tensor:
    return torch.arange(count) % 2


def images(seed: int = 0, files: bool = False) -> ImageDataset:
    draws = torch.Generator().manual_seed(seed)
    train, test = (torch.randint(0, 256, (count, 1, 12, 12), dtype=torch.uint8, generator=draws) for count in (60, 30))
    named = (tuple(f"train/{i}.png" for i in range(60)), tuple(f"test/{i}.png" for i in range(30)))
    return make_image_dataset(
        "pictures", (train, labels(60)), (test, labels(30)), CLASSES, files=named if files else ((), ())
    )


def videos(origins: tuple[torch.Tensor, torch.Tensor] | None = None) -> VideoDataset:
    draws = torch.Generator().manual_seed(1)
    train, test = (torch.randint(0, 256, (count, 3, 4, 8, 8), dtype=torch.uint8, generator=draws) for count in (24, 22))
    return make_video_dataset("clips", (train, labels(24)), (test, labels(22)), CLASSES, origins=origins)


def texts(train: dict[int, str] | None = None, test: dict[int, str] | None = None) -> TextDataset:
    """Texts of numbers, with some of them replaced."""
    parts = [
        [(changed or {}).get(i, f"sample {part} number {i * 7 + 3} of many") for i in range(count)]
        for part, count, changed in (("first", 40, train), ("second", 30, test))
    ]
    both = encode_texts([*parts[0], *parts[1]])
    return make_text_dataset("notes", (both[:40], labels(40)), (both[40:], labels(30)), CLASSES)


def rows(train: dict[str, object] | None = None, test: dict[str, object] | None = None, seed: int = 0) -> TableDataset:
    """Rows of an age and a city, with columns of one part replaced or added."""
    draws = np.random.default_rng(seed)
    parts = []
    for count, changed in ((400, train), (200, test)):
        columns = {
            "age": draws.uniform(20, 60, count),
            "city": draws.choice(["Oslo", "Rome"], count),
        } | (changed or {})
        parts.append((columns, np.arange(count) % 2))
    return make_table_dataset("people", parts[0], parts[1], CLASSES)
