"""Choose a model for the digits inside scikit-learn, and ask the decision questions. Half a minute on two cores."""

import sys
from pathlib import Path

import netwright

HERE = Path(__file__).parent
out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/digits")

scenario = netwright.read_scenario(HERE / "digits.toml")
decision = netwright.choose(scenario, out=out, executor=netwright.LocalExecutor(workers=2))
print(*decision.summary, sep="\n")
print(decision)

curve = decision.assessment("mlp").curve
print("mlp, error at 4,000 images: {:.3f} ({:.3f} to {:.3f})".format(*curve.predict(4000)))
print("decide anew when:", *(trigger.text for trigger in decision.revisit_when), sep="\n- ")
print("report:", netwright.write_report(netwright.read_study(out), out / "report.html"))
