import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal
from netwright.serving.server_signals import wait_for_stop
read = os.read
# it says that it waits when it does, so that the signal is not early
os.read = lambda *given: (print("waits", flush=True), read(*given))[1]
print(wait_for_stop().name, flush=True)
os.kill(os.getpid(), signal.SIGTERM)
print("never", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_waits_hears_the_first_signal_and_ends_with_the_next(number):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout.readline() == "waits\n"
        process.send_signal(number)
        assert process.stdout.read() == f"{number.name}\n"
    assert process.returncode == -signal.SIGTERM
