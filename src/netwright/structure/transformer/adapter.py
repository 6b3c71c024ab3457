"""What an architecture calls the parts of its blocks: all that is needed to look into it and to cut it."""

from dataclasses import dataclass
from typing import Literal

Decision = Literal["first", "last"]
"""The token that decides: the first (CLS) of an encoder, the last real one of a decoder."""
Norms = Literal["pre", "post"]
"""Whether a block normalises what enters its two parts (pre), or the residual stream after each (post)."""


@dataclass(frozen=True)
class Maker:
    """A linear map that makes a part of every unit.

    Its outputs lie in `parts` runs one after another; in each run unit 0 comes first.

    Args:
        path: Its path in the block.
        parts: Runs: 3 where query, key and value are one map.
    """

    path: str
    parts: int = 1


@dataclass(frozen=True)
class Tally:
    """An attribute of a block that counts heads, and has to change with them.

    Args:
        path: Of the module that has it, in the block.
        attribute: Its name.
        of: What it counts: heads, or the values of all heads.
    """

    path: str
    attribute: str
    of: Literal["heads", "values"]


@dataclass(frozen=True)
class Adapter:
    """The names of one architecture's parts; paths are those of modules in a block.

    Args:
        name: The architectures it is for, in words.
        into: Maps whose outputs are the neurons of the feed-forward network; a gated one has two, the gate first.
        out: The map that reads the neurons and writes into the residual stream.
        heads_into: Maps whose outputs are queries, keys and values.
        heads_out: The map that reads the heads and writes into the residual stream.
        head_size: Path and attribute of the number of values of a head, such as `attention.self.attention_head_size`.
        norms: Where the blocks normalise.
        attention_norm: The normalisation of the attention part.
        feed_forward_norm: The normalisation of the feed-forward part.
        decision: The token that decides.
        final_norm: Path of the normalisation after the last block, in the module that holds the stack; empty for none.
        tallies: Attributes that count heads.
        refusal: Empty, or why blocks of these names cannot be worked on, such as weights that layers share.
    """

    name: str
    into: tuple[str, ...]
    out: str
    heads_into: tuple[Maker, ...]
    heads_out: str
    head_size: str
    norms: Norms
    attention_norm: str
    feed_forward_norm: str
    decision: Decision
    final_norm: str = ""
    tallies: tuple[Tally, ...] = ()
    refusal: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that a block must have."""
        makers = tuple(maker.path for maker in self.heads_into)
        return (*self.into, self.out, *makers, self.heads_out, self.attention_norm, self.feed_forward_norm)
