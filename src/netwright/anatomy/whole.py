"""Everything that is seen of one model, on one set of inputs."""

from collections.abc import Iterable, Sequence

from torch import nn

from netwright.anatomy.contribution import deliveries
from netwright.anatomy.decision_states import AFTER
from netwright.anatomy.findings import findings
from netwright.anatomy.graph import delivery_graph
from netwright.anatomy.layers import layer_anatomy
from netwright.anatomy.neurons import THRESHOLD, neuron_anatomy
from netwright.anatomy.threshold import Threshold
from netwright.records.anatomy import Anatomy, Delivery, Probe, Target
from netwright.records.errors import ModelError
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.stream import Batch


def anatomy_of(
    model: nn.Module,
    batches: Iterable[Batch],
    probes: Sequence[Probe] = (),
    threshold: Threshold = THRESHOLD,
    *,
    title: str = "",
    target: Target = AFTER,
    adapters: Sequence[Adapter] = ADAPTERS,
) -> Anatomy:
    """Return the anatomy of a model: layers, neurons, deliveries and the delivery graph, and what they show in words.

    Args:
        model: Any module with a known transformer inside; it stays as it is.
        batches: Keyword arguments of the model, `input_ids` (N, T) and `attention_mask` (N, T).
        probes: The texts of the batches, row by row; without them inputs are numbered.
        threshold: Which cosine is large.
        title: What was looked at; the model's class where it is empty.
        target: Which last state layers and neurons are compared with; deliveries are always those before the last
            normalisation, where the state is a plain sum of what its parts write.
        adapters: The architectures to look for.

    Returns:
        The anatomy; where the state cannot be taken apart, a note says why.

    Raises:
        ModelError: No transformer is found, or it cannot be looked at with these batches.
    """
    kept = list(batches)
    parts, notes = _deliveries(model, kept, adapters)
    seen = Anatomy(
        title=title or type(model).__name__,
        layers=layer_anatomy(model, kept, probes, target=target, adapters=adapters),
        neurons=neuron_anatomy(model, kept, probes, threshold, target=target, adapters=adapters),
        graph=delivery_graph(model, kept, probes, threshold, target=target, adapters=adapters),
        deliveries=parts,
        notes=notes,
    )
    return seen.model_copy(update={"findings": findings(seen)})


def _deliveries(
    model: nn.Module, batches: Sequence[Batch], adapters: Sequence[Adapter]
) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    try:
        return deliveries(model, batches, adapters=adapters), ()
    except ModelError as error:
        return (), (f"What each part delivers cannot be told: {error}",)
