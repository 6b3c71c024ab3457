"""The servers that are compared: how each is started, asked, measured and ended."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

HERE = Path(__file__).parent
SIDE = 28
PIXELS = SIDE * SIDE
READY_WITHIN = 120.0
NETWRIGHT = "netwright"
OURS = (NETWRIGHT, "netwright-telemetry", "netwright-ray")
"""The service itself, the same with its telemetry on, and one replica of it on Ray Serve."""
PEERS = ("fastapi", "litserve", "bentoml", "ray-serve")


@dataclass
class Server:
    """A server that runs.

    Args:
        name: Of it.
        process: The first of its processes.
        port: Where it listens.
        ready: Seconds from its start to its first right answer.
        log: What it printed.
    """

    name: str
    process: psutil.Process
    port: int
    ready: float
    log: Path
    requests: dict[str, bytes] = field(default_factory=dict)

    def tree(self) -> list[psutil.Process]:
        """Return its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu(self) -> float:
        """Return seconds of a core that all its processes have used, with the children that have ended."""
        total = 0.0
        for process in self.tree():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return total

    def memory(self) -> tuple[float, int]:
        """Return resident mebibytes of all processes (shared pages count in each), and how many processes there are."""
        sizes = []
        for process in self.tree():
            try:
                sizes.append(process.memory_info().rss / 2**20)
            except psutil.NoSuchProcess:
                continue
        return sum(sizes), len(sizes)


def pixels() -> list[int]:
    """Return one image, the same for all."""
    return np.random.default_rng(0).integers(0, 256, PIXELS).tolist()


def http(
    path: str, body: bytes = b"", headers: str = "Content-Type: application/json\r\n", method: str = "POST"
) -> bytes:
    """Return the bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def netwright_requests(name: str) -> dict[str, bytes]:
    """Return requests of the Open Inference Protocol: JSON, and binary tensors."""
    path, about = f"/v2/models/{name}/infer", {"name": "image", "shape": [1, 1, SIDE, SIDE], "datatype": "UINT8"}
    plain = json.dumps({"inputs": [{**about, "data": pixels()}]}).encode()
    told = json.dumps({"inputs": [{**about, "parameters": {"binary_data_size": PIXELS}}]}).encode()
    lengths = f"Content-Type: application/octet-stream\r\nInference-Header-Content-Length: {len(told)}\r\n"
    return {"json": http(path, plain), "binary": http(path, told + bytes(pixels()), lengths)}


def peer_requests() -> dict[str, bytes]:
    """Return the request of the peers: the same numbers as JSON."""
    return {"json": http("/predict", json.dumps({"image": pixels()}).encode())}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


def weights_of(package: Path, file: Path) -> None:
    """Write the linear layers of a package's model, in order, as a file that the peers load without pickle's danger."""
    import torch
    from safetensors.torch import load_file

    state = load_file(package / "models" / "chosen" / "model.safetensors")
    torch.save(state, file)


def command_of(name: str, peers: Path | None, package: Path, weights: Path, port: int, extra: list[str]) -> list[str]:
    """Return what starts a server."""
    if name in OURS:
        program = Path(sys.executable).with_name("netwright")
        how = {
            NETWRIGHT: ["--no-telemetry"],
            "netwright-telemetry": ["--telemetry", str(weights.with_name("telemetry.sqlite"))],
            "netwright-ray": ["--no-telemetry", "--ray", "local", "--replicas", "1"],
        }
        return [str(program), "serve", str(package), "--port", str(port), *how[name], *extra]
    assert peers is not None
    script = HERE / "peer_servers" / f"{name.replace('-', '_')}_server.py"
    return [str(peers / "bin" / "python"), str(script), "--weights", str(weights), "--port", str(port)]


def send(port: int, request: bytes, timeout: float = 10.0) -> tuple[int, bytes]:
    """Return status and body of one request on a connection of its own."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body or None, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def probabilities(name: str, content: bytes) -> list[float]:
    """Return the probabilities in a response to the JSON request."""
    found = json.loads(content)
    if name in OURS:
        return next(one["data"] for one in found["outputs"] if one["name"] == "probabilities")
    return found["probabilities"]


@contextmanager
def running(name: str, command: list[str], port: int, requests: dict[str, bytes], core: int | None) -> Iterator[Server]:
    """Start a server; yields it when it has answered, and leaves nothing of it."""
    folder = tempfile.TemporaryDirectory(prefix="netwright-bench-")
    log = Path(folder.name, "log.txt")
    environment = os.environ | {"OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0", "BENTOML_DO_NOT_TRACK": "1"}
    pin = None if core is None else (lambda: os.sched_setaffinity(0, {core}))
    begun = time.perf_counter()
    with log.open("wb") as out:
        process = psutil.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, preexec_fn=pin)
    tree: list[psutil.Process] = []
    try:
        ready = _wait(process, port, requests["json"], log, begun)
        tree = process.children(recursive=True)
        yield Server(name, process, port, ready, log, requests)
    finally:
        if process.is_running():
            tree = [*tree, *process.children(recursive=True)]
        if process.is_running():
            process.terminate()
        _, left = psutil.wait_procs([process, *tree], timeout=20)
        for one in left:
            one.kill()
        psutil.wait_procs(left, timeout=10)
        folder.cleanup()


def _wait(process, port: int, request: bytes, log: Path, begun: float) -> float:
    while time.perf_counter() - begun < READY_WITHIN:
        if process.poll() is not None:
            break
        try:
            if send(port, request)[0] == 200:
                return time.perf_counter() - begun
        except OSError:
            time.sleep(0.02)
        else:
            time.sleep(0.05)
    sys.exit(f"the server did not get ready; the end of what it printed:\n{log.read_text(errors='replace')[-2000:]}")


def client(orders: dict, pin: bool) -> dict:
    """Run the load generator; `pin` keeps it to core 1."""
    given = orders | {"host": "127.0.0.1", "core": 1 if pin else None}
    done = subprocess.run(
        [sys.executable, HERE / "client.py"], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the load generator failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)
