"""Evidently's default drift report on windows; runs in an environment of its own, called by `peers`.

    PYTHON benchmarks/monitoring/evidently_windows.py ARRAYS.npz

ARRAYS holds reference (N, F), numbers (W, n, F), reference_classes (N,) and classes (W, n). Prints a JSON list: for
each window, whether any column drifted by Evidently's defaults (for a reference of more than 1000 rows: Wasserstein
distance over the spread, or Jensen-Shannon distance for classes, of 0.1 and more).
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset


def main() -> None:
    """Read the arrays, and print which windows ring."""
    warnings.filterwarnings("ignore")
    arrays = np.load(sys.argv[1])
    names = [f"x{index}" for index in range(arrays["reference"].shape[1])]
    definition = DataDefinition(numerical_columns=names, categorical_columns=["class"])
    reference = _dataset(arrays["reference"], arrays["reference_classes"], names, definition)
    rang = []
    for numbers, classes in zip(arrays["numbers"], arrays["classes"]):
        found = Report([DataDriftPreset()]).run(_dataset(numbers, classes, names, definition), reference).dict()
        rang.append(bool(found["metrics"][0]["value"]["count"] > 0))
    print(json.dumps(rang))


def _dataset(numbers, classes, names, definition):
    frame = pd.DataFrame(numbers.astype(np.float64), columns=names)
    frame["class"] = classes.astype(str)
    return Dataset.from_pandas(frame, definition)


if __name__ == "__main__":
    main()
