"""Serves a small ASGI app, or with `package` the package of the folder, from two Ray nodes of one CPU each.

It is a program of its own because Ray leaves files and processes for the interpreter to collect.
Lines of its input: `replicas` tells how many run, `stop` drains the service; the end of the input ends the cluster.
"""

import json
import os
import socket
import sys
from contextlib import closing
from pathlib import Path

from ray.cluster_utils import Cluster

from netwright.serving.ray_service import RayPlace, deploy
from netwright.serving.settings import Settings


def squares(package, settings):
    """Return an app that squares the number of a request, and says which process did it."""
    state = {"ready": False}

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            state["ready"] = True
            await send({"type": "lifespan.startup.complete"})
            await receive()
            Path(str(package), f"ended-{os.getpid()}").touch()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if scope["path"] == "/readyz":
            answer = {"ready": state["ready"]}
        elif scope["path"] == "/unready":
            state["ready"] = False
            answer = {"process": os.getpid()}
        else:
            number = json.loads(body)
            telemetry = str(settings.telemetry)
            answer = {"square": number * number, "process": os.getpid(), "telemetry": telemetry}
        status = 503 if answer == {"ready": False} else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return app


def main() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    folder = Path(sys.argv[1])
    settings = Settings(port=port, heartbeat=0.5, drain=5.0, telemetry=folder.parent / "events.sqlite")
    place = RayPlace(cluster.address, replicas=2, per_node=1, proxies="HeadOnly")
    service = deploy(folder, settings, place, None if sys.argv[2:] == ["package"] else squares)
    _say(url=service.url, replicas=service.replicas())
    for line in sys.stdin:
        if line.strip() == "stop":
            service.stop()
        _say(replicas=service.replicas())
    cluster.shutdown()


def _say(**told) -> None:
    sys.__stdout__.write("TOLD " + json.dumps(told) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
