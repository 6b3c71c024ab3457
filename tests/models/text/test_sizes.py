import pytest

from netwright.models.text.sizes import Sizes
from netwright.records.errors import CandidateError

GOOD = {
    "layers": 2, "width": 128, "feed_forward": 24, "max_length": 12, "dropout": 0.1, "embeddings": "random",
}  # fmt: skip


@pytest.mark.parametrize(("width", "heads"), [(2, 1), (64, 1), (128, 2), (384, 6), (1600, 25)])
def test_a_head_for_every_64(width, heads):
    sizes = Sizes(**GOOD | {"width": width})
    sizes.check("t")
    assert sizes.heads == heads
    assert width % heads == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [("layers", 0), ("width", 65), ("feed_forward", 0), ("max_length", 1), ("dropout", 1.0), ("embeddings", "glove")],
)
def test_a_senseless_size_is_named(option, value):
    with pytest.raises(CandidateError, match=rf"t\.{option}: found {value!r}"):
        Sizes(**GOOD | {option: value}).check("t")
