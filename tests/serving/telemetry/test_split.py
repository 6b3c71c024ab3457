import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from netwright.records.errors import InputError
from netwright.serving.telemetry.split import Split

KEYS = [f"user {i}" for i in range(10_000)]


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 0.9])
def test_the_share_lies_in_the_binomial_interval_for_nearly_all_salts(share):
    low, high = binom.interval(0.99, len(KEYS), share)
    taken = [sum(map(Split(f"salt {seed}", share).takes, KEYS)) for seed in range(60)]
    outside = sum(not low <= n <= high for n in taken)
    # of 60 salts 0.6 are outside in the mean, and 5 or more with a probability of 0.0003
    assert outside <= 4
    assert len(set(taken)) > 10


@given(salt=st.text(), key=st.text(), shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_who_is_taken_stays_taken_where_the_share_grows(salt, key, shares):
    low, high = sorted(shares)
    assert Split(salt, low).takes(key) <= Split(salt, high).takes(key)
    assert Split(salt, low).takes(key) == Split(salt, low).takes(key)


@given(key=st.text())
def test_nothing_and_everything(key):
    assert not Split("s", 0.0).takes(key)
    assert Split("s", 1.0).takes(key)


def test_a_key_that_is_no_sound_text_is_split_too():
    assert Split("s", 0.5).takes("\ud800") in {True, False}


def test_two_salts_split_independently():
    one, other = Split("a", 0.5), Split("b", 0.5)
    both = sum(one.takes(key) and other.takes(key) for key in KEYS)
    low, high = binom.interval(0.9999, len(KEYS), 0.25)
    assert low <= both <= high


def test_another_process_splits_alike():
    program = (
        "from netwright.serving.telemetry.split import Split; s = Split('v1 against v2', 0.3);"
        "print(''.join('01'[s.takes(f'user {i}')] for i in range(1000)))"
    )
    environment = {"PYTHONHASHSEED": "7", "PATH": ""}
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    split = Split("v1 against v2", 0.3)
    assert told.stdout.strip() == "".join("01"[split.takes(f"user {i}")] for i in range(1000))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(InputError, match="from 0 to 1"):
        Split("s", share)
