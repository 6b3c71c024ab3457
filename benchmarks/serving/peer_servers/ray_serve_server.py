"""Ray Serve, as its documentation shows it: one replica of a class, JSON in and out."""

import logging
import signal

import ray
from mlp import answer, arguments, load
from ray import serve
from starlette.requests import Request

told = arguments()


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 1}, max_ongoing_requests=100)
class Classifier:
    """The model."""

    def __init__(self, weights: str) -> None:
        self.model = load(weights)

    async def __call__(self, request: Request) -> dict:
        """Answer."""
        if request.url.path == "/health":
            return {"ready": True}
        return answer(self.model, (await request.json())["image"])


ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
serve.start(http_options={"host": "127.0.0.1", "port": told.port}, logging_config={"log_level": logging.WARNING})
serve.run(Classifier.bind(told.weights), route_prefix="/")
signal.signal(signal.SIGTERM, lambda *_: ray.shutdown() or exit(0))
signal.pause()
