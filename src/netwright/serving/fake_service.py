"""A service without a model, for the tests of whoever calls one: the same app, the same protocol, known answers.

>>> from netwright.serving.app import build_app
>>> from netwright.serving.settings import Settings
>>> app = build_app(fake_service(), Settings())
>>> app.ready
False
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.event import Label, Route
from netwright.records.errors import RequestError
from netwright.records.measurement import Conditions
from netwright.records.package import EngineChoice, Manifest, PackagedModel
from netwright.records.reference import Reference
from netwright.serving.engine import Answers
from netwright.serving.forms.form import Form, Inputs, Tensors
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.routing.answered import Answered

CLASSES = ("ankle boot", "bag", "coat")


@dataclass
class FakeService:
    """Answers with a linear map of the inputs; what a caller must bear can be switched on while it runs.

    Args:
        manifest: Of a package that is not there.
        form: What a request carries.
        reference: Of data that is not there.
        weights: float32 (input values, classes); texts may have fewer values than there are rows.
        version: Of the package.
        ready: Whether it was started and can answer.
        retry_after: Seconds to come again after, while the queue is full; None while it is not.
        failure: What every request is refused with; None refuses none.
        route: Which way the answers are said to have come.
        labels: That were told.
        seen: (id, key, deadline) of each request.
    """

    manifest: Manifest
    form: Form
    reference: Reference
    weights: NDArray[np.float32]
    version: str = "1"
    ready: bool = False
    retry_after: float | None = None
    failure: RequestError | None = None
    route: Route = "main"
    labels: list[Label] = field(default_factory=list)
    seen: list[tuple[str, str, float]] = field(default_factory=list)

    def full(self) -> float | None:
        """Return `retry_after`."""
        return self.retry_after

    async def infer(self, inputs: Inputs, tensors: Tensors, request_id: str, key: str, deadline: float) -> Answered:  # noqa: ARG002
        """Return inputs times weights as logits, and the inputs as embedding."""
        self.seen.append((request_id, key, deadline))
        if self.failure is not None:
            raise self.failure
        flat = inputs.reshape(len(inputs), -1).astype(np.float32)
        answers = Answers(flat @ self.weights[: flat.shape[1]], flat)
        return Answered(answers, self.manifest.models[0].candidate, self.version, self.route)

    def label(self, labels: Sequence[Label]) -> int:
        """Keep labels."""
        self.labels.extend(labels)
        return len(labels)

    async def start(self) -> None:
        """Be ready."""
        self.ready = True

    async def stop(self, limit: float) -> None:  # noqa: ARG002
        """Be ready no more."""
        self.ready = False


def fake_service(form: Form | None = None, values: int = 16, classes: Sequence[str] = CLASSES) -> FakeService:
    """Return a service that answers about small images, or whatever another form reads.

    Args:
        form: What a request carries; None takes images of 1 x 4 x 4.
        values: Numbers in one input of the models.
        classes: What each logit means.

    Returns:
        The service, not started; its weights are drawn with seed 0.
    """
    form = form or ImageForm(shape=(1, 4, 4))
    conditions = Conditions(hardware="none")
    choice = EngineChoice(engine="onnx", reason="there is no model", conditions=conditions)
    n = len(classes)
    return FakeService(
        manifest=Manifest(
            name="fake",
            task="classification",
            shape=(values,),
            classes=tuple(classes),
            inputs=form.specs(),
            models=(PackagedModel(role="chosen", candidate="linear", folder="models/chosen", choice=choice),),
            prior=(1 / n,) * n,
            data="none",
            data_fingerprint="",
            scenario_hash="",
        ),
        form=form,
        reference=Reference(
            data="none", fingerprint="", n=0, features=(), classes=tuple(classes), predicted=(0,) * n,
            labelled=(0,) * n, correct=0,
        ),
        weights=np.random.default_rng(0).normal(size=(values, n)).astype(np.float32),
    )  # fmt: skip
