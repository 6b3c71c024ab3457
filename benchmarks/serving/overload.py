"""Five times more requests than a server can answer, for 30 seconds, whatever it says to those before: open loop.

Capacity is measured first (closed loop). Then Poisson arrivals at `--times` that rate; then half the capacity, to see
how long it takes until all is normal. Latency counts from the moment at which a request was due.

The promise: accepted p99 <= 1.2 (queue + 1) x service time; the rest 429 in < 20 ms; health p99 < 100 ms; normal again
within 1 s; each accepted request is answered. `normal` is the time after the overload until every request is answered
with 200 for half a second on end. The service time is the median CPU-free latency of one connection, less that of an
empty request: an upper bound of what the model takes.

    netwright study benchmarks/serving/slow_mlp.toml --out /tmp/slow && netwright ship /tmp/slow --out /tmp/slow-package
    python benchmarks/serving/overload.py /tmp/slow-package [--peers /tmp/peers] [--queue 16]
"""

import argparse
import json
import resource
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import servers
from servers import NETWRIGHT, OURS, PEERS

AFTER, PATIENCE, CALM, QUIET = 45.0, 90.0, 0.5, 0.5
WATCH_EVERY = 0.05
HEALTH = {**dict.fromkeys(OURS, "/v2/health/ready"), "fastapi": "/health", "litserve": "/health", "bentoml": "/readyz",
          "ray-serve": "/-/healthz"}  # fmt: skip
OK, REFUSED = 200, {429, 503}


def overload(server: servers.Server, given: argparse.Namespace, seed: int) -> dict[str, float]:
    """Measure capacity, overload, and look at what follows."""
    asked = {"port": server.port, "request": server.requests["json"].hex()}
    alone = servers.client(asked | {"mode": "closed", "connections": 1, "seconds": 3.0}, given.pin)
    health = servers.http(HEALTH[server.name], method="GET")
    empty = servers.client(
        asked | {"request": health.hex(), "mode": "closed", "connections": 1, "seconds": 1.0}, given.pin
    )
    full = servers.client(asked | {"mode": "closed", "connections": given.full, "seconds": 4.0}, given.pin)
    capacity = sum(status == OK for *_, status in full["seen"]) / full["wall"]
    service = median(latency for _, latency, _ in alone["seen"]) - median(latency for _, latency, _ in empty["seen"])
    told = servers.client(
        asked | {"mode": "open", "rate": given.times * capacity, "calm": CALM * capacity, "seconds": given.seconds,
                 "after": AFTER, "patience": PATIENCE, "seed": seed, "health": health.hex(),
                 "watch_every": WATCH_EVERY}, given.pin,
    )  # fmt: skip
    found = judged(told, given, service, capacity)
    # the promise is netwright's: the peers have no queue that one could name
    return found if server.name in OURS else found | {"bound": float("nan")}


def judged(told: dict, given: argparse.Namespace, service: float, capacity: float) -> dict[str, float]:
    """Return the figures of one overload."""
    during = [(moment, latency, status) for moment, latency, status in told["seen"] if moment < given.seconds]
    accepted = [latency for _, latency, status in during if status == OK]
    refused = [latency for _, latency, status in during if status in REFUSED]
    health = [latency for moment, latency, _ in told["health"] if moment < given.seconds]
    return {
        "capacity": capacity,
        "service": 1e3 * service,
        "sent": len(during),
        "accepted": len(accepted),
        "accepted_p99": quantile(accepted, 0.99),
        "bound": 1.2e3 * (given.queue + 1) * service,
        "refused": len(refused),
        "refused_p99": quantile(refused, 0.99),
        # neither answered nor refused: the connection broke, or nothing came within the client's patience
        "lost": sum(status not in {OK, *REFUSED} for *_, status in told["seen"]),
        "normal": normal_after(told["seen"], given.seconds),
        "health_p99": quantile(health, 0.99),
        "health_wrong": sum(status != OK for *_, status in told["health"]),
        "generator": told["busy"],
        "generator_late": 1e3 * told["late_p99"],
    }


