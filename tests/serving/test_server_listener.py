import socket
import sys

import pytest

from netwright.serving.server_listener import bound, refuse_new


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel can be asked on Linux only")
def test_a_listener_that_is_about_to_close_keeps_what_has_connected_and_takes_nobody_new():
    with bound("127.0.0.1", 0) as listener, socket.socket() as before, socket.socket() as after:
        listener.listen()
        listener.setblocking(False)
        before.connect(listener.getsockname())
        before.sendall(b"sent early")
        refuse_new(listener)
        after.setblocking(False)
        # on loopback a connection is made inside this call, or not at all
        after.connect_ex(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(100) == b"sent early"
        with pytest.raises(BlockingIOError):
            listener.accept()
        # nor does the client believe that it was let in
        with pytest.raises(OSError, match="not connected"):
            after.getpeername()


def test_a_port_is_free_again_as_soon_as_its_service_has_gone():
    with bound("127.0.0.1", 0) as listener:
        listener.listen()
        place = listener.getsockname()
        client = socket.create_connection(place)
        accepted, _ = listener.accept()
        # whoever closes first leaves the port in TIME_WAIT
        accepted.close()
        client.close()
    with bound(*place) as again:
        again.listen()
        assert again.getsockname() == place
