"""How long `import netwright` and `netwright --help` take, beside the bare interpreter.

Run: python benchmarks/start_up.py [--repeats 15]
"""

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import netwright": ["-c", "import netwright"],
    "import typer (peer)": ["-c", "import typer"],
    "import torch (peer)": ["-c", "import torch"],
    "netwright --help": [
        "-c",
        "import sys; from netwright.cli.main import app; sys.argv = ['netwright', '--help']; app()",
    ],
}


def seconds(arguments: list[str]) -> float:
    """Return the wall time of one fresh interpreter."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the median and the spread of each command, interleaved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    times = {name: [] for name in COMMANDS}
    for _ in range(repeats):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    print(f"{'command':22s} {'median':>8s}  {'least to most':>18s}  ({repeats} fresh interpreters each)")
    for name, values in times.items():
        spread = f"{min(values) * 1e3:.0f} to {max(values) * 1e3:.0f} ms"
        print(f"{name:22s} {statistics.median(values) * 1e3:5.0f} ms  {spread:>18s}")


if __name__ == "__main__":
    main()
