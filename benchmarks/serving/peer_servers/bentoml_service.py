"""The service that bentoml_server.py starts."""

import os

import bentoml
from mlp import answer, load


@bentoml.service(workers=1, traffic={"timeout": 60})
class Classifier:
    """The model."""

    def __init__(self) -> None:
        self.model = load(os.environ["PEER_WEIGHTS"])

    @bentoml.api
    def predict(self, image: list[float]) -> dict:
        """Answer."""
        return answer(self.model, image)
