import torch
from tests.dynamics.ranks import train
from tests.dynamics.watched import worst

from netwright.records.dynamics import Dynamics


def test_ranks_have_the_same_charges(tmp_path):
    torch.multiprocessing.spawn(train, args=(tmp_path,), nprocs=2)
    first, second = (Dynamics.from_json((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    assert first.steps == 10
    assert worst(first) < 1e-12
