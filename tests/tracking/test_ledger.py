import os
from collections.abc import Callable
from pathlib import Path

import pytest

import netwright.tracking.ledger as ledger_module
from netwright.records.errors import LedgerError, StorageError
from netwright.records.measurement import Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.entries import Alone
from netwright.tracking.ledger import LEDGER_NAME, open_ledger, read_results, set_aside


def test_what_was_recorded_is_there_when_it_is_opened_again(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult], measured: Callable[..., Measurement]
) -> None:
    latency = measured("latency.p50", 0.01, "s", alone=True)
    with open_ledger(tmp_path / "new", scenario) as ledger:
        assert ledger.results() == {}
        ledger.record(ended("mlp"))
        ledger.record(ended("net", outcome=Outcome.TIMEOUT))
        ledger.record_alone(Alone(trial="mlp-n100-s0", measurements=(latency,)))
        inside = ledger.results()
    with open_ledger(tmp_path / "new", scenario) as ledger:
        assert ledger.results() == inside == read_results(tmp_path / "new")
        assert ledger.notes == ()
    assert inside["mlp-n100-s0"].measurements == (*ended("mlp").measurements, latency)


def test_interrupted_trials_run_again(tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]) -> None:
    with open_ledger(tmp_path, scenario) as ledger:
        for candidate, outcome in zip("abcdef", Outcome, strict=True):
            ledger.record(ended(candidate, outcome=outcome))
        assert list(ledger.results()) == [f"{c}-n100-s0" for c in "abcdef"]
        assert list(ledger.finished()) == [f"{c}-n100-s0" for c in "abcde"]
        ledger.record(ended("f"))
        assert "f-n100-s0" in ledger.finished()


def test_results_are_a_copy(tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]) -> None:
    with open_ledger(tmp_path, scenario) as ledger:
        ledger.results()["x"] = ended()
        assert ledger.results() == {}


def test_cut_off_at_every_byte_it_opens_and_keeps_every_whole_line(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult], measured: Callable[..., Measurement]
) -> None:
    path = tmp_path / LEDGER_NAME
    with open_ledger(tmp_path, scenario) as ledger:
        states = [{}, ledger.results()]
        for step in (
            lambda: ledger.record(ended("mlp", epochs=0, detail="ü", outcome=Outcome.CRASHED)),
            lambda: ledger.record_alone(
                Alone(trial="mlp-n100-s0", measurements=(measured("throughput", 9.0, "1/s", alone=True),))
            ),
            lambda: ledger.record(ended("net", epochs=0)),
        ):
            step()
            states.append(ledger.results())
    data = path.read_bytes()
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        whole = data[:cut].count(b"\n")
        with open_ledger(tmp_path, scenario) as ledger:
            assert ledger.results() == states[whole]
            assert bool(ledger.notes) == (cut > 0 and not data[:cut].endswith(b"\n"))
        # what was cut off is gone, the header is there, and the next line starts at a line's start
        assert path.read_bytes() == data[: max(data.rfind(b"\n", 0, cut), data.find(b"\n")) + 1]


