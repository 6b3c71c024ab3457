"""TERM and KILL at random moments of a real `netwright serve` under load: what became of requests and of telemetry.

Every round starts the service with a telemetry file of its own, asks it from several threads without a pause, and hits
it at a moment drawn from a seed:

- `term`: SIGTERM to the service. Promise: no request that it had begun is lost, exit code 0, no process is left.
- `worker`: SIGKILL to its worker (a package slower than 1 ms a sample has one). Promise: only what was in flight fails,
  and it is answered again, by whatever can; `gap` is the longest time without an answer by a model.
- `kill`: SIGKILL to the service. Promise: at most one flush interval of telemetry is lost, and the next start says how
  many events: `said` beside `missing` (answered, and not in the file), which it may exceed by those in flight.

    python benchmarks/serving/kill_matrix.py /tmp/slow-package --rounds 34
"""

import argparse
import http.client
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import servers

VICTIMS = ("term", "worker", "kill")
OK, STOP_WITHIN, LEAST = 200, 60.0, 0.3
FLUSH = 0.5
"""Seconds between two writes of the telemetry: `Settings.flush`."""


class Clients:
    """Threads that ask one request after the other and note what became of each: (status, sent, ended)."""

    def __init__(self, port: int, path: str, body: bytes, count: int) -> None:
        self.port, self.path, self.body = port, path, body
        self.seen: dict[str, tuple[int, float, float, str]] = {}
        self.stopping = False
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._ask_on, daemon=True) for _ in range(count)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, after the requests that wait."""
        self.stopping = True
        for thread in self._threads:
            thread.join(STOP_WITHIN)

    def _ask_on(self) -> None:
        connection = None
        while not self.stopping:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STOP_WITHIN)
                try:
                    connection.connect()
                except OSError:
                    # nobody listens: nothing was accepted, so nothing can be lost
                    connection = None
                    time.sleep(0.01)
                    continue
            name = f"k{next(self._numbers)}"
            status, sent, model = self._ask(connection, name)
            self.seen[name] = (status, sent, time.monotonic(), model)
            if status == 0 or connection.sock is None:
                connection.close()
                connection = None

    def _ask(self, connection: http.client.HTTPConnection, name: str) -> tuple[int, float, str]:
        sent = time.monotonic()
        try:
            headers = {"Content-Type": "application/json", "X-Request-ID": name}
            connection.request("POST", self.path, self.body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            return 0, sent, ""
        model = json.loads(content).get("parameters", {}).get("model", "") if response.status == OK else ""
        return response.status, sent, str(model)


def one(victim: str, package: Path, seed: int, given: argparse.Namespace) -> dict:
    """Run one round."""
    manifest = json.loads((package / "package.json").read_text())
    request = servers.netwright_requests(manifest["name"])["json"]
    path, body = request.split(b" ", 2)[1].decode(), request.partition(b"\r\n\r\n")[2]
    chance = random.Random(f"{victim} {seed}")
    with tempfile.TemporaryDirectory() as folder:
        store, port = Path(folder, "events.sqlite"), servers.free_port()
        with servers.running("netwright", command(package, port, store), port, {"json": request}, None) as server:
            clients = Clients(port, path, body, given.clients)
            clients.start()
            time.sleep(LEAST + chance.random() * given.window)
            family = server.process.children(recursive=True)
            moment = time.monotonic()
            if not hit(victim, server.process, family):
                clients.stop()
                return {"victim": victim, "seed": seed, "skipped": "the package has no worker"}
            if victim == "worker":
                time.sleep(given.window)
                code, left = None, 0
            else:
                code, left = ended(server.process, family)
            clients.stop()
            took = time.monotonic() - moment
        found = judged(clients, moment) | {"code": code, "left": left, "seconds": took}
        told = {} if victim == "worker" else telemetry(clients, store, package, request, victim == "kill")
        return {"victim": victim, "seed": seed, **found, **told}


def command(package: Path, port: int, store: Path) -> list[str]:
    """Return what starts the service."""
    program = Path(sys.executable).with_name("netwright")
    return [str(program), "serve", str(package), "--port", str(port), "--telemetry", str(store)]


def hit(victim: str, process: psutil.Process, family: list[psutil.Process]) -> bool:
    """Send the signal; False where there is nobody to send it to."""
    if victim == "term":
        process.terminate()
    elif victim == "kill":
        process.kill()
    else:
        # the worker is the child that computes
        busy = sorted(family, key=lambda child: sum(child.cpu_times()[:2]), reverse=True)
        if not busy:
            return False
        busy[0].kill()
    return True


def ended(process: psutil.Process, family: list[psutil.Process]) -> tuple[int | None, int]:
    """Return the exit code, and how many of its processes are left."""
    code = process.wait(STOP_WITHIN)
    _, left = psutil.wait_procs(family, timeout=5)
    return code, len(left)


def judged(clients: Clients, moment: float) -> dict:
    """Return what became of the requests."""
    seen = list(clients.seen.values())
    answered = sorted((end, model) for status, _, end, model in seen if status == OK)
    after = [end for end, model in answered if end >= moment and model != "constant"]
    flying = sum(sent <= moment < end for _, sent, end, _ in seen)
    return {
        "answered": len(answered),
        "in_flight": flying,
        "lost": sum(status == 0 and sent <= moment for status, sent, *_ in seen),
        # sent after the signal on a connection that broke: of a stopping service there may be none of them either
        "broken": sum(status == 0 and sent > moment for status, sent, *_ in seen),
        "failed": sum(status not in {0, OK} for status, *_ in seen),
        "gap": (after[0] - moment) if after else None,
    }


def telemetry(clients: Clients, store: Path, package: Path, request: bytes, restart: bool) -> dict:
    """Return how many answered requests are not in the telemetry, and how many the next start says were lost."""
    known = stored(store)
    missing = [name for name, row in clients.seen.items() if row[0] == OK and name not in known]
    ends = [clients.seen[name][2] for name in missing]
    told = {"missing": len(missing), "missing_span": max(ends) - min(ends) if ends else 0.0}
    if restart:
        port = servers.free_port()
        with servers.running("netwright", command(package, port, store), port, {"json": request}, None):
            pass
        told["said"] = sum(lost for (lost,) in rows(store, "SELECT lost FROM losses"))
    return told


def stored(store: Path) -> set[str]:
    """Return the ids of the requests in the telemetry."""
    return {name.split("/")[0] for (name,) in rows(store, "SELECT id FROM events")}


def rows(store: Path, query: str) -> list[tuple]:
    """Return what a query finds."""
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query).fetchall()


def markdown(found: list[dict]) -> str:
    """Return sums and extremes of the rounds, a victim a line."""
    head = ("hit", "rounds", "answered", "in flight", "lost", "broken later", "failed", "not exit 0", "left", "missing",
            "said", "largest span s", "largest gap s")  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for victim in dict.fromkeys(row["victim"] for row in found):
        mine = [row for row in found if row["victim"] == victim and "skipped" not in row]
        if not mine:
            lines.append(f"| {victim} | skipped: the package has no worker |")
            continue
        total = {key: sum(row.get(key) or 0 for row in mine) for key in
                 ("answered", "in_flight", "lost", "broken", "failed", "left", "missing", "said")}  # fmt: skip
        wrong = sum(row["code"] not in {0, None} for row in mine) if victim == "term" else "-"
        span = max(row.get("missing_span", 0.0) for row in mine)
        gaps = [row["gap"] for row in mine if row["gap"] is not None]
        gap = f"{max(gaps):.2f}" if victim == "worker" and gaps else "-"
        cells = [victim, len(mine), total["answered"], total["in_flight"], total["lost"], total["broken"],
                 total["failed"], wrong,
                 total["left"], total["missing"] if victim != "worker" else "-",
                 total["said"] if victim == "kill" else "-", f"{span:.2f}", gap]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, "", f"Flush interval of the telemetry: {FLUSH} s."])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="of an image model of 1 x 28 x 28: see slow_mlp.toml")
    parser.add_argument("--rounds", type=int, default=34, help="of each kind; 34 make more than 100 together")
    parser.add_argument("--clients", type=int, default=8, help="requests at once")
    parser.add_argument("--window", type=float, default=2.0, help="seconds from which the moment is drawn")
    parser.add_argument("--only", nargs="+", choices=VICTIMS, default=list(VICTIMS))
    parser.add_argument("--json", action="store_true", help="print every round as JSON")
    given = parser.parse_args()
    found = []
    for seed in range(given.rounds):
        for victim in given.only:
            found.append(one(victim, given.package, seed, given))
            print(f"round {seed + 1} of {given.rounds}: {found[-1]}", file=sys.stderr)
    print(json.dumps(found) if given.json else markdown(found))


if __name__ == "__main__":
    main()
