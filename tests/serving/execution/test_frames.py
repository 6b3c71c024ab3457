import subprocess
import sys
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from netwright.serving.execution.frames import (
    Answered,
    Ask,
    Beat,
    Failed,
    Frames,
    Opened,
    answers_of,
    inputs_of,
    packed,
)

shapes = arrays.array_shapes(min_dims=2, max_dims=4, max_side=5)
inputs = st.one_of(arrays.arrays(np.uint8, shapes), arrays.arrays(np.float32, shapes))


@given(inputs, st.lists(st.integers(0, 400)))
def test_arrays_come_back_bit_for_bit_however_the_stream_is_cut(given_inputs, cuts):
    ask = Ask(3, given_inputs.dtype.str, given_inputs.shape)
    stream = b"".join([*packed(Beat(1.5)), *packed(ask, given_inputs), *packed(Opened("onnx"))])
    frames = Frames()
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parts = [stream[first:last] for first, last in pairwise(edges)]
    (beat, _), (found, body), (opened, _) = [frame for part in parts for frame in frames.feed(part)]
    assert (beat, found, opened) == (Beat(1.5), ask, Opened("onnx"))
    back = inputs_of(found, body)
    assert back.dtype == given_inputs.dtype
    assert back.shape == given_inputs.shape
    assert back.tobytes() == given_inputs.tobytes()


@given(st.integers(1, 5), st.integers(1, 4), st.none() | st.integers(1, 6))
def test_answers_come_back(rows, classes, width):
    logits = np.arange(rows * classes, dtype=np.float32).reshape(rows, classes)
    embedding = None if width is None else -np.arange(rows * width, dtype=np.float32).reshape(rows, width)
    parts = (logits,) if embedding is None else (logits, embedding)
    stream = b"".join(packed(Answered(1, 0.5, logits.shape, None if width is None else embedding.shape), *parts))
    ((message, body),) = Frames().feed(stream)
    found = answers_of(message, body)
    assert np.array_equal(found.logits, logits)
    assert (found.embedding is None) == (width is None)
    assert width is None or np.array_equal(found.embedding, embedding)


def test_what_is_no_message_is_refused():
    stream = b"".join(packed(Failed(None, "x")))
    with pytest.raises(msgspec.DecodeError):
        list(Frames().feed(stream[:12] + b"\xff" * (len(stream) - 12)))


def test_a_missing_extra_says_how_to_install_it():
    program = (
        "import sys; sys.modules['msgspec'] = None\n"
        "from netwright.records.errors import MissingExtraError\n"
        "try:\n    import netwright.serving.execution.frames\n"
        "except MissingExtraError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 'pip install "netwright[serve]"' in told.stdout
