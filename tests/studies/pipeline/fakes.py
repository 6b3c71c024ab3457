"""A pipeline whose study, package and service are small files: what runs when is what matters here."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from netwright.data.catalog import load
from netwright.records.candidate import Candidate, Recipe
from netwright.records.decision import Assessment, Decision
from netwright.records.errors import PackageError
from netwright.records.scenario import Constraint, Design, Preferences, Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.pipeline.request import Request, Tools
from netwright.studies.pipeline.source_digest import Sources
from netwright.studies.trial_job import trials_of
from netwright.tracking.ledger import open_ledger


@dataclass(frozen=True)
class Place:
    """What the fake registry says."""

    place: str = "models:/tiny/1"
    notes: tuple[str, ...] = ()


@dataclass
class Fakes:
    """What the tools did.

    Args:
        trained: Ids of the trials that were run, in order.
        share: Of labels that were predictions.
        fails: Step whose tool raises.
    """

    trained: list[str] = field(default_factory=list)
    share: float | None = None
    fails: dict[str, BaseException] = field(default_factory=dict)

    def tools(self) -> Tools:
        return Tools(load=load, study=self.study, pack=self.pack, deploy=self.deploy, predicted=lambda _: self.share)

    def study(self, scenario, folder, progress):
        with open_ledger(folder, scenario) as ledger:
            for trial in trials_of(scenario):
                if trial.id not in ledger.finished():
                    self._fail("study")
                    place = folder / "trials" / trial.id
                    place.mkdir(parents=True, exist_ok=True)
                    (place / "weights.safetensors").write_bytes(trial.to_json().encode())
                    weights = f"trials/{trial.id}/weights.safetensors"
                    ledger.record(TrialResult.of(trial, Outcome.OK).model_copy(update={"weights": weights}))
                    self.trained.append(trial.id)
        first = scenario.candidates[0].name
        met = not any(limit.bound > 1 for limit in scenario.constraints)
        decision = Decision(
            scenario=scenario,
            scenario_hash=scenario.digest(),
            chosen=first if met else None,
            summary=("a", "b", "c"),
            candidates=(Assessment(name=first, status="chosen", reason="first"),),
        )
        (folder / "decision.json").write_bytes(decision.to_json().encode())
        return decision

    def pack(self, study, place, progress, share):
        self._fail("package")
        place.mkdir()
        weights = sorted(study.glob("trials/*/weights.safetensors"))
        (place / "model.bin").write_bytes(b"".join(path.read_bytes() for path in weights))
        decision = json.loads((study / "decision.json").read_bytes())
        fingerprint = load(decision["scenario"]["data"]).fingerprint
        manifest = {"data": fingerprint, "hash": decision["scenario_hash"], "from_predictions": share}
        (place / "package.json").write_text(json.dumps(manifest))
        return place

    def deploy(self, package, root):
        self._fail("deploy")
        if not (package / "model.bin").is_file():
            raise PackageError(f"{package} is not whole")
        return Place()

    def _fail(self, step):
        if step in self.fails:
            raise self.fails.pop(step)


def scenario_of(data: str) -> Scenario:
    return Scenario(
        name="tiny",
        task="tabular-classification",
        data=data,
        design=Design(sizes=(20, 40), seeds=2, validation=10),
        candidates=(
            Candidate(name="a", model="mlp", options={"hidden": [4]}, recipe=Recipe(epochs=1)),
            Candidate(name="b", model="logistic-regression"),
        ),
        constraints=(Constraint(quality="accuracy", relation=">=", bound=0.5, text=">= 0.5"),),
        preferences=Preferences(order=("accuracy", "size")),
    )


def table(folder: Path, rows: int = 100, last: str = "0.5") -> str:
    """Write a small CSV file and return its address."""
    lines = ["x,y,label"] + [f"{row * 7 % 13},{row * 0.31 % 5:.3f},{'no' if row % 2 else 'yes'}" for row in range(rows)]
    path = folder / "rows.csv"
    path.write_text("\n".join([*lines[:-1], lines[-1].replace(lines[-1].split(",")[1], last, 1)]) + "\n")
    return f"table:{path}?label=label"


def request_of(root: Path, data: str, fakes: Fakes, sources: Sources) -> Request:
    return Request(
        scenario=scenario_of(data),
        root=root,
        tools=fakes.tools(),
        sources=sources,
    )


def with_scenario(request: Request, **changes) -> Request:
    return replace(request, scenario=request.scenario.model_copy(update=changes))
