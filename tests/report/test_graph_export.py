import json
from io import BytesIO
from math import isclose
from pathlib import Path

import networkx
import pytest
from anatomies import make_graph

from netwright.records.errors import InputError
from netwright.report.graph_export import graph_form, graphml, node_link, write_graph

GRAPH = make_graph()


def same(read):
    assert read.is_directed()
    assert read.number_of_nodes() == len(GRAPH.nodes)
    assert read.number_of_edges() == len(GRAPH.edges)
    for node in GRAPH.nodes:
        assert {
            name: read.nodes[f"{node.layer}:{node.neuron}"][name] for name in node.model_dump()
        } == node.model_dump()
    for edge in GRAPH.edges:
        ends = [f"{GRAPH.nodes[at].layer}:{GRAPH.nodes[at].neuron}" for at in (edge.source, edge.target)]
        assert isclose(read.edges[ends]["attribution"], edge.attribution)


def test_networkx_opens_both_forms_unchanged():
    same(networkx.read_graphml(BytesIO(graphml(GRAPH).encode())))
    same(networkx.node_link_graph(json.loads(node_link(GRAPH)), edges="edges"))


def test_names_that_are_markup_stay_names():
    odd = GRAPH.model_copy(update={"model": "<A & B>"})
    assert networkx.read_graphml(BytesIO(graphml(odd).encode())).graph["model"] == "<A & B>"
    assert json.loads(node_link(odd))["graph"]["model"] == "<A & B>"


def test_the_name_says_the_form(tmp_path):
    assert write_graph(GRAPH, tmp_path / "g.json").read_text(encoding="utf-8").startswith("{")
    assert write_graph(GRAPH, tmp_path / "g.graphml").read_text(encoding="utf-8").startswith("<?xml")
    with pytest.raises(InputError, match=r"let its name end in \.graphml or \.json"):
        graph_form(Path("graph.txt"))
