"""What was tried survives a kill in the middle of a line, and belongs to one question."""

from math import nan

import pytest

from netwright.records.candidate import Candidate
from netwright.records.errors import LedgerError
from netwright.records.search import Attempt
from netwright.records.trial import Outcome
from netwright.studies.search.notes import NAME, SearchNotes

QUESTION = {"scenario": "abc", "base": "net", "size": "100"}


def attempt(number: int) -> Attempt:
    net = Candidate(name=f"net-{number}", model="mlp")
    return Attempt(
        number=number,
        kind="layers",
        candidate=net,
        changes={},
        outcome=Outcome.OK,
        score=0.5,
        cost=nan,
        indices={"d": 1},
    )


def test_attempts_are_read_back(tmp_path):
    notes = SearchNotes(tmp_path, QUESTION)
    notes.add(attempt(0))
    notes.add(attempt(1))
    assert [found.number for found in SearchNotes(tmp_path, QUESTION).attempts] == [0, 1]


def test_a_line_that_was_cut_off_is_forgotten(tmp_path):
    notes = SearchNotes(tmp_path, QUESTION)
    notes.add(attempt(0))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"number": 1, "ki')
    again = SearchNotes(tmp_path, QUESTION)
    assert [found.number for found in again.attempts] == [0]
    again.add(attempt(2))
    assert [found.number for found in SearchNotes(tmp_path, QUESTION).attempts] == [0, 2]


def test_another_question_is_refused(tmp_path):
    SearchNotes(tmp_path, QUESTION)
    with pytest.raises(LedgerError, match=r"holds a search of .*'net'.*this one is .*'other'"):
        SearchNotes(tmp_path, {**QUESTION, "base": "other"})


def test_a_line_that_is_no_attempt_is_named(tmp_path):
    SearchNotes(tmp_path, QUESTION)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(LedgerError, match="line 2"):
        SearchNotes(tmp_path, QUESTION)
