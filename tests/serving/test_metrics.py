"""The figures, as Prometheus' own parser reads them."""

import pytest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from netwright.serving.app import build_app
from netwright.serving.settings import Settings

INFER = "/v2/models/fake/infer"


def _figures(ask, app):
    reply = ask(app, "GET", "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(reply.body.decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples
    }


def test_what_was_answered_and_refused_is_counted(ask, app, service, image_request):
    request, _ = image_request
    for _ in range(3):
        assert ask(app, "POST", INFER, request).status == 200
    service.route = "fallback"
    ask(app, "POST", INFER, request)
    ask(app, "POST", INFER, b"{")
    service.retry_after = 1.0
    ask(app, "POST", INFER, request)
    figures = _figures(ask, app)
    main = (("model", "linear"), ("route", "main"))
    assert figures["netwright_requests_total", *main, ("status", "2xx")] == 3
    assert figures["netwright_samples_total", *main] == 3
    assert figures["netwright_request_seconds_count", *main] == 3
    assert 0 < figures["netwright_request_seconds_sum", *main] < 60
    assert figures["netwright_requests_total", ("model", "linear"), ("route", "fallback"), ("status", "2xx")] == 1
    assert figures["netwright_requests_total", ("model", "none"), ("route", "none"), ("status", "4xx")] == 2
    assert figures["netwright_refused_requests_total", ("status", "400")] == 1
    assert figures["netwright_refused_requests_total", ("status", "429")] == 1
    assert figures["netwright_received_bytes_total",] > 4 * 50


def test_what_goes_on_is_read_when_it_is_asked_for(ask, service):
    class Other:
        def collect(self):
            yield GaugeMetricFamily("other", "Another figure.", value=7.0)

    numbers = {"waiting": 5.0}
    app = build_app(service, Settings(), lambda: numbers["waiting"], [Other()])
    figures = _figures(ask, app)
    assert figures["netwright_waiting_samples",] == 5
    assert figures["other",] == 7
    assert figures["netwright_ready",] == 1
    assert figures["netwright_in_flight_requests",] == 1
    numbers["waiting"] = 6.0
    service.ready = False
    figures = _figures(ask, app)
    assert (figures["netwright_waiting_samples",], figures["netwright_ready",]) == (6, 0)
    built = next(key for key in figures if key[0] == "netwright_build_info")
    assert dict(built[1:])["model"] == "fake"


@pytest.mark.parametrize("count", [50])
def test_strangers_cannot_make_new_series(ask, app, count):
    before = len(_figures(ask, app))
    ask(app, "GET", "/nothing")
    once = len(_figures(ask, app))
    for number in range(count):
        ask(app, "POST", f"/v2/models/{number}/infer")
        ask(app, "GET", f"/{number}")
    assert len(_figures(ask, app)) == once > before


def test_two_services_in_one_process_count_for_themselves(ask, app, service, image_request):
    ask(app, "POST", INFER, image_request[0])
    other = _figures(ask, build_app(service, Settings()))
    assert not [key for key in other if key[0] == "netwright_requests_total"]
