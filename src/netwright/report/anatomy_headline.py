"""What a reader takes away of a model's anatomy at first sight."""

from itertools import pairwise

from netwright.records.anatomy import Anatomy, NeuronAnatomy
from netwright.report.anatomy_shares import mean_shares
from netwright.report.figures import count_text, decimal_text
from netwright.report.headline import Fact


def anatomy_headline(record: Anatomy) -> str:
    """Return where most of the decision is made, in a few words.

    Args:
        record: What was seen of a model.

    Returns:
        The words.
    """
    steps = [after - before for before, after in pairwise(record.layers.mean)]
    if not steps or max(steps) <= 0:
        return "No layer moves towards the decision"
    return f"Layer {max(range(len(steps)), key=steps.__getitem__)} moves most towards the decision"


def anatomy_lead(record: Anatomy) -> str:
    """Return in one sentence what was looked at, and with what.

    Args:
        record: What was seen of a model.

    Returns:
        The sentence.
    """
    layers = record.layers
    texts = count_text(len(layers.probes), "text")
    return (
        f"The {layers.decision} token decides in {layers.model}: for {texts}, its state after each of "
        f"{count_text(layers.layers, 'layer')}, and what each neuron writes, is compared with its last state, "
        f"{layers.target}."
    )


def anatomy_facts(record: Anatomy) -> tuple[Fact, ...]:
    """Return the figures at the head of a page.

    Args:
        record: What was seen of a model.

    Returns:
        The facts that are known.
    """
    neurons, graph = record.neurons, record.graph
    facts = [
        Fact("Active neurons", f"{_active(neurons):.2%}", f"of {sum(neurons.sizes):,}, at {neurons.threshold}"),
    ]
    shared = [one.jaccard for one in neurons.overlaps if one.jaccard is not None]
    signed = [one.signed_jaccard for one in neurons.overlaps if one.signed_jaccard is not None]
    if shared and signed:
        same = f"{_mean(signed):.0%} with the same sign"
        facts.append(Fact("Shared between texts", f"{_mean(shared):.0%}", f"of active neurons, {same}"))
    if record.deliveries:
        shares = mean_shares(record.deliveries)
        parts = {part: sum(one.share for one in shares if one.part == part) for part in ("attention", "neurons")}
        below = f"of the last state; attention {parts['attention']:.0%}"
        facts.append(Fact("Neurons deliver", f"{parts['neurons']:.0%}".replace("-", "−"), below))
    dangling = sum(node.dangling for node in graph.nodes)
    facts.append(Fact("Dangling", f"{dangling:,}", f"of {count_text(len(graph.nodes), 'active neuron')}"))
    if graph.offsets:
        closest = decimal_text(graph.offsets[0].cosine, 2)
        facts.append(Fact("Offsetting pairs", f"{len(graph.offsets):,}", f"the closest at {closest}"))
    return tuple(facts)


def _active(neurons: NeuronAnatomy) -> float:
    active = sum(len(one.aligned) + len(one.opposed) for one in neurons.sets)
    return active / max(sum(neurons.sizes) * len(neurons.probes), 1)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
