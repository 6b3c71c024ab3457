import pytest

from netwright.records.errors import InputError
from netwright.streaming.head_text import parse_head
from netwright.streaming.heads.exponential import Exponential
from netwright.streaming.heads.reset import Reset


def test_heads_with_sizes():
    assert parse_head(" exponential:0.5 ") == Exponential(0.5)
    assert parse_head("reset:100") == Reset(100)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("windw:3", "there is no head 'windw:3'. Did you mean window"),
        ("", "there is no head ''"),
        ("window:many", "write the positions of a window, such as window:64"),
        ("window:1.5", "write the positions of a window"),
        ("window:0", "found a window of 0 frames"),
        ("exponential:-1", "found a half-life of -1.0"),
        ("reset:0", "found a reset at every 0 positions"),
        ("cumulative:3", "write cumulative alone"),
    ],
)
def test_wrong_heads_say_what_to_write(text, told):
    with pytest.raises(InputError) as error:
        parse_head(text)
    assert told in str(error.value)
