"""What jobs on a cluster do in these tests; imported by name, from the code that travels to the nodes."""

import json
import os
import threading
from pathlib import Path

from netwright.machine.cache import cache_folder


def steps(payload, tell):
    for step in range(int(payload)):
        tell(f"step {step}")
    return "done"


def where(payload, tell):
    return json.dumps({"node": str(cache_folder().parent), "code": __file__, "folder": str(Path.cwd())})


def read(payload, tell):
    return Path(json.loads(payload)["file"]).read_text()


def data_of(payload, tell):
    from netwright.studies.data_at_hand import data_place, load

    copy = cache_folder() / data_place(payload)
    about = copy.stat()
    return json.dumps([load(payload).fingerprint, str(copy), about.st_ino, about.st_mtime_ns])


def count(payload, tell):
    """Count to 6, a number at a time on disk; on the node that is named, stop at 3 unless some were there before."""
    told = json.loads(payload)
    file = Path(told["folder"], "count.txt")
    before = int(file.read_text()) if file.exists() else 0
    tell(f"at {cache_folder().parent.name}")
    for number in range(1, 7):
        if number > before:
            file.write_text(str(number))
        tell(str(number))
        if not before and number == 3 and told["stop"] in cache_folder().parent.name:
            threading.Event().wait()
    return str(before)


def spin(payload, tell):
    tell(json.dumps([os.getpid(), str(cache_folder().parent)]))
    threading.Event().wait()


def dies(payload, tell):
    os.abort()


def fails(payload, tell):
    raise ValueError("no such width")


def grows(payload, tell):
    return str(len(bytearray(int(payload))))
