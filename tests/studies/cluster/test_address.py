import socket

import pytest

from netwright.records.errors import InputError
from netwright.studies.cluster.address import check_reachable, resolve


@pytest.mark.parametrize("address", ["ray://head:10001", "10.0.0.1:6379", "ray://[::1]:10001", "auto"])
def test_addresses_of_each_form_are_taken(address, monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    assert resolve(address) == address


def test_auto_is_what_the_environment_names(monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "ray://head:10001")
    assert resolve("auto") == "ray://head:10001"
    assert resolve("10.0.0.1:6379") == "10.0.0.1:6379"


@pytest.mark.parametrize("address", ["head", "ray://head", "ray://:10001", "head:port", "head:0", "head:70000",
                                     "http://head:80/x", "", "ray://"])  # fmt: skip
def test_anything_else_is_told_with_what_to_write(address, monkeypatch):
    with pytest.raises(InputError, match="is no address of a Ray cluster; write auto, ray://HOST:PORT"):
        resolve(address)


def test_a_listening_address_is_fine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_reachable(f"ray://127.0.0.1:{server.getsockname()[1]}")


def test_an_unknown_host_is_told():
    # RFC 6761: this name never resolves
    with pytest.raises(InputError, match=r"no Ray cluster answers at ray://nowhere\.invalid:1: .*check the address"):
        check_reachable("ray://nowhere.invalid:1")


def test_auto_is_left_to_ray():
    check_reachable("auto")
