"""What happens inside the process of a proposal: train it, and look at images that are never tested on."""

from collections.abc import Callable

from torch import Tensor

from netwright.data.split import draw
from netwright.machine.seeds import derive_seed
from netwright.records.record import Record
from netwright.records.scenario import Design
from netwright.records.trial import Epoch, Trial
from netwright.studies.data_at_hand import load
from netwright.studies.fresh import fresh_model
from netwright.training.epochs import train_epochs
from netwright.training.slope import SlopeRule, never


class ProposalJob(Record):
    """What the process of a proposal is told.

    Args:
        trial: The proposal at its size, with its seed.
        data: The data source.
        design: Held-out parts of the data.
        held: Training samples beyond the size that it is scored on.
        wanted: The best score so far; None where there is none.
        patience: Epochs whose slope is looked at.
    """

    trial: Trial
    data: str
    design: Design
    held: int
    wanted: float | None
    patience: int


class Score(Record):
    """What a proposal reached.

    Args:
        accuracy: On the held images after the last epoch.
        epochs: Epochs that were trained.
        stopped: Why it was stopped early; empty where it was not.
        cpu_seconds: Processor time of the training.
    """

    accuracy: float
    epochs: int
    stopped: str
    cpu_seconds: float


def run_proposal(payload: str, tell: Callable[[str], None]) -> str:
    """Train a proposal and score it.

    Args:
        payload: A `ProposalJob` as JSON.
        tell: Gets each `Epoch` as JSON.

    Returns:
        The `Score` as JSON.
    """
    job = ProposalJob.from_json(payload)
    trial, recipe = job.trial, job.trial.candidate.recipe
    dataset = load(job.data)
    order = draw(dataset, job.design, trial.seed, trial.size + job.held).train
    train, held = order[: trial.size], order[trial.size :]
    # one seed for all proposals: they differ in what was changed, not in luck
    seed = derive_seed("weights", "proposal", trial.seed)
    model = fresh_model(trial.candidate, dataset.shape, len(dataset.classes), seed)
    rule = SlopeRule(job.wanted, job.patience, job.held) if job.wanted is not None else never

    def samples(part: Tensor) -> tuple[Tensor, Tensor]:
        return dataset.train_inputs(part), dataset.train_labels[part]

    epochs: list[Epoch] = []
    for epoch in train_epochs(model, samples(train), samples(held), recipe, trial.seed, None, rule):
        epochs.append(epoch)
        tell(epoch.to_json())
    return Score(
        accuracy=epochs[-1].validation_accuracy,
        epochs=len(epochs),
        stopped=rule(epochs, recipe.epochs),
        cpu_seconds=sum(epoch.cpu_seconds for epoch in epochs),
    ).to_json()