def test_the_note_names_the_line_and_the_bytes(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    open_ledger(tmp_path, scenario).close()
    with (tmp_path / LEDGER_NAME).open("ab") as file:
        file.write(b'{"kind":')
    with open_ledger(tmp_path, scenario) as ledger:
        (note,) = ledger.notes
    assert "line 2: 8 bytes" in note


def test_reading_leaves_a_line_that_is_being_written_alone(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    with open_ledger(tmp_path, scenario) as ledger:
        ledger.record(ended())
        with ledger.path.open("ab") as file:
            file.write(b'{"kind":')
        before = ledger.path.read_bytes()
        assert read_results(tmp_path) == ledger.results()
        assert ledger.path.read_bytes() == before


def test_a_corrupt_line_in_the_middle_stops_and_changes_nothing(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    with open_ledger(tmp_path, scenario) as ledger:
        ledger.record(ended("mlp"))
        ledger.record(ended("net"))
    lines = (tmp_path / LEDGER_NAME).read_bytes().splitlines(keepends=True)
    broken = lines[0] + lines[1][:40] + b"\n" + lines[2] + b"torn"
    (tmp_path / LEDGER_NAME).write_bytes(broken)
    for _ in range(2):  # the lock is let go after the error
        with pytest.raises(LedgerError, match=f"{LEDGER_NAME}, line 2"):
            open_ledger(tmp_path, scenario)
    assert (tmp_path / LEDGER_NAME).read_bytes() == broken


def test_another_scenarios_results_are_refused(tmp_path: Path, scenario: Scenario) -> None:
    open_ledger(tmp_path, scenario).close()
    other = scenario.model_copy(update={"name": "shoes"})
    with pytest.raises(LedgerError, match=r"--out.*--fresh") as caught:
        open_ledger(tmp_path, other)
    for part in ("'garments'", "'shoes'", scenario.digest()[:12], other.digest()[:12], str(tmp_path)):
        assert part in str(caught.value)


def test_two_studies_in_one_folder_are_refused(tmp_path: Path, scenario: Scenario) -> None:
    with open_ledger(tmp_path, scenario):
        with pytest.raises(LedgerError, match=f"process {os.getpid()}"):
            open_ledger(tmp_path, scenario)
        with pytest.raises(LedgerError, match=f"process {os.getpid()}"):
            set_aside(tmp_path)


def test_measurements_of_a_trial_that_was_not_recorded_are_refused(tmp_path: Path, scenario: Scenario) -> None:
    with open_ledger(tmp_path, scenario) as ledger, pytest.raises(LedgerError, match="'mlp-n100-s0'"):
        ledger.record_alone(Alone(trial="mlp-n100-s0", measurements=()))


def test_a_closed_ledger_takes_nothing(tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]) -> None:
    ledger = open_ledger(tmp_path, scenario)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.record(ended())


def test_a_full_disk_passes_through_and_the_ledger_stays_readable(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def only_half(file: int, data: bytes) -> int:
        return write(file, data[: len(data) // 2])

    with open_ledger(tmp_path, scenario) as ledger:
        ledger.record(ended("mlp"))
        with monkeypatch.context() as full:
            full.setattr(os, "write", only_half)
            with pytest.raises(StorageError, match="No space left"):
                ledger.record(ended("net"))
        assert list(ledger.results()) == ["mlp-n100-s0"]
        assert read_results(tmp_path) == ledger.results()
        ledger.record(ended("net"))
        assert read_results(tmp_path) == ledger.results()


def test_a_disk_that_is_full_at_the_header_leaves_the_folder_free(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, line: bytes) -> None:
        raise StorageError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(ledger_module, "append_durably", full)
        with pytest.raises(StorageError, match="no space"):
            open_ledger(tmp_path, scenario)
    open_ledger(tmp_path, scenario).close()


def test_a_ledger_that_cannot_be_read_is_a_storage_error(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / LEDGER_NAME).mkdir()
    with pytest.raises(StorageError, match=LEDGER_NAME):
        open_ledger(tmp_path, scenario)


def test_reading_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="netwright study"):
        read_results(tmp_path)


def test_setting_aside_moves_everything_and_removes_nothing(
    tmp_path: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    assert set_aside(tmp_path) is None
    assert set_aside(tmp_path / "missing") is None
    assert not (tmp_path / "missing").exists()
    for n in (1, 2):
        with open_ledger(tmp_path, scenario) as ledger:
            assert ledger.results() == {}
            ledger.record(ended(accuracy=n / 10))
            results = ledger.results()
        for name in ("trials/mlp-n100-s0/weights.safetensors", "decision.json", "mine.txt"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(str(n))
        aside = set_aside(tmp_path)
        assert aside == tmp_path / f"aside-{n}"
        assert read_results(aside) == results
        assert (aside / "trials/mlp-n100-s0/weights.safetensors").read_text() == str(n)
        assert (aside / "decision.json").read_text() == str(n)
        assert not (tmp_path / "trials").exists()
        assert (tmp_path / "mine.txt").read_text() == str(n)


def test_results_that_cannot_be_moved_are_a_storage_error(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    open_ledger(tmp_path, scenario).close()
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        set_aside(tmp_path)
