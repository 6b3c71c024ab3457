import os
import signal
import sys
from multiprocessing import forkserver, spawn

import pytest

from netwright.machine.fork_server import THREAD_VARIABLES, hidden_main, start_server


def test_the_main_module_is_hidden_only_for_a_while():
    main = sys.modules["__main__"]
    with hidden_main():
        described = spawn.get_preparation_data("child")
    assert sys.modules["__main__"] is main
    assert not any(key.startswith("init_main") for key in described)


@pytest.mark.parametrize("value", [None, "7"])
def test_starting_leaves_the_environment_and_the_signals_as_they_were(monkeypatch, value):
    for name in THREAD_VARIABLES:
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    environment, mask = dict(os.environ), signal.pthread_sigmask(signal.SIG_BLOCK, ())
    start_server(("torch",))
    assert dict(os.environ) == environment
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mask


def test_a_server_that_has_the_modules_is_kept_and_one_without_them_is_replaced():
    def identity():
        return forkserver._forkserver._forkserver_pid

    start_server(("torch",))
    first = identity()
    start_server(("torch",))
    start_server(())
    assert identity() == first
    start_server(("torch", "netwright.records.units"))
    assert identity() != first
