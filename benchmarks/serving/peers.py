"""The same perceptron served by netwright and by FastAPI, LitServe, BentoML and Ray Serve, in one run.

Each round starts every server in turn and asks it in a closed loop with 1 and with 16 connections: requests a second,
p50 and p99, CPU milliseconds a request (all processes of the server), resident memory, processes, seconds to the first
answer. The table has the median of the rounds, and in brackets the smallest and largest.

    netwright study benchmarks/serving/mlp.toml --out /tmp/mlp && netwright ship /tmp/mlp --out /tmp/mlp-package
    python -m venv /tmp/peers
    /tmp/peers/bin/pip install torch fastapi "uvicorn[standard]" litserve bentoml "ray[serve]" "setuptools<81"
    python benchmarks/serving/peers.py /tmp/mlp-package --peers /tmp/peers [--rounds 5] [--only netwright,fastapi]
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import servers
from servers import NETWRIGHT, OURS, PEERS

ALIKE = 1e-4
BUSY = 0.85
"""From this share of a core on, the load generator may be what is measured."""


def measure(server: servers.Server, kind: str, connections: int, seconds: float, pin: bool) -> dict[str, float]:
    """Ask a server in a closed loop; the first second warms it up."""
    orders = {"port": server.port, "request": server.requests[kind].hex(), "mode": "closed", "connections": connections}
    servers.client(orders | {"seconds": min(1.0, seconds)}, pin)
    before = server.cpu()
    told = servers.client(orders | {"seconds": seconds}, pin)
    cpu = server.cpu() - before
    latencies = np.array([latency for _, latency, status in told["seen"] if status == 200])
    wrong = len(told["seen"]) - len(latencies)
    if wrong or not len(latencies):
        print(f"warning: {server.name}: {wrong} of {len(told['seen'])} requests were not answered", file=sys.stderr)
    if told["busy"] > BUSY:
        print(
            f"warning: {server.name}, c={connections}: the load generator used {told['busy']:.0%} of a core, so it may "
            "be what limits the rate",
            file=sys.stderr,
        )
    return {
        "rate": len(latencies) / told["wall"],
        "p50": 1e3 * float(np.quantile(latencies, 0.5)),
        "p99": 1e3 * float(np.quantile(latencies, 0.99)),
        "cpu": 1e3 * cpu / max(1, len(latencies)),
        "generator": told["busy"],
    }


def one(name: str, given: argparse.Namespace, model: str, weights: Path) -> list[dict]:
    """Start a server, measure it, end it; one row a kind of body and number of connections."""
    port = servers.free_port()
    requests = servers.netwright_requests(model) if name in OURS else servers.peer_requests()
    command = servers.command_of(name, given.peers, given.package, weights, port, [])
    rows = []
    with servers.running(name, command, port, requests, 0 if given.pin else None) as server:
        said = servers.probabilities(name, servers.send(port, requests["json"])[1])
        for kind in requests:
            for connections in given.connections:
                found = measure(server, kind, connections, given.seconds, given.pin)
                memory, count = server.memory()
                rows.append({"server": name, "body": kind, "c": connections, **found, "memory": memory,
                             "processes": count, "ready": server.ready, "said": said})  # fmt: skip
    return rows


def check_alike(rows: list[dict]) -> None:
    """Warn where two servers said different things of the same image: then they do not serve the same model."""
    for row in rows:
        difference = float(np.abs(np.array(row["said"]) - np.array(rows[0]["said"])).max())
        if difference > ALIKE:
            print(f"warning: {row['server']} differs from {rows[0]['server']} by {difference:.2g}", file=sys.stderr)


def summed(rows: list[dict]) -> list[dict]:
    """Return median, smallest and largest of the rounds for each server, body and number of connections."""
    keys = dict.fromkeys((row["server"], row["body"], row["c"]) for row in rows)
    table = []
    for key in keys:
        mine = [row for row in rows if (row["server"], row["body"], row["c"]) == key]
        spread = {
            name: (median(r[name] for r in mine), min(r[name] for r in mine), max(r[name] for r in mine))
            for name in ("rate", "p50", "p99", "cpu", "memory", "processes", "ready", "generator")
        }
        table.append({"server": key[0], "body": key[1], "c": key[2], "rounds": len(mine), **spread})
    return table


def markdown(table: list[dict]) -> str:
    """Return the table, with each server's CPU a request as a multiple of netwright's for the same load (JSON)."""
    ours = {row["c"]: row["cpu"][0] for row in table if row["server"] == NETWRIGHT and row["body"] == "json"}
    head = ("server", "body", "c", "requests/s", "p50 ms", "p99 ms", "CPU ms/request", "of ours", "memory MiB",
            "processes", "ready s")  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in table:
        ratio = f"{row['cpu'][0] / ours[row['c']]:.1f}x" if ours.get(row["c"]) else ""
        cells = [row["server"], row["body"], str(row["c"]), told(row["rate"], 0), told(row["p50"], 2),
                 told(row["p99"], 2), told(row["cpu"], 3), ratio, told(row["memory"], 0),
                 f"{row['processes'][0]:.0f}", told(row["ready"], 1)]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def told(spread: tuple[float, float, float], digits: int) -> str:
    """Return a median with its spread.

    >>> told((2.0, 1.0, 3.0), 1)
    '2.0 (1.0 to 3.0)'
    """
    middle, low, high = (f"{value:.{digits}f}" for value in spread)
    return f"{middle} ({low} to {high})"


def read(arguments: list[str]) -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="of an image model of 1 x 28 x 28: see mlp.toml")
    parser.add_argument("--peers", type=Path, help="virtual environment of the peers; netwright alone if not given")
    parser.add_argument(
        "--only", help="servers, with commas between: netwright-ray is our app on Ray Serve", default=None
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of one measurement")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--pin", action="store_true", help="the server to core 0, the load generator to core 1")
    parser.add_argument("--json", action="store_true", help="print the rounds and their summary as JSON")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table."""
    given = read(sys.argv[1:])
    manifest = json.loads((given.package / "package.json").read_text())
    names = given.only.split(",") if given.only else [NETWRIGHT, "netwright-telemetry", *(PEERS if given.peers else [])]
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: the machine is busy (load {load:.1f}): do not use these figures", file=sys.stderr)
    rows: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "weights.pt")
        servers.weights_of(given.package, weights)
        for number in range(given.rounds):
            # in turn, the other way round every second time: what changes slowly hits all alike
            for name in names if number % 2 == 0 else names[::-1]:
                print(f"round {number + 1} of {given.rounds}: {name}", file=sys.stderr)
                rows += one(name, given, manifest["name"], weights)
    check_alike(rows)
    table = summed(rows)
    print(json.dumps({"load_before": load, "rounds": rows, "summary": table}) if given.json else markdown(table))


if __name__ == "__main__":
    main()
