import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from netwright.records.candidate import Candidate
from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Design, Scenario
from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.tracking.connection import connect


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario(
        name="garments",
        task="image-classification",
        data="digits",
        design=Design(sizes=(100, 200), seeds=2),
        candidates=(
            Candidate(name="mlp", model="mlp", options={"hidden": [30, 10]}),
            Candidate(name="net", model="resnet"),
        ),
    )


@pytest.fixture(scope="session")
def measured() -> Callable[..., Measurement]:
    def make(quality: str, value: float, unit: str = "ratio", alone: bool = False) -> Measurement:
        conditions = Conditions(
            hardware="2 cores", threads=1, versions={"torch": "2.13.0"}, seed=0, data="f00d", alone=alone
        )
        return Measurement(
            quality=quality, value=value, low=value * 0.9, high=value * 1.1, n=500, unit=unit, conditions=conditions
        )

    return make


@pytest.fixture(scope="session")
def ended(measured: Callable[..., Measurement]) -> Callable[..., TrialResult]:
    def make(
        candidate: str = "mlp",
        size: int = 100,
        seed: int = 0,
        outcome: Outcome = Outcome.OK,
        epochs: int = 2,
        accuracy: float = 0.8,
        detail: str = "",
        seconds: float = 2.5,
    ) -> TrialResult:
        return TrialResult(
            trial=f"{candidate}-n{size}-s{seed}",
            candidate=candidate,
            size=size,
            seed=seed,
            outcome=outcome,
            detail=detail,
            epochs=tuple(
                Epoch(
                    index=i,
                    train_loss=1 / i,
                    validation_loss=2 / i,
                    validation_accuracy=0.5,
                    lr=0.1,
                    seconds=1,
                    memory=9,
                )
                for i in range(1, epochs + 1)
            ),
            measurements=(measured("accuracy", accuracy),) if outcome is Outcome.OK else (),
            seconds=seconds,
        )

    return make


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # setting a database up takes seconds: once for all tests
    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    connect(f"sqlite:///{path}")
    return path


@pytest.fixture
def uri(empty_database: Path, tmp_path: Path) -> str:
    shutil.copyfile(empty_database, tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"
