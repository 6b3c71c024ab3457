"""State in, state out: kept apart, stored, taken up again, and refused where it does not fit."""

import pytest
import torch
from tests.streaming.networks.layers import RandomNetwork
from torch import Tensor, nn

from netwright.records.errors import InputError, ModelError
from netwright.streaming.heads.window import Window
from netwright.streaming.state import StreamState
from netwright.streaming.streamer import stream


def network(channels: int = 4) -> nn.Module:
    torch.manual_seed(channels)
    return nn.Sequential(
        nn.Conv3d(3, channels, 3, (2, 1, 1), 1), nn.ReLU(), nn.Conv3d(channels, 4, (3, 1, 1), padding=(1, 0, 0)),
        nn.AdaptiveAvgPool3d(1), nn.Flatten(),
    )  # fmt: skip


CLIP = torch.randn(2, 3, 20, 5, 7, generator=torch.Generator().manual_seed(0))


def test_two_streams_never_mix():
    streamer = stream(network(), CLIP)
    videos = [CLIP, CLIP.flip(2)]
    states: list[StreamState | None] = [None, None]
    answers: list[Tensor | None] = [None, None]
    for at in range(20):
        for which in (0, 1) if at % 2 else (1, 0):
            answer, states[which] = streamer.step(videos[which][:, :, at : at + 1], states[which])
            answers[which] = answers[which] if answer is None else answer
    for which in (0, 1):
        assert torch.allclose(answers[which], streamer.offline(videos[which]), atol=1e-6)


def test_a_step_changes_neither_state_nor_chunk():
    streamer = stream(network(), CLIP)
    _, state = streamer.step(CLIP[:, :, :7], None)
    chunk = CLIP[:, :, 7:12].clone()
    first, _ = streamer.step(chunk, state)
    chunk_before = chunk.clone()
    again, later = streamer.step(chunk, state)
    assert torch.equal(first, again)
    assert torch.equal(chunk, chunk_before)
    chunk.zero_()
    assert torch.equal(streamer.step(CLIP[:, :, 12:14], later)[0], streamer.step(CLIP[:, :, 12:14], later)[0])


def test_what_is_kept_is_no_view_of_the_frames():
    streamer = stream(network(), CLIP)
    frames = CLIP.clone()
    _, state = streamer.step(frames[:, :, :9], None)
    frames.zero_()
    answer, _ = streamer.step(CLIP[:, :, 9:], state)
    assert torch.allclose(answer, streamer.offline(CLIP), atol=1e-6)


def test_a_stored_state_goes_on_where_it_was(tmp_path):
    streamer = stream(network(), CLIP)
    _, state = streamer.step(CLIP[:, :, :11], None)
    kept = StreamState.load(state.save(tmp_path / "state.safetensors"))
    assert torch.equal(streamer.step(CLIP[:, :, 11:], kept)[0], streamer.step(CLIP[:, :, 11:], state)[0])
    assert kept.frames == 11


def test_an_empty_state_can_be_stored(tmp_path):
    streamer = stream(nn.Sequential(nn.Conv3d(3, 2, 1), nn.Flatten(3)), CLIP)
    _, state = streamer.step(CLIP[:, :, :3], None)
    assert state.bytes == 0
    assert StreamState.load(state.save(tmp_path / "state.safetensors")) == state


@pytest.mark.parametrize("content", [b"", b"no state", None])
def test_a_file_that_is_no_state_is_refused(tmp_path, content):
    path = tmp_path / "state.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="holds no state of a stream"):
        StreamState.load(path)


def test_a_truncated_state_is_refused(tmp_path):
    streamer = stream(network(), CLIP)
    path = streamer.step(CLIP, None)[1].save(tmp_path / "state.safetensors")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="holds no state of a stream"):
        StreamState.load(path)


def test_the_state_of_another_stream_is_refused():
    streamer = stream(network(), CLIP)
    _, state = streamer.step(CLIP, None)
    others = [
        stream(network(8), CLIP),
        stream(network(), CLIP, mode="delayed"),
        stream(network(), CLIP, head=Window(4)),
    ]
    for other in others:
        with pytest.raises(ModelError, match="the state is of another stream"):
            other.step(CLIP, state)


def test_chunks_that_do_not_fit_are_refused():
    streamer = stream(network(), CLIP)
    _, state = streamer.step(CLIP, None)
    with pytest.raises(ModelError, match="frames of 1 videos, the state is of 2"):
        streamer.step(CLIP[:1], state)
    with pytest.raises(ModelError, match=r"found frames of torch\.float64; this stream takes torch\.float32"):
        streamer.step(CLIP.double(), state)
    with pytest.raises(ModelError, match=r"without frames; a chunk has at least one: \(N, 3, n, 5, 7\)"):
        streamer.step(CLIP[:, :, :0], state)
    with pytest.raises(ModelError, match=r"shape \(2, 3, 20, 7, 5\); this stream takes \(N, 3, n, 5, 7\)"):
        streamer.step(CLIP.transpose(3, 4), state)
    with pytest.raises(ModelError, match="has ended with flush"):
        streamer.step(CLIP, streamer.flush(state)[1])


def test_no_answer_yet_is_said_as_none():
    streamer = stream(nn.Sequential(nn.Conv3d(3, 2, (4, 1, 1), (4, 1, 1)), nn.AdaptiveAvgPool3d(1), nn.Flatten()), CLIP)
    state = None
    for at in range(8):
        answer, state = streamer.step(CLIP[:, :, at : at + 1], state)
        assert (answer is None) == (at % 4 != 3)
    with pytest.raises(InputError, match="hand in a longer clip"):
        streamer.offline(CLIP[:, :, :3])


def test_no_gradient_goes_through_the_state():
    streamer = stream(network(), CLIP)
    answer, state = streamer.step(CLIP, None)
    assert not answer.requires_grad
    assert not any(tensor.requires_grad for kept in state.kept for tensor in kept.tensors)


def test_bytes_of_frames_go_in_as_they_are():
    class FromBytes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network()

        def forward(self, clip: Tensor) -> Tensor:
            return self.inner(clip.float() / 255)

    clip = torch.randint(0, 256, (1, 3, 12, 5, 7), dtype=torch.uint8)
    streamer, state = stream(FromBytes(), clip), None
    for frame in clip.split(1, dim=2):
        answer, state = streamer.step(frame, state)
    assert torch.allclose(answer if answer is not None else streamer.offline(clip), streamer.offline(clip), atol=1e-6)
    assert streamer.step(clip, None)[0] is not None


def test_the_same_network_has_the_same_fingerprint():
    assert stream(network(), CLIP).fingerprint == stream(network(), CLIP[:1]).fingerprint
    assert stream(RandomNetwork(0), CLIP).fingerprint != stream(RandomNetwork(1), CLIP).fingerprint
