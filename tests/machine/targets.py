"""What the isolated processes of these tests do; imported by them by name."""

import itertools
import mmap
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

from netwright.records.errors import DivergedError


def steps(payload, tell):
    for step in range(int(payload)):
        tell(f"step {step}")
    return "done"


def long_result(payload, tell):
    tell("n" * int(payload))
    return "r" * int(payload)


def surroundings(payload, tell):
    import torch

    seen = [Path.cwd(), os.environ.get("NETWRIGHT_TEST", ""), os.environ["OMP_NUM_THREADS"], torch.get_num_threads()]
    return "|".join(map(str, seen))


def has_torch(payload, tell):
    return str("torch" in sys.modules)


def where(payload, tell):
    main = sys.modules["__main__"]
    return f"{os.getppid()}|{getattr(main, '__file__', 'no file')}"


def own_peak(payload, tell):
    block = bytearray(b"x") * int(payload)
    del block
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def allocate_tensor(payload, tell):
    import torch

    return str(torch.ones(int(payload), dtype=torch.uint8).sum())


def grow(payload, tell):
    return str([[i] * 100 for i in itertools.count()])


def grow_shared(payload, tell):
    # shared memory is outside the limit that makes allocations fail
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 2**20))
        kept[-1].write(b"x" * 2**20)


def say_memory_is_short(payload, tell):
    raise RuntimeError(payload)


def spin(payload, tell):
    tell(str(os.getpid()))
    while True:
        pass


def hold_the_interpreter(payload, tell):
    # C code that never gives the interpreter back
    tell(str(os.getpid()))
    return str(sum(itertools.repeat(0)))


def chatter(payload, tell):
    while True:
        tell("and")


def start_another(payload, tell):
    process = subprocess.Popen(["sleep", "1000"])
    tell(f"{os.getpid()} {process.pid}")
    threading.Event().wait()


def diverge(payload, tell):
    raise DivergedError("the loss became nan at step 3")


def fail(payload, tell):
    tell("before")
    raise ValueError("no such width")


def fail_inside_a_library(payload, tell):
    import torch

    return str(torch.nn.Linear(2, 3)(torch.zeros(1, 5)))


class Unspeakable(Exception):  # noqa: N818
    """Cannot be pickled, since it holds a lock."""

    def __init__(self):
        super().__init__("holds a lock")
        self.lock = threading.Lock()


def fail_unspeakably(payload, tell):
    raise Unspeakable


class Mute(Exception):  # noqa: N818
    """Cannot even be printed."""

    def __str__(self):
        raise RuntimeError


def fail_mutely(payload, tell):
    raise Mute


def leave(payload, tell):
    tell("before")
    os._exit(int(payload))


def leave_politely(payload, tell):
    sys.exit(int(payload))


def signal_itself(payload, tell):
    tell("before")
    os.kill(os.getpid(), getattr(signal, payload))
    threading.Event().wait()


def fall_silent(payload, tell):
    os.closerange(3, 256)
    threading.Event().wait()


def return_nothing(payload, tell):
    return None


def leave_a_thread(payload, tell):
    threading.Thread(target=threading.Event().wait, daemon=False).start()
    return "done"


def interrupt_itself(payload, tell):
    os.kill(os.getpid(), signal.SIGINT)
    return "done"