def normal_after(seen: list, end: float) -> float:
    """Return seconds after the overload from which on, for half a second, all requests were answered at once.

    >>> normal_after([[10.1, 0.5, 429], [10.3, 0.01, 200], [10.9, 0.01, 200], [11.0, 0.01, 200]], 10.0)
    0.3
    """
    after = sorted((moment, status, latency) for moment, latency, status in seen if moment >= end)
    begun = None
    for moment, status, latency in after:
        if status != OK or latency > QUIET:
            begun = None
        elif begun is None:
            begun = moment
        elif moment - begun >= QUIET:
            return round(begun - end, 3)
    return float("inf")


def quantile(values: list[float], share: float) -> float:
    """Return a quantile in milliseconds; NaN of nothing."""
    return 1e3 * float(np.quantile(values, share)) if values else float("nan")


def one(name: str, given: argparse.Namespace, model: str, weights: Path, seed: int) -> dict:
    """Start a server, overload it, end it."""
    port = servers.free_port()
    ours = name in OURS
    requests = servers.netwright_requests(model) if ours else servers.peer_requests()
    extra = ["--queue", str(given.queue), "--batch", str(given.batch)] if ours else []
    command = servers.command_of(name, given.peers, given.package, weights, port, extra)
    with servers.running(name, command, port, requests, 0 if given.pin else None) as server:
        found = overload(server, given, seed)
    if found["generator"] > 0.85 or found["generator_late"] > 20:
        print(
            f"warning: {name}: the load generator was late by {found['generator_late']:.0f} ms (p99)", file=sys.stderr
        )
    return {"server": name, **found}


COLUMNS = (
    ("service", "service ms", 2), ("capacity", "capacity /s", 0), ("sent", "sent", 0), ("accepted", "accepted", 0),
    ("accepted_p99", "accepted p99 ms", 0), ("bound", "bound ms", 0), ("refused_p99", "refused p99 ms", 1),
    ("lost", "lost", 0), ("normal", "normal after s", 1), ("health_p99", "health p99 ms", 0),
)  # fmt: skip


def markdown(rows: list[dict]) -> str:
    """Return the medians of the rounds, a server a line."""
    lines = [f"| server | {' | '.join(title for _, title, _ in COLUMNS)} |", "|" + "---|" * (len(COLUMNS) + 1)]
    for name in dict.fromkeys(row["server"] for row in rows):
        mine = [row for row in rows if row["server"] == name]
        cells = [f"{median(row[key] for row in mine):.{digits}f}" for key, _, digits in COLUMNS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def read(arguments: list[str]) -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="of an image model of 1 x 28 x 28: see slow_mlp.toml")
    parser.add_argument("--peers", type=Path, help="virtual environment of the peers; netwright alone if not given")
    parser.add_argument("--only", help="servers, with commas between", default=None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0, help="of the overload")
    parser.add_argument("--times", type=float, default=5.0, help="of the capacity")
    parser.add_argument("--full", type=int, default=8, help="connections that measure the capacity")
    parser.add_argument("--queue", type=int, default=16, help="of netwright")
    parser.add_argument("--batch", type=int, default=1, help="of netwright; 1 makes the bound exact")
    parser.add_argument("--pin", action="store_true", help="the server to core 0, the load generator to core 1")
    parser.add_argument("--json", action="store_true", help="print every round as JSON")
    return parser.parse_args(arguments)


def main() -> None:
    """Print the table."""
    given = read(sys.argv[1:])
    # each request that waits has a connection; the servers and the generator inherit this
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    manifest = json.loads((given.package / "package.json").read_text())
    names = given.only.split(",") if given.only else [NETWRIGHT, *(PEERS if given.peers else [])]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "weights.pt")
        servers.weights_of(given.package, weights)
        for number in range(given.rounds):
            for name in names:
                print(f"round {number + 1} of {given.rounds}: {name}", file=sys.stderr)
                rows.append(one(name, given, manifest["name"], weights, number))
    print(json.dumps(rows) if given.json else markdown(rows))


if __name__ == "__main__":
    main()
