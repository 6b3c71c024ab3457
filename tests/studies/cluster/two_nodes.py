"""Runs a Ray cluster of two nodes with one CPU each, and does with it what the lines of its input say.

It is a program of its own because Ray leaves files and processes for the interpreter to collect.
Lines: `kill` kills the second node, `restore` starts it again; the end of the input ends the cluster.
"""

import json
import socket
import sys
from contextlib import closing

from ray.cluster_utils import Cluster


def main() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    quiet = {"num_cpus": 1, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=quiet | {"ray_client_server_port": port})
    node = cluster.add_node(num_cpus=1)
    _say(cluster, port, node)
    for line in sys.stdin:
        alive = node in cluster.worker_nodes
        if line.strip() == "kill" and alive:
            cluster.remove_node(node, allow_graceful=False)
        elif line.strip() == "restore" and not alive:
            node = cluster.add_node(num_cpus=1)
        _say(cluster, port, node)
    cluster.shutdown()


def _say(cluster, port, node) -> None:
    about = {"address": cluster.address, "client": f"ray://127.0.0.1:{port}", "mortal": node.node_id[:12]}
    sys.__stdout__.write("TOLD " + json.dumps(about) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
