from math import inf

import pytest

from netwright.selection.evidence import gather
from netwright.selection.settlement import settlements
from netwright.selection.standing import stand


def test_every_undecided_constraint_is_listed_with_what_would_settle_it(make, good):
    silent = {name: value for name, value in good().items() if name != "size"}
    models = {"edge": good(latency_p99=[0.0085, 0.0095, 0.0108]), "safe": good(), "silent": silent}
    scenario = make.scenario(list(models))
    known = {quality.name: quality for quality in make.qualities}
    edge, unmeasured = settlements(list(stand(gather(make.study(models), scenario), scenario, known).values()))
    assert (edge.candidate, edge.quality, edge.seeds) == ("edge", "latency.p99", 3)
    assert 0.05 < edge.probability < 0.95
    assert 3 < edge.needed < inf
    assert (unmeasured.candidate, unmeasured.seeds, unmeasured.needed) == ("silent", 0, inf)
    assert unmeasured.probability != pytest.approx(unmeasured.probability)
