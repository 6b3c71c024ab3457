"""A delivery graph in files that other programs draw: GraphML and JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from netwright.machine.durable import write_durably
from netwright.records.delivery_graph import DeliveryGraph
from netwright.records.errors import InputError

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {bool: "boolean", int: "int", float: "double", str: "string"}
_NODE = {"layer": int, "neuron": int, "cosine": float, "dangling": bool}
_EDGE = {"cosine": float, "attribution": float}


def graphml(graph: DeliveryGraph) -> str:
    """Return a delivery graph as GraphML: directed, a node a neuron, an edge what one hands to another.

    Nodes are called `layer:neuron` and bear layer, neuron, cosine and dangling; edges bear cosine and attribution.

    Source: Brandes et al. 2002, "GraphML Progress Report: Structural Layer Proposal"; graphml.graphdrawing.org.

    Args:
        graph: The graph.

    Returns:
        The document.

    >>> lone = DeliveryGraph(model="m", threshold="0.35", sizes=(4,), nodes=(), edges=(), funnels=(),
    ...     dangling_below=0.1, offsets=(), presumed_edges=0)
    >>> graphml(lone).splitlines()[0]
    "<?xml version='1.0' encoding='utf-8'?>"
    """
    root = Element("graphml", xmlns=_NAMESPACE)
    about = {"model": graph.model, "threshold": graph.threshold}
    for place, fields in (("graph", dict.fromkeys(about, str)), ("node", _NODE), ("edge", _EDGE)):
        for name, kind in fields.items():
            marks = {"id": f"{place}-{name}", "for": place, "attr.name": name, "attr.type": _TYPES[kind]}
            SubElement(root, "key", marks)
    body = SubElement(root, "graph", id="delivery", edgedefault="directed")
    _data(body, "graph", about)
    names = node_names(graph)
    for name, node in zip(names, graph.nodes, strict=True):
        _data(SubElement(body, "node", id=name), "node", {field: getattr(node, field) for field in _NODE})
    for edge in graph.edges:
        drawn = SubElement(body, "edge", source=names[edge.source], target=names[edge.target])
        _data(drawn, "edge", {field: getattr(edge, field) for field in _EDGE})
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def node_link(graph: DeliveryGraph) -> str:
    """Return a delivery graph as JSON in the node-link form that networkx and d3 read.

    Args:
        graph: The graph.

    Returns:
        The text: `directed`, `multigraph`, `graph` (what is known of the whole), `nodes`, `edges`.
    """
    names = node_names(graph)
    whole = graph.model_dump(mode="json", exclude={"nodes", "edges"})
    nodes = [{"id": name, **node.model_dump()} for name, node in zip(names, graph.nodes, strict=True)]
    edges = [edge.model_dump() | {"source": names[edge.source], "target": names[edge.target]} for edge in graph.edges]
    content = {"directed": True, "multigraph": False, "graph": whole, "nodes": nodes, "edges": edges}
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def write_graph(graph: DeliveryGraph, path: Path | str) -> Path:
    """Write a delivery graph into a file, in the form that its name ends in.

    Args:
        graph: The graph.
        path: The file, `.graphml` or `.json`.

    Returns:
        The path.

    Raises:
        InputError: The name ends in neither.
        StorageError: The file could not be written.
    """
    path = Path(path)
    write_durably(path, _FORMS[graph_form(path)](graph).encode())
    return path


def graph_form(path: Path) -> str:
    """Return the form that a file's name asks for.

    Args:
        path: The file.

    Returns:
        `.graphml` or `.json`.

    Raises:
        InputError: The name ends in neither.

    >>> graph_form(Path("delivery.GraphML"))
    '.graphml'
    """
    if path.suffix.lower() not in _FORMS:
        raise InputError(f"{path} is a file of no known form; let its name end in {' or '.join(_FORMS)}")
    return path.suffix.lower()


def node_names(graph: DeliveryGraph) -> list[str]:
    """Return `layer:neuron` of every node, in the order of the graph."""
    return [f"{node.layer}:{node.neuron}" for node in graph.nodes]


def _data(parent: Element, place: str, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        SubElement(parent, "data", key=f"{place}-{name}").text = text


_FORMS = {".graphml": graphml, ".json": node_link}
