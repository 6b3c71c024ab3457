"""Ten sentences to look at a sentiment model with, two for each part of the task."""

from collections.abc import Sequence

from netwright.records.anatomy import Probe
from netwright.records.errors import ModelError

PROBES = (
    Probe(text="I left the cinema smiling and called my sister to tell her about it.", task="emotional tone"),
    Probe(text="By the second hour I felt tired, sad and a little cheated.", task="emotional tone"),
    Probe(text="To my taste this is the warmest family story of the year.", task="subjective or objective"),
    Probe(text="The film runs for two hours and was shot in Lisbon on a small budget.", task="subjective or objective"),
    Probe(text="The camera work is gorgeous, and the score lifts every scene by the sea.", task="specific aspects"),
    Probe(text="The lead actor mumbles, and the script forgets half of its characters.", task="specific aspects"),
    Probe(text="An absolute masterpiece, flawless from the first frame to the last!", task="extremes"),
    Probe(text="The worst thing I have ever paid to see, without one redeeming minute.", task="extremes"),
    Probe(text="Oh wonderful, another sequel nobody asked for, just what the world needed.", task="sarcasm or irony"),
    Probe(text="If you enjoy watching paint dry, this thriller will thrill you.", task="sarcasm or irony"),
)
"""Two sentences for each of the five sub-tasks of the anatomy paper (its table 1), of our own; where a sub-task has two
sides, the first sentence is on the favourable one."""


def named_probes(probes: Sequence[Probe], inputs: int) -> tuple[Probe, ...]:
    """Return the probes of a number of inputs, made up where none are given.

    Args:
        probes: One an input, or none.
        inputs: How many inputs a model has seen.

    Returns:
        One probe an input.

    Raises:
        ModelError: There are probes, but not one an input.

    >>> [probe.text for probe in named_probes((), 2)]
    ['input 0', 'input 1']
    """
    if not probes:
        return tuple(Probe(text=f"input {number}") for number in range(inputs))
    if len(probes) != inputs:
        raise ModelError(
            f"the batches hold {inputs} inputs and there are {len(probes)} probes; hand in one probe for each row of "
            "the batches, in their order, or none"
        )
    return tuple(probes)
