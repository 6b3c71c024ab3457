"""Fewer nodes that compute the same."""

import torch

from netwright.streaming.fuse import fused
from netwright.streaming.graph import SOURCE, Node, StreamGraph
from netwright.streaming.piece import Piece
from netwright.streaming.pieces.every import Every
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.join import Join


def node(piece: Piece, *inputs: int) -> Node:
    count = len(inputs)
    return Node("forward: test", "test", piece, inputs, ((1, 1),) * count, (1,) * count, (4,) * count)


def agree(graph: StreamGraph) -> StreamGraph:
    less, frames = fused(graph), torch.arange(1.0, 10.0)[None]
    assert torch.equal(less.offline(frames), graph.offline(frames))
    answer, _ = less.step(frames, less.start(), last=False)
    assert torch.equal(answer, graph.offline(frames))
    return less


def test_a_chain_becomes_one_node():
    graph = StreamGraph(
        (node(Framewise(torch.neg), SOURCE), node(Framewise(torch.exp), 1), node(Framewise(torch.tanh), 2)), 3
    )
    assert len(agree(graph).nodes) == 1


def test_what_two_read_stays_a_node_of_its_own():
    nodes = (
        node(Framewise(torch.neg), SOURCE), node(Framewise(torch.exp), 1), node(Framewise(torch.sin), 1),
        node(Join(torch.add, (1, 1)), 2, 3), node(Framewise(torch.tanh), 4),
    )  # fmt: skip
    less = agree(StreamGraph(nodes, 5))
    assert [len(one.inputs) for one in less.nodes] == [1, 1, 1, 2]
    assert less.output == 4


def test_the_answer_stays_where_another_node_reads_it_too():
    nodes = (node(Framewise(torch.neg), SOURCE), node(Framewise(torch.exp), 1))
    assert len(agree(StreamGraph(nodes, 1)).nodes) == 2


def test_what_is_made_by_no_function_stays():
    graph = StreamGraph((node(Every(1, 2), SOURCE), node(Framewise(torch.neg), 1)), 2)
    assert len(agree(graph).nodes) == 2
