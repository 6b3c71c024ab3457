"""The live page's server: two addresses, this machine only, however clumsy the browser."""

import http.client
import json
import socket
import threading
from contextlib import contextmanager

import pytest

from netwright.records.errors import InputError, StorageError
from netwright.serving.live_page import HOST, LivePage


@contextmanager
def serving(state, fresh=0.0):
    page = LivePage(state, lambda one: f"<p>é {one}</p>", json.dumps, fresh=fresh)
    thread = threading.Thread(target=page.serve)
    thread.start()
    try:
        yield page
    finally:
        page.close()
        thread.join()


def ask(page, path="/", method="GET", **headers):
    connection = http.client.HTTPConnection(HOST, int(page.address.split(":")[2].strip("/")), timeout=10)
    try:
        connection.request(method, path, headers={"Host": "localhost", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_it_serves_the_page_and_the_record():
    with serving(lambda: 3) as page:
        status, headers, text = ask(page)
        assert (status, text) == (200, "<p>é 3</p>")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert ask(page, "/state.json?x")[2] == "3"
        assert ask(page, "/", "HEAD")[2] == ""


@pytest.mark.parametrize(("path", "method", "status"), [("/../etc/passwd", "GET", 404), ("/x", "GET", 404),
                                                        ("/", "POST", 501), ("/", "DELETE", 501)])  # fmt: skip
def test_everything_else_is_refused(path, method, status):
    with serving(lambda: 3) as page:
        assert ask(page, path, method)[0] == status


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1:1", 200), ("LOCALHOST", 200), ("[::1]:80", 200),
                                              ("evil.example", 421), ("evil.example:8090", 421), ("", 421),
                                              ("localhost.evil.example", 421)])  # fmt: skip
def test_another_hosts_name_is_refused(host, status):
    with serving(lambda: 3) as page:
        assert ask(page, Host=host)[0] == status


def test_a_failure_is_told_and_the_next_request_may_succeed():
    failing = [True]

    def state():
        if failing[0]:
            raise StorageError("the disk is gone")
        return 1

    with serving(state) as page:
        assert ask(page)[::2] == (503, "the disk is gone\n")
        failing[0] = False
        assert ask(page)[0] == 200


def test_many_browsers_make_one_state():
    made = []
    with serving(lambda: made.append(1) or len(made), fresh=3600.0) as page:
        threads = [threading.Thread(target=ask, args=(page,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 1


def test_a_browser_that_goes_away_harms_nobody(capfd):
    with serving(lambda: "x" * 5_000_000) as page:
        with socket.create_connection((HOST, int(page.address.split(":")[2].strip("/")))) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            connection.recv(10)
        assert ask(page)[0] == 200
    assert capfd.readouterr().err == ""


def test_a_port_in_use_is_told():
    with serving(lambda: 1) as page, pytest.raises(InputError, match="cannot be used"):
        LivePage(lambda: 1, str, str, port=int(page.address.split(":")[2].strip("/")))
    with pytest.raises(InputError, match="cannot be used"):
        LivePage(lambda: 1, str, str, port=99_999)


def test_a_page_that_never_served_gives_its_port_back():
    first = LivePage(lambda: 1, str, str)
    first.release()
    LivePage(lambda: 1, str, str, port=int(first.address.split(":")[2].strip("/"))).release()
