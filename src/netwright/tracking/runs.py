"""Every trial as an MLflow run, written beside the study and never in its way."""

from collections import Counter
from queue import SimpleQueue
from threading import Thread

from netwright.records.measurement import Conditions
from netwright.records.scenario import Scenario
from netwright.records.trial import TrialResult
from netwright.tracking.connection import connect, mlflow_failures, reason_of, without_password
from netwright.tracking.run_facts import run_facts
from netwright.tracking.run_writer import RunWriter

PATIENCE = 3
"""After how many failures in a row nothing more is tried."""

_REMEDY = "the ledger has them all; the same command, run again, writes what is missing"


class RunMirror:
    """Writes results into MLflow from a thread of its own; what fails there is told at the end and stops nothing.

    A result that is in MLflow already is not written again, so a resumed study hands over everything its ledger holds.

    Args:
        tracking_uri: Where MLflow is; see `netwright.tracking.connection.tracking_uri`.
        scenario: The scenario of the results; its name is the experiment's.
        conditions: The study's circumstances, for trials that ended before anything was measured.
    """

    def __init__(self, tracking_uri: str, scenario: Scenario, conditions: Conditions | None = None) -> None:
        self._uri = tracking_uri
        self._scenario = scenario
        self._conditions = conditions
        self._queue: SimpleQueue[TrialResult | None] = SimpleQueue()
        self._failures: Counter[str] = Counter()
        self._ended = False
        self._thread = Thread(target=self._run, name="netwright-mlflow", daemon=True)
        self._thread.start()

    def write(self, result: TrialResult) -> None:
        """Hand a result over and return at once; hand it over again once more was measured on its weights.

        Args:
            result: The result, with all that was measured so far.
        """
        self._queue.put(result)

    def close(self, wait: float = 60.0) -> tuple[str, ...]:
        """Write what is still waiting, and return what went wrong.

        Args:
            wait: Seconds after which this returns although something is still waiting.

        Returns:
            Notes, empty where every result is in MLflow.
        """
        self._queue.put(None)
        self._thread.join(wait)
        place = f"MLflow at {without_password(self._uri)}"
        notes = [
            f"{place} did not take {count} result{'s' * (count > 1)}: {reason}; {_REMEDY}"
            for reason, count in dict(self._failures).items()
        ]
        if self._thread.is_alive():
            notes.append(f"{place} was still writing after {wait:g} s and was left behind; {_REMEDY}")
        elif not self._ended:
            notes.append(f"{place}: writing stopped at an unexpected error, printed above; {_REMEDY}")
        return tuple(notes)

    def _run(self) -> None:
        self._serve()
        self._ended = True

    def _serve(self) -> None:
        failures = mlflow_failures()
        try:
            writer = RunWriter(connect(self._uri), self._uri, self._scenario)
        except failures as error:
            self._count_all(reason_of(error))
            return
        in_a_row = 0
        while (result := self._queue.get()) is not None:
            try:
                writer.write(run_facts(result, self._scenario, self._conditions))
                in_a_row = 0
            except failures as error:
                reason = reason_of(error)
                self._failures[reason] += 1
                in_a_row += 1
                if in_a_row == PATIENCE:
                    self._count_all(reason)
                    return

    def _count_all(self, reason: str) -> None:
        while self._queue.get() is not None:
            self._failures[reason] += 1
