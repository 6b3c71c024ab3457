import logging
import sys
import warnings
from itertools import pairwise
from threading import RLock

import pytest

from netwright.qualities.backend import BackendError, attempt, doubling, quiet
from netwright.records.errors import MissingExtraError


def fails(error, cause=None):
    def call():
        raise error from cause

    return call


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        (ValueError("no such width\nand a long story"), None, "ValueError: no such width"),
        (RuntimeError("step 1 of 3"), TypeError("\n\x1b[96mshape\x1b[0m of weights\n"), "TypeError: shape of weights"),
        (MemoryError(), None, "MemoryError"),
        (RuntimeError("x" * 500), None, f"RuntimeError: {'x' * 183}..."),
        (
            MissingExtraError("the backend onnx", "export"),
            ImportError("onnx"),
            'the backend onnx needs packages that are not installed; run: pip install "netwright[export]"',
        ),
    ],
)
def test_whatever_fails_has_a_reason_of_one_line(error, cause, told):
    with pytest.raises(BackendError) as caught:
        attempt(fails(error, cause))
    assert str(caught.value) == told
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_program_is_no_reason(error):
    with pytest.raises(error):
        attempt(fails(error()))


@pytest.mark.parametrize("most", range(1, 40))
def test_doubling_begins_with_one_ends_with_the_most_and_leaves_no_gap(most):
    counts = doubling(most)
    assert counts[0] == 1
    assert counts[-1] == most
    assert all(before < after <= 2 * before for before, after in pairwise(counts))


def test_insides_are_held_back_and_all_is_as_before(capsys, caplog):
    logger = logging.getLogger("a.compiler")
    logger.setLevel(logging.INFO)
    with quiet("a.compiler"):
        print("a graph", file=sys.stderr)  # noqa: T201
        print("a graph")  # noqa: T201
        warnings.warn("soon to be removed", FutureWarning, stacklevel=1)
        logger.warning("no cache")
        logger.error("a fault")
    assert capsys.readouterr() == ("", "")
    assert [record.message for record in caplog.records] == ["a fault"]
    assert logger.level == logging.INFO
    with pytest.raises(FutureWarning):
        warnings.warn("soon to be removed", FutureWarning, stacklevel=1)


def test_a_warning_of_ones_own_model_is_not_held_back():
    with pytest.raises(UserWarning, match="overflow"), quiet():
        warnings.warn("overflow", UserWarning, stacklevel=1)


def test_no_lock_between_processes_is_left_behind(monkeypatch):
    tqdm = pytest.importorskip("tqdm").tqdm
    monkeypatch.setattr(tqdm, "_lock", None, raising=False)
    with quiet():
        lock = tqdm.get_lock()
    assert isinstance(lock, type(RLock()))
    with quiet():
        assert tqdm.get_lock() is lock  # one's own is kept
