import io

import pytest
import torch

from netwright.machine.child import describe, outcome_of
from netwright.records.errors import DivergedError, NetwrightError
from netwright.records.trial import Outcome


def caught(fail):
    with pytest.raises(BaseException) as info:  # noqa: PT011
        fail()
    return info.value


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DivergedError("nan"), Outcome.DIVERGED),
        (NetwrightError("other"), Outcome.CRASHED),
        (MemoryError(), Outcome.OUT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory"), Outcome.OUT_OF_MEMORY),
        (RuntimeError("shapes"), Outcome.CRASHED),
        (SystemExit(3), Outcome.CRASHED),
        (KeyboardInterrupt(), Outcome.CRASHED),
    ],
)
def test_every_exception_stands_for_one_outcome(error, outcome):
    assert outcome_of(error) is outcome


def test_the_place_is_the_line_of_the_author():
    def fail():
        torch.nn.Linear(2, 3)(torch.zeros(1, 5))

    text = describe(caught(fail))
    assert text.startswith("RuntimeError: mat1 and mat2")
    assert text.endswith(f"(test_child.py:{fail.__code__.co_firstlineno + 1})")


def test_an_exception_without_message_or_place_is_named():
    assert describe(ValueError()) == "ValueError"
    assert describe(NetwrightError("a: b")) == "NetwrightError: a: b"


def test_a_very_long_message_is_cut():
    assert len(describe(ValueError("x" * 100_000))) < 1100


def test_an_exception_that_cannot_be_printed_is_described():
    class Mute(Exception):  # noqa: N818
        def __str__(self):
            return io.StringIO().fileno()

    assert describe(Mute()).startswith("Mute: <exception str() failed>")
