"""Compare a model of your own (own_model.py) with one of the catalog; its scenario is own-model.toml."""

import sys
from pathlib import Path

import netwright

HERE = Path(__file__).parent
out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/own-model")

# the folder of a script is on Python's path, so own_model is found; the command line looks where it is called
decision = netwright.choose(netwright.read_scenario(HERE / "own-model.toml"), out=out)
print(*decision.summary, sep="\n")
print(decision)
