from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.videos_address import LAYOUTS, VideosAddress, read_videos_address
from netwright.records.errors import DataError


def test_what_is_not_written_has_a_default():
    address = read_videos_address("videos:/data/clips")
    assert address == VideosAddress(Path("/data/clips"), "folder", 1, 16, 112, None, 1)
    assert str(address) == "videos:/data/clips"


@given(
    st.sampled_from(LAYOUTS),
    st.integers(1, 3),
    st.integers(1, 64),
    st.integers(8, 224),
    st.none() | st.integers(1, 8),
    st.integers(1, 9),
)
def test_an_address_is_read_back_from_its_text(layout, split, frames, size, stride, clips):
    split = split if layout in {"ucf101", "hmdb51"} else 1
    address = VideosAddress(Path("/data/a"), layout, split, frames, size, stride, clips)
    assert read_videos_address(str(address)) == address


def test_relative_paths_start_at_home():
    assert read_videos_address("videos:clips?size=64", Path("/data")).path == Path("/data/clips")
    assert read_videos_address("videos:~/clips").path == Path.home() / "clips"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("videos:", "names no folder; write videos:PATH"),
        ("videos:/a?layout=ucf", "unknown layout 'ucf'. Did you mean ucf101"),
        ("videos:/a?frame=3", "unknown option 'frame'. Did you mean frames"),
        ("videos:/a?frames=0", "frames = '0'; write a number of frames from 1 to 4096"),
        ("videos:/a?size=4", "size = '4'; write a number of pixels from 8 to 1024"),
        ("videos:/a?layout=ucf101&split=4", "split = '4'; write 1, 2 or 3"),
        ("videos:/a?stride=x", "stride = 'x'; write a number of frames"),
        ("videos:/a?clips=²", "clips = '²'; write a number of clips"),
        ("videos:/a?layout=kinetics&split=1", "the layout kinetics has one split only; leave split out"),
    ],
)
def test_wrong_addresses_are_told(text, found):
    with pytest.raises(DataError) as caught:
        read_videos_address(text)
    assert found in str(caught.value)
