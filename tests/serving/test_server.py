import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psutil
import pytest
from tests.serving.execution.kill_harness import PROGRAM, ROOT, service
from tests.serving.execution.steered_engines import FREEZE

from netwright.records.errors import InputError
from netwright.serving.server_listener import bound, url, why_not

LIMIT = 60.0


def ask(address, path):
    """Return status, `connection` header and body of a request on a connection of its own."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=LIMIT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.getheader("connection"), response.read()
    finally:
        connection.close()


def until(condition):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


@contextmanager
def held(address, log, path="/answer/7/5"):
    """A request that the service has begun to answer and cannot end; yields what its reply will be in."""
    replies = []

    def keep():
        with suppress(OSError, http.client.HTTPException):
            replies.append(ask(address, path))

    thread = threading.Thread(target=keep)
    thread.start()
    until(lambda: log.exists() and log.read_text())
    yield replies
    thread.join(LIMIT)
    assert not thread.is_alive()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "begun"


@pytest.fixture
def gate(tmp_path):
    """While this file is there, the model answers nothing."""
    path = tmp_path / "gate"
    path.touch()
    return path


def test_a_service_announces_where_it_is_and_answers_there(log):
    with service(log=log) as (_, address):
        assert ask(address, "/readyz")[0] == 200
        assert ask(address, "/answer/1/9") == (200, None, b"81")
        assert urlsplit(address).hostname == "127.0.0.1"


def test_its_responses_do_not_name_what_makes_them(log):
    with service(log=log) as (_, address):
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port), timeout=LIMIT) as client:
            client.sendall(b"GET /readyz HTTP/1.1\r\nhost: it\r\nconnection: close\r\n\r\n")
            response = client.makefile("rb").read().lower()
        assert b"\r\ndate:" in response
        assert b"\r\nserver:" not in response


def test_a_stopping_service_says_so_at_once_and_answers_what_it_has_accepted(log, gate):
    with service("--drain", "30", "--gate", str(gate), log=log) as (process, address), held(address, log) as replies:
        process.send_signal(signal.SIGTERM)
        until(lambda: ask(address, "/readyz")[0] == 503)
        # a connection that is still taken is not kept
        assert ask(address, "/readyz")[1] == "close"
        gate.unlink()
        assert process.wait(LIMIT) == 0
    assert replies == [(200, "close", b"25")]


def test_a_service_that_is_stopped_by_hand_ends_without_a_pause(log):
    with service("--drain", "10000", log=log) as (process, address):
        ask(address, "/readyz")
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 0


def test_a_service_ends_within_its_limit_whatever_hangs(log, gate):
    with service("--drain", "0.5", "--gate", str(gate), log=log) as (process, address):
        children = psutil.Process(process.pid).children(recursive=True)
        with held(address, log) as replies:
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT) == 0
        # its client is told, and does not find a connection that was cut
        assert [status for status, _, _ in replies] == [503]
        assert psutil.wait_procs(children, timeout=LIMIT)[1] == []


def test_a_second_signal_ends_a_service_at_once(log, gate):
    with service("--drain", "10000", "--gate", str(gate), log=log) as (process, address):
        children = psutil.Process(process.pid).children(recursive=True)
        with held(address, log) as replies:
            process.send_signal(signal.SIGTERM)
            # an echo of the first is not the second
            process.send_signal(signal.SIGTERM)
            assert ask(address, "/readyz")[0] == 503
            end = time.monotonic() + LIMIT
            while process.poll() is None and time.monotonic() < end:
                process.send_signal(signal.SIGTERM)
                time.sleep(0.02)
        assert process.returncode == -signal.SIGTERM
        assert replies == []
        assert psutil.wait_procs(children, timeout=LIMIT)[1] == []


def test_a_service_that_is_stopped_while_it_loads_leaves_nothing(log, gate):
    command = [sys.executable, "-m", PROGRAM, str(log), "--hold", str(gate)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        children = []
        until(lambda: children.extend(psutil.Process(process.pid).children()) or children)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0
        assert psutil.wait_procs(children, timeout=LIMIT)[1] == []
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker that cannot run cannot notice either")
def test_a_worker_that_is_stopped_goes_with_a_service_that_is_killed(log):
    with service(log=log) as (process, address):
        (worker,) = psutil.Process(process.pid).children()
        client = threading.Thread(target=lambda: suppressed(address, f"/answer/1/{FREEZE:g}"))
        client.start()
        until(lambda: worker.status() == psutil.STATUS_STOPPED)
        process.kill()
        assert psutil.wait_procs([worker], timeout=LIMIT)[1] == []
        client.join(LIMIT)


def suppressed(address, path):
    with suppress(OSError, http.client.HTTPException):
        ask(address, path)


def test_a_port_in_use_is_named_with_what_to_do(log):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", PROGRAM, str(log), "--port", str(port)]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.strip() == (
        f"127.0.0.1:{port} is in use by another program; end that one, or choose another port (0 takes a free one)"
    )
    assert told.stdout == ""


def test_two_services_do_not_get_one_port(log):
    # both may bind it before either listens
    with bound("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with service("--port", str(port), log=log) as (_, address):
            assert ask(address, "/readyz")[0] == 200
            with pytest.raises(OSError, match="in use"):
                listener.listen()


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("no.such.host.invalid", 0, "no name or address"),
        ("a" * 70 + ".invalid", 0, "no name or address"),
        ("198.51.100.7", 0, "no address of this machine"),
        ("127.0.0.1", 70_000, "no port"),
    ],
)
def test_an_address_that_cannot_be_taken_says_why(host, port, told):
    with pytest.raises(InputError, match=told):
        bound(host, port)


def test_every_reason_says_what_to_do():
    assert "from 1024 on" in why_not("127.0.0.1", 80, PermissionError(13, "Permission denied"))
    assert "choose another" in why_not("127.0.0.1", 80, OSError(os.EX_IOERR, "odd"))


def test_an_address_of_the_new_kind_is_written_in_brackets():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        listener = bound("::1", 0)
    except InputError:
        pytest.skip("no IPv6 here")
    with listener:
        assert url(listener).startswith("http://[::1]:")
