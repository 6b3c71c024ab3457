"""The endpoint that takes labels."""

import time
from dataclasses import dataclass

from netwright.serving.app_service import InferenceService
from netwright.serving.http.body import check_media_type, read_body
from netwright.serving.http.exchange import ACCEPTED, Request, Response, json_response
from netwright.serving.protocol.labels import read_labels
from netwright.serving.settings import Settings


@dataclass(frozen=True)
class Labels:
    """Takes labels.

    Args:
        service: Who keeps them.
        settings: Limits of a request.
    """

    service: InferenceService
    settings: Settings

    async def take(self, request: Request) -> Response:
        """Return how many were taken; they are written a little later."""
        check_media_type(request.headers, binary=False, needed=True)
        body = await read_body(request.receive, request.headers, self.settings.body, self.settings.deadline)
        labels = read_labels(body, self.service.manifest.classes, time.time())
        return json_response(ACCEPTED, {"accepted": self.service.label(labels)})
