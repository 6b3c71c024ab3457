"""Tokens, and addresses that strangers can reach."""

import hashlib
import hmac

import pytest

from netwright.records.errors import InputError
from netwright.serving.access import Access, check_bind, token_hash
from netwright.serving.app import build_app
from netwright.serving.settings import Settings

HASHES = (token_hash("first"), token_hash("second").upper())
OPEN = ["/livez", "/readyz", "/v2/health/live", "/v2/health/ready"]
CLOSED = ["/", "/v2", "/v2/models/fake", "/v2/models/fake/ready", "/metrics", "/openapi.json", "/labels",
          "/v2/models/fake/infer", "/v2/models/other", "/nothing"]  # fmt: skip


@pytest.fixture
def guarded(service):
    return build_app(service, Settings(token_hashes=HASHES))


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer third",
        "Basic first",
        "first",
        HASHES[0],
        f"Bearer {HASHES[0]}",
        "Bearer first second",
        "Bearer \xff",
    ],
)
def test_who_bears_no_token_learns_nothing(ask, guarded, path, given):
    reply = ask(guarded, "GET", path, headers={} if given is None else {"authorization": given})
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert "fake" not in reply.json["error"]


@pytest.mark.parametrize("path", OPEN)
def test_health_is_for_everybody(ask, guarded, path):
    assert ask(guarded, "GET", path).status == 200


@pytest.mark.parametrize("given", ["Bearer first", "bearer second", "BEARER  second"])
def test_who_bears_one_is_let_in(ask, guarded, image_request, given):
    assert ask(guarded, "POST", "/v2/models/fake/infer", image_request[0], {"authorization": given}).status == 200


def test_a_stranger_costs_no_reading(ask, guarded):
    reply = ask(guarded, "POST", "/v2/models/fake/infer", b"x" * 100, chunks=[])
    assert reply.status == 401


def test_every_hash_is_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(other) or one == other)
    assert Access(HASHES).allows(b"Bearer first")
    assert not Access(HASHES).allows(b"Bearer third")
    assert compared == [bytes.fromhex(one) for one in HASHES] * 2


def test_without_tokens_everybody_is_let_in():
    assert Access(()).allows(None)


def test_a_hash_is_the_sha256():
    assert token_hash("Zürich") == hashlib.sha256("Zürich".encode()).hexdigest()


@pytest.mark.parametrize("wrong", ["", "secret", "g" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_is_refused_without_being_shown(wrong):
    with pytest.raises(InputError, match="SHA-256") as told:
        Access([token_hash("good"), wrong])
    assert not wrong.strip() or wrong.strip() not in str(told.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "example.org", "::ffff:10.0.0.1"])
def test_strangers_are_kept_out_unless_that_is_meant(host):
    with pytest.raises(InputError, match="token"):
        check_bind(host, (), exposed=False)
    check_bind(host, HASHES, exposed=False)
    check_bind(host, (), exposed=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]", "::ffff:127.0.0.1"])
def test_loopback_needs_no_token(host):
    check_bind(host, (), exposed=False)
