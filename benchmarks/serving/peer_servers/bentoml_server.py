"""BentoML, as its documentation shows it: one worker; the service is in bentoml_service.py."""

import os
import sys
from pathlib import Path

from mlp import arguments

told = arguments()
os.environ["PEER_WEIGHTS"] = told.weights
os.chdir(Path(__file__).parent)
serve = ["-m", "bentoml", "serve", "bentoml_service:Classifier", "--host", "127.0.0.1", "--port", str(told.port)]
os.execv(sys.executable, [sys.executable, *serve])
