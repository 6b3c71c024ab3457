"""What a shadow costs those who wait: the same Poisson load on a service with and without one, in turn.

The shadow is the same model under another version, in a worker process, and sees every request. The goal: less than 5%
added to the p99. The load is a share of what the service can answer, so that the shadow has time for its copies.

    python benchmarks/serving/shadow.py /tmp/mlp-package [--rate 300] [--rounds 9]
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import servers
from servers import NETWRIGHT


def p99(server: servers.Server, given: argparse.Namespace, seed: int) -> float:
    """Return the 99% latency of a round of open load, in milliseconds."""
    orders = {"port": server.port, "request": server.requests["json"].hex(), "mode": "open", "rate": given.rate,
              "calm": 0.0, "after": 0.0, "seconds": given.seconds, "patience": 10.0, "seed": seed,
              "watch_every": 1.0}  # fmt: skip
    told = servers.client(orders, pin=False)
    return 1e3 * float(np.quantile([latency for _, latency, status in told["seen"] if status == 200], 0.99))


def main() -> None:
    """Print p99 with and without, and the median of the paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="of an image model of 1 x 28 x 28: see mlp.toml")
    parser.add_argument("--rate", type=float, default=300.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="of a round")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    requests = servers.netwright_requests(json.loads((given.package / "package.json").read_text())["name"])
    with tempfile.TemporaryDirectory() as place:
        # one blank line more is another version of the same package
        copy = shutil.copytree(given.package, Path(place, "copy"))
        manifest = copy / "package.json"
        manifest.write_bytes(manifest.read_bytes() + b"\n")
        taken: dict[str, list[float]] = {"without": [], "with": []}
        ports = {name: servers.free_port() for name in taken}
        commands = {
            name: servers.command_of(NETWRIGHT, None, given.package, Path(place, "none"), ports[name],
                                     ["--shadow", str(copy)] if name == "with" else [])
            for name in taken
        }  # fmt: skip
        with (
            servers.running("without", commands["without"], ports["without"], requests, None) as without,
            servers.running("with", commands["with"], ports["with"], requests, None) as shadowed,
        ):
            for number in range(-1, given.rounds):
                for name, server in (("without", without), ("with", shadowed))[:: 1 if number % 2 else -1]:
                    found = p99(server, given, number)
                    # the first round warms up
                    if number >= 0:
                        taken[name].append(found)
    ratios = [one / other for one, other in zip(taken["with"], taken["without"], strict=True)]
    print("| | p99 ms, median (least to most) |\n|---|---|")
    for name, values in taken.items():
        print(f"| {name} a shadow | {median(values):.3f} ({min(values):.3f} to {max(values):.3f}) |")
    print(f"\nadded by the shadow, median of {len(ratios)} pairs: {median(ratios) - 1:+.1%} "
          f"({min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%})")  # fmt: skip


if __name__ == "__main__":
    main()
