"""Fewer nodes: what treats frames by themselves runs together with what makes them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from netwright.streaming.graph import SOURCE, Node, StreamGraph
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.join import Join
from netwright.streaming.pieces.latest_join import LatestJoin
from netwright.streaming.pieces.window import Window

_MADE_BY = {Framewise: "function", Join: "function", LatestJoin: "function", Window: "apply"}
"""Pieces whose frames come out of a function, and where they keep it."""


@dataclass(frozen=True)
class Chain:
    """Functions one after the other.

    >>> Chain((max, abs))(-3, -2)
    2
    """

    functions: tuple[Callable[..., Any], ...]

    def __call__(self, *inputs: Any) -> Any:
        """Return what the last one makes of what the others made."""
        first, *others = self.functions
        made = first(*inputs)
        for function in others:
            made = function(made)
        return made


def fused(graph: StreamGraph) -> StreamGraph:
    """Return a stream with fewer nodes that computes the same.

    Args:
        graph: A stream.

    Returns:
        The stream in which what treats every frame by itself, and alone reads a node, is part of that node.
    """
    readers = [0] * (len(graph.nodes) + 1)
    readers[graph.output] += 1
    for node in graph.nodes:
        for index in node.inputs:
            readers[index] += 1
    kept: list[Node] = []
    now = {SOURCE: SOURCE}
    for number, node in enumerate(graph.nodes, start=1):
        source = node.inputs[0]
        place = now[source] - 1
        alone = isinstance(node.piece, Framewise) and readers[source] == 1 and source != SOURCE
        if alone and type(kept[place].piece) in _MADE_BY:
            kept[place] = _with(kept[place], node)
            now[number] = place + 1
            continue
        kept.append(replace(node, inputs=tuple(now[index] for index in node.inputs)))
        now[number] = len(kept)
    return StreamGraph(tuple(kept), now[graph.output])


def _with(maker: Node, reader: Node) -> Node:
    name = _MADE_BY[type(maker.piece)]
    first, then = getattr(maker.piece, name), reader.piece.function  # type: ignore[attr-defined]
    functions = first.functions if isinstance(first, Chain) else (first,)
    return replace(maker, piece=replace(maker.piece, **{name: Chain((*functions, then))}))  # type: ignore[type-var]
