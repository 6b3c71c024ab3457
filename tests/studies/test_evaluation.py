import torch
from torch import nn

from netwright.data.videos import make_video_dataset
from netwright.records.measurement import Conditions
from netwright.studies.evaluation import Evaluated, evaluation_of

STATED = Conditions(hardware="any")


class LastWord(nn.Module):
    """Reads subclips of 4 frames; the brightness of the last frame of the last one is the class."""

    subclip = 4

    def forward(self, clips):
        return torch.eye(3)[clips[:, 0, -1, 0, 0].long()]


def videos(frames=9):
    """Three videos of each class; in the last frame all are what they are, in the frame 4 before of class 0."""
    labels = torch.arange(9) % 3
    clips = torch.zeros(9, 3, frames, 2, 2, dtype=torch.uint8)
    clips[:, :, -1] = labels.to(torch.uint8)[:, None, None, None]
    return make_video_dataset("toy", (clips, labels), (clips, labels), ("a", "b", "c"), ("a note",))


def test_a_video_is_answered_after_its_last_subclip_and_each_subclip_alone():
    dataset = videos()
    record = evaluation_of(Evaluated(LastWord(), "t", "m"), dataset, torch.arange(9), conditions=STATED)
    assert (record.whole.samples, record.whole.top1.hits, record.whole.top1.n) == ("videos", 9, 9)
    # two whole subclips at the end of nine frames; the first one ends in black, which is class 0
    assert (record.clips.samples, record.clips.top1.hits, record.clips.top1.n) == ("clips", 9 + 3, 18)
    assert record.clips.confusion == ((6, 0, 0), (3, 3, 0), (3, 0, 3))
    assert record.notes[0] == "a note"
    assert "the 2 subclips of 4 frames" in record.notes[1]


def test_a_video_of_one_subclip_is_no_clip_beside():
    assert evaluation_of(Evaluated(LastWord(), "t", "m"), videos(7), torch.arange(9), conditions=STATED).clips is None
    whole = nn.Sequential(nn.Flatten(), nn.Linear(108, 3))
    model = nn.Sequential(_Floats(), whole)
    assert evaluation_of(Evaluated(model, "t", "m"), videos(), torch.arange(9), conditions=STATED).clips is None


class _Floats(nn.Module):
    def forward(self, clips):
        return clips.float()


def test_logits_are_put_into_the_order_of_the_data_and_progress_is_told():
    told = []
    evaluated = Evaluated(LastWord(), "t", "m", order=(1, 0, 2))
    record = evaluation_of(evaluated, videos(), torch.tensor([0, 1, 2]), conditions=STATED, tell=told.append)
    assert record.whole.confusion == ((0, 1, 0), (1, 0, 0), (0, 0, 1))
    assert told == [3]


def test_known_probabilities_are_not_asked_for_again():
    class Refuses(nn.Module):
        def forward(self, clips):
            raise AssertionError("asked")

    sure = torch.eye(3).double()[[0, 1, 1]]
    record = evaluation_of(
        Evaluated(Refuses(), "t", "m"), videos(), torch.tensor([0, 1, 2]), conditions=STATED, probabilities=sure
    )
    assert record.whole.top1.hits == 2
