"""The hot path: a request for an answer, from its first byte to its last."""

import time
from dataclasses import dataclass

from netwright.serving.app_service import InferenceService
from netwright.serving.http.body import check_media_type, json_length, read_body
from netwright.serving.http.exchange import OK, Request, Response, error_response
from netwright.serving.metrics import Metrics
from netwright.serving.protocol.request import RequestDecoder
from netwright.serving.protocol.response import ResponseEncoder
from netwright.serving.settings import Settings

TOO_MANY = 429
_BINARY = (b"content-type", b"application/octet-stream")


@dataclass(frozen=True)
class Inference:
    """Answers inference requests.

    Args:
        service: Who computes the answers.
        settings: Limits of a request.
        decoder: For what it is asked.
        encoder: For what it says.
        metrics: What is counted.
    """

    service: InferenceService
    settings: Settings
    decoder: RequestDecoder
    encoder: ResponseEncoder
    metrics: Metrics

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request, or 429 before its body is even read where the queue is full."""
        retry_after = self.service.full()
        if retry_after is not None:
            return error_response(TOO_MANY, "the queue is full; come again later", retry_after)
        headers, settings = request.headers, self.settings
        check_media_type(headers, binary=True, needed=False)
        header_length = json_length(headers)
        body = await read_body(request.receive, headers, settings.body, settings.deadline)
        asked = self.decoder.decode(body, header_length)
        inputs = self.service.form.inputs(asked.tensors)
        name = asked.id or request.id
        seconds = settings.deadline if asked.timeout is None else asked.timeout
        answered = await self.service.infer(
            inputs, asked.tensors, name, asked.key or name, request.arrived + seconds
        )  # fmt: skip
        encoded = self.encoder.encode(answered, name, asked.asked)
        self.metrics.answered(
            answered.model, answered.route, time.monotonic() - request.arrived, len(inputs), len(body)
        )  # fmt: skip
        if encoded.header_length is None:
            return Response(OK, encoded.body)
        length = (b"inference-header-content-length", b"%d" % encoded.header_length)
        return Response(OK, encoded.body, (_BINARY, length))
