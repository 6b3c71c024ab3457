import pytest
import torch

from netwright.data import fashion_mnist, motions
from netwright.records.errors import DataError


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Digits act: no origin gives garments, and the cache is empty."""
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())


def test_it_follows_from_the_seed():
    prints = [motions.make(16, 16, seed, frames=4, size=16).fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


def test_classes_are_equally_frequent_and_no_actor_is_in_both_parts():
    dataset = motions.make(64, 32, seed=0, frames=4, size=16)
    assert dataset.shape == (3, 4, 16, 16)
    assert torch.bincount(dataset.train_labels).tolist() == [4] * 16
    assert torch.bincount(dataset.test_labels).tolist() == [2] * 16
    assert torch.bincount(dataset.train_origins).tolist() == [8] * 8
    assert torch.bincount(dataset.test_origins).tolist() == [0] * 8 + [8] * 4
    assert dataset.leaks() == ()
    assert len(torch.cat([dataset.train_clips, dataset.test_clips]).flatten(1).unique(dim=0)) == 96


def test_who_acts_does_not_tell_the_motion():
    dataset = motions.make(640, 16, seed=0, frames=2, size=16)
    # of two motions that are each other's reversal, each actor plays about as many of either
    second = dataset.train_labels % 2
    shares = torch.stack([second[dataset.train_origins == actor].float().mean() for actor in range(80)])
    assert 0.35 < shares.mean() < 0.65
    assert shares.std() < 0.3


def test_notes_tell_that_digits_act():
    notes = motions.make(16, 16, 0, frames=2, size=16).notes
    assert notes[:3] == motions.NOTES
    assert notes[3].startswith("handwritten digits act")


def test_garments_act_where_they_are(tiny_files):
    assert motions.make(16, 16, 0, frames=2, size=16).notes == motions.NOTES


def test_videos_are_kept_until_others_would_act(monkeypatch, tmp_path, request):
    for name, value in {"TRAIN": 16, "TEST": 16, "FRAMES": 2, "SIDE": 16}.items():
        monkeypatch.setattr(motions, name, value)
    first = motions.load()
    assert first.train_clips.shape == (16, 3, 2, 16, 16)
    rendered = motions._film
    monkeypatch.setattr(motions, "_film", lambda *_: pytest.fail("they were not in the cache"))
    assert motions.load().fingerprint == first.fingerprint
    monkeypatch.setattr(motions, "_film", rendered)
    request.getfixturevalue("tiny_files")
    assert motions.load().fingerprint != first.fingerprint


@pytest.mark.parametrize(("frames", "size"), [(1, 32), (16, 15)])
def test_what_cannot_be_seen_is_refused(frames, size):
    with pytest.raises(DataError, match=f"motions cannot be seen in {frames} frames of {size}x{size} pixels"):
        motions.make(16, 16, 0, frames, size)


def test_fetching_tells_the_licence():
    fetched = motions.fetch()
    assert (fetched.folder, fetched.files, fetched.licence) == (None, {}, motions.LICENCE)
