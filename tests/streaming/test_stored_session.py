import pytest
import torch
from torch import nn

from netwright.data.frame_form import CentreSquare, Resized
from netwright.models.stored import Stored
from netwright.records.candidate import Candidate
from netwright.records.errors import InputError, ModelError
from netwright.streaming.heads.window import Window
from netwright.streaming.stored_session import stored_session, stored_streamer

CLASSES = ("left", "right")


class Bytes(nn.Module):
    def forward(self, clip):
        return clip.float() / 255


def network():
    torch.manual_seed(0)
    return nn.Sequential(Bytes(), nn.Conv3d(3, 2, 1), nn.AdaptiveAvgPool3d(1), nn.Flatten()).eval()


class BySubclips(nn.Module):
    """Answers for its last frame alone, unless it is asked for its whole form."""

    def __init__(self):
        super().__init__()
        self.inner = network()

    def forward(self, clip):
        return self.inner(clip[:, :, -1:])

    def whole_clip(self):
        return self.inner


def stored(model, shape=(3, 4, 6, 6)):
    return Stored(model, Candidate(name="small", model="resnet3d"), shape, CLASSES)


def last(streamer, clip):
    state = None
    for frame in clip.split(1, dim=2):
        answer, state = streamer.step(frame, state)
    return answer


def test_a_network_with_subclips_streams_its_whole_form():
    clip = torch.randint(0, 256, (1, 3, 5, 6, 6), dtype=torch.uint8)
    whole = network()(clip)
    torch.testing.assert_close(last(stored_streamer(stored(BySubclips())), clip), whole)
    torch.testing.assert_close(last(stored_streamer(stored(network())), clip), whole)


def test_head_and_options_are_passed_on():
    model = stored(network())
    streamer = stored_streamer(model, head=Window(2))
    clip = torch.randint(0, 256, (1, 3, 5, 6, 6), dtype=torch.uint8)
    torch.testing.assert_close(last(streamer, clip), network()(clip[:, :, -2:]))
    session = stored_session(model, streamer, top=1, chunk=2, stride=3)
    assert (session.classes, session.top, session.chunk, session.stride) == (CLASSES, 1, 2, 3)
    assert session.form == CentreSquare(6)
    assert stored_session(stored(network(), (3, 4, 6, 8)), streamer).form == Resized(6, 8)


@pytest.mark.parametrize("shape", [(3, 6, 6), (1, 4, 6, 6), (5,)])
def test_models_of_other_things_are_refused(shape):
    with pytest.raises(InputError, match="the model small takes inputs of shape"):
        stored_streamer(stored(network(), shape))


def test_an_unknown_mode_is_refused():
    with pytest.raises(ModelError, match="there is no mode 'late'"):
        stored_streamer(stored(network()), "late")
