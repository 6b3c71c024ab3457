"""The probe sentences, and names for inputs that have none."""

from collections import Counter

import pytest

from netwright.anatomy.probes import PROBES, named_probes
from netwright.records.errors import ModelError


def test_there_are_two_different_sentences_for_each_of_five_tasks():
    assert list(Counter(probe.task for probe in PROBES).values()) == [2] * 5
    assert len({probe.text for probe in PROBES}) == 10


def test_probes_that_do_not_go_with_the_inputs_are_refused():
    assert named_probes(PROBES, 10) == PROBES
    with pytest.raises(ModelError, match="3 inputs and there are 10 probes"):
        named_probes(PROBES, 3)
