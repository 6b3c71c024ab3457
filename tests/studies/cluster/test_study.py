"""A study on a cluster that loses a node in the middle: nothing is lost, and the decision is that of one machine."""

from netwright.machine.isolation import Ended
from netwright.records.trial import Outcome
from netwright.studies.choose import choose
from netwright.studies.cluster.executor import RayExecutor
from netwright.studies.executors import LocalExecutor
from netwright.studies.read import read_study

from ..conftest import candidate, scenario_of


class LosesANode:
    """An executor on whose cluster a node dies while both nodes train."""

    def __init__(self, executor, cluster, epochs):
        self.workers, self.threads = executor.workers, executor.threads
        self._executor = executor
        self._cluster = cluster
        self._half = epochs / 2
        self.killed = False
        self.endings = []

    def run(self, jobs):
        reached = {}
        for event in self._executor.run(jobs):
            if isinstance(event, Ended):
                self.endings.append(event)
                reached.pop(event.job, None)
            else:
                reached[event.job] = reached.get(event.job, 0) + 1
            if not self.killed and len(reached) == 2 and max(reached.values()) < self._half:
                self._cluster.kill_a_node()
                self.killed = True
            yield event

    def run_alone(self, jobs):
        return self._executor.run_alone(jobs)


def _scenario():
    scenario = scenario_of(candidate("a", "mlp", hidden=[16]), candidate("b", "candidates:linear"))
    recipe = scenario.candidates[0].recipe.model_copy(update={"epochs": 60})
    slow = tuple(c.model_copy(update={"recipe": recipe}) for c in scenario.candidates)
    design = scenario.design.model_copy(update={"sizes": (100, 200)})
    return scenario.model_copy(update={"candidates": slow, "design": design})


def test_a_node_dies_and_the_decision_is_that_of_one_machine(cluster, tmp_path):
    scenario = _scenario()
    local = choose(scenario, out=tmp_path / "local", executor=LocalExecutor(workers=2))
    executor = RayExecutor(cluster.address)
    shaken = LosesANode(executor, cluster, epochs=60)
    decision = choose(scenario, out=tmp_path / "cluster", executor=shaken)
    executor.close()
    assert shaken.killed

    trials = [ending.job for ending in shaken.endings if ending.job not in {"a", "b"}]
    assert len(trials) == len(set(trials)) == 8, "each trial ended once"
    here, there = (
        {result.trial: result for result in read_study(tmp_path / name).results} for name in ("local", "cluster")
    )
    assert set(here) == set(there)
    for name, result in there.items():
        assert result.outcome is Outcome.OK
        assert [epoch.index for epoch in result.epochs] == list(range(1, 61))
        assert [e.validation_loss for e in result.epochs] == [e.validation_loss for e in here[name].epochs]
        assert _measured(result, "accuracy") == _measured(here[name], "accuracy")
        assert (tmp_path / "cluster" / result.weights).is_file()
    (moved,) = [ending.job for ending in shaken.endings if ending.moved]
    assert {name for name, result in there.items() if result.attempts == 2} == {moved}
    assert there[moved].lost_seconds < there[moved].seconds

    assert decision.chosen == local.chosen
    for name in ("a", "b"):
        assert decision.assessment(name).status == local.assessment(name).status
        assert decision.assessment(name).curve == local.assessment(name).curve
        assert decision.assessment(name).measured("latency.p50") is not None


def _measured(result, quality):
    return [m.value for m in result.measurements if m.quality == quality]
