"""Origins of samples: recordings, actors, that stand in both parts."""

from collections.abc import Iterator

import torch

from netwright.data.validation.subject import Subject
from netwright.records.validation import Finding


def check_origins(subject: Subject) -> Iterator[Finding]:
    """Yield whether samples of one origin stand in the training part and in the test part.

    Args:
        subject: The data.

    Yields:
        At most one finding; none where the data does not know its origins.
    """
    data = subject.dataset
    train, test = data.train_origins, getattr(data, "test_origins", None)
    if train is None or test is None:
        return
    both = torch.isin(test, train).nonzero().flatten().tolist()
    if both:
        origins = len(set(test[both].tolist()))
        yield Finding(
            severity="warning",
            kind="shared origin",
            what=f"{len(both):,} test {data.samples} are cut from {origins} recordings (or show the actors) that the "
            "training part has too",
            where=subject.places("test", both),
            count=len(both),
            of=len(test),
            remedy="Split by recording: a model may know the recording instead of the class.",
        )
