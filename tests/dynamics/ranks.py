"""One process of a training with distributed data parallel."""

import torch
from tests.dynamics.watched import batch, rectified
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from netwright.dynamics.track import track


def train(rank, folder):
    """Train on this rank's own batches, and write what its watch saw."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
    model, found = rectified()
    parallel = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(parallel.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    with track(parallel, optimizer, found, every=4, closely=1) as watch:
        for seed in range(10):
            x, y = batch(model, 2 * seed + rank)
            optimizer.zero_grad()
            cross_entropy(parallel(x), y).backward()
            optimizer.step()
    (folder / f"{rank}.json").write_text(watch.record().to_json())
    # no rank leaves while the other still reads from it
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
