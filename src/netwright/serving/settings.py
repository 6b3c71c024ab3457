"""How a service is run: everything that is no fact of the package."""

from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Settings:
    """How a service is run.

    Args:
        host: Address that is listened on; another than loopback is for whoever has set a token.
        port: Port; 0 takes a free one, which is printed.
        token_hashes: SHA-256 (hex) of each token that is let in; empty asks for none.
        body: Bytes of a request's body at most.
        samples: Samples of one request at most.
        queue: Samples that may wait for a model at most.
        batch: Samples that a model gets at once at most.
        deadline: Seconds within which a request is answered, where it names none.
        drain: Seconds that a stopping service takes at most to answer what it has accepted.
        heartbeat: Seconds between two heartbeats of a worker.
        inline_below: A model that takes fewer seconds for one sample runs in the service's own process.
        threads: Threads of an engine.
        workers: Processes of a model that does not run in the service's own.
        telemetry: The file of the telemetry; None keeps none.
        flush: Seconds between two writes of the telemetry.
        sampled: Share of the answered samples that the telemetry keeps.
        keep_inputs: Share of these whose samples themselves are kept.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    token_hashes: tuple[str, ...] = ()
    body: int = 16 * MEBIBYTE
    samples: int = 1024
    queue: int = 64
    batch: int = 16
    deadline: float = 10.0
    drain: float = 30.0
    heartbeat: float = 0.5
    inline_below: float = 1e-3
    threads: int = 1
    workers: int = 1
    telemetry: Path | None = None
    flush: float = 0.5
    sampled: float = 1.0
    keep_inputs: float = 0.0
