"""A table of your own, as a CSV file: the tumour measurements inside scikit-learn stand in for it. Half a minute."""

import csv
import sys
from pathlib import Path

from sklearn.datasets import load_breast_cancer

import netwright

out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/tumours")
out.mkdir(parents=True, exist_ok=True)

tumours = load_breast_cancer()
with (out / "tumours.csv").open("w", newline="") as file:
    table = csv.writer(file)
    table.writerow([*tumours.feature_names, "kind"])
    table.writerows([*row, tumours.target_names[kind]] for row, kind in zip(tumours.data, tumours.target, strict=True))

(out / "tumours.toml").write_text("""
name = "tumours"
task = "tabular-classification"
data = "table:tumours.csv?label=kind&test=0.3"   # relative to this file
[design]
sizes = [40, 80, 160, 300]
seeds = 2
validation = 60
[[candidate]]
name = "logistic-regression"
model = "logistic-regression"
[[candidate]]
name = "decision-tree"
model = "decision-tree"
options = { max_depth = 5 }
[[candidate]]
name = "random-forest"
model = "random-forest"
[constraints]
accuracy = ">= 0.85"
[preferences]
order = ["accuracy", "latency.p50"]
tolerance = { accuracy = 0.02 }
""")
decision = netwright.choose(netwright.read_scenario(out / "tumours.toml"), out=out / "study")
print(*decision.summary, sep="\n")
print(decision)
