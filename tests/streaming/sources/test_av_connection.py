"""Network streams as PyAV sees them, from a server on this machine that stalls, vanishes, and comes back."""

from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import numpy as np
import pytest

from netwright.records.errors import DataError
from netwright.streaming.sources.address import open_source
from netwright.streaming.sources.av_connection import AvOpener
from netwright.streaming.sources.backoff import Backoff
from netwright.streaming.sources.connection import LostError
from netwright.streaming.sources.live import LiveSource, connect
from netwright.streaming.sources.network import network_opener

WAIT = 20
PATIENCE = 0.3
"""Seconds: the only real wait, of the decoder, for a server that says nothing."""


@contextmanager
def served(answer):
    """Run a server whose every request is answered by a function of the handler."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/door"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answered(handler, content, length=None):
    handler.send_response(200)
    handler.send_header("Content-Type", "video/mp2t" if length is None else "video/x-msvideo")
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(content)
    handler.wfile.flush()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.delenv("http_proxy", raising=False)


@pytest.fixture
def moving():
    return np.random.default_rng(0).integers(0, 256, (30, 48, 64, 3), dtype=np.uint8)


@pytest.fixture
def transport(tmp_path, write_video, moving):
    """Bytes of 30 frames in a container without a stated length, as cameras send them."""
    return write_video(tmp_path / "a.ts", moving, rate=25, codec="mpeg2video", pixel_format="yuv420p").read_bytes()


def test_a_stream_that_stalls_is_lost_after_the_patience(transport):
    over = Event()

    def answer(handler):
        answered(handler, transport)
        over.wait(WAIT)

    with served(answer) as url, closing(network_opener(url, PATIENCE).open()) as connection:
        frames = iter(connection)
        times = [next(frames)[1]]
        with pytest.raises(LostError, match=r"it gave nothing for 0\.3 s"):
            times.extend(seconds for _, seconds in frames)
        over.set()
    assert len(times) >= 20
    np.testing.assert_allclose(np.diff(times), 1 / 25, atol=1e-3)


def test_a_stream_that_vanishes_is_connected_again(transport):
    over, asked = Event(), []

    def answer(handler):
        asked.append(handler.path)
        if len(asked) == 2:
            handler.send_error(503)
            return
        answered(handler, transport)
        if len(asked) > 2:
            over.wait(WAIT)

    with served(answer) as url:
        opener = network_opener(url, patience=WAIT)
        with closing(LiveSource(opener, connect(opener), Backoff(first=0.001))) as source:
            frame = next(frame for frame in source if frame.part == 1)
            assert frame.pixels.shape == (48, 64, 3)
            assert source.losses().reconnects == 1
            over.set()
    assert asked[:3] == ["/door"] * 3


def test_a_url_whose_length_is_known_is_a_recording(tmp_path, write_video, moving):
    content = write_video(tmp_path / "a.avi", moving, rate=25).read_bytes()
    with served(lambda handler: answered(handler, content, len(content))) as url:
        source = open_source(url)
        assert (source.live, source.rate, source.name) == (False, 25.0, url)
        frames = list(source)
    assert [frame.time for frame in frames] == pytest.approx([index / 25 for index in range(30)])
    assert source.losses().dropped == 0


def test_a_recording_that_breaks_off_says_so(tmp_path, write_video, moving):
    content = write_video(tmp_path / "a.avi", moving, rate=25).read_bytes()
    with served(lambda handler: answered(handler, content[: len(content) // 2], len(content))) as url:
        source = open_source(url)
        with pytest.raises(DataError, match=r"/door: .* after \d+ frames"):
            list(source)


def test_an_unreachable_url_is_told_without_its_password():
    with served(lambda handler: handler.send_error(404)) as url:
        secret = url.replace("http://", "http://ada:hidden@")
        with pytest.raises(DataError, match="/door: it cannot be read") as told:
            open_source(secret)
    assert "hidden" not in str(told.value)
    # nobody listens there any more
    with pytest.raises(DataError, match="Connection refused"):
        open_source(url)


def test_sound_alone_is_no_source(tmp_path):
    path = tmp_path / "a.wav"
    write_sound(path)
    with pytest.raises(LostError, match="it has no video, only sound"):
        AvOpener("a.wav", str(path)).open()


def test_packets_without_frames_do_not_keep_a_stream_alive(tmp_path, write_video, moving):
    class Rushing:
        """Every look at this clock is a minute later than the one before."""

        seconds = 0.0

        def now(self):
            self.seconds += 60
            return self.seconds

    # this decoder holds its first frames back
    path = write_video(tmp_path / "a.mp4", moving, codec="libx264", pixel_format="yuv420p")
    opener = AvOpener("door", str(path), patience=50, clock=Rushing())
    with closing(opener.open()) as connection, pytest.raises(LostError, match="it gave no whole frame for 50 s"):
        next(iter(connection))


def test_damaged_packets_are_counted_and_left_out(tmp_path, write_video, moving):
    path = write_video(tmp_path / "a.mov", moving, codec="png", pixel_format="rgb24")
    content = path.read_bytes()
    second = content.index(b"\x89PNG", content.index(b"\x89PNG") + 1)
    path.write_bytes(content[:second] + b"\0" * 64 + content[second + 64 :])
    with closing(AvOpener("door", str(path)).open()) as connection:
        assert len(list(connection)) == 29
        assert connection.damaged == 1


def write_sound(path):
    import wave

    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
