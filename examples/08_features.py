"""Feature views: what a model is told of a card's past, the same in training and in the service. Half a minute.

The payments are SYNTHETIC.
"""

import sys
from pathlib import Path

import numpy as np

from netwright.data import payments
from netwright.data.payments_view import VIEW
from netwright.features.materialise import materialise
from netwright.features.online_features import OnlineFeatures
from netwright.features.online_store import OnlineStore
from netwright.features.replay import check_view
from netwright.features.training_join import training_join

out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/features")
out.mkdir(parents=True, exist_ok=True)
print(VIEW)

raw, labels = payments.history(20_000, cards=1_200, seed=8)
events = {name: values for name, values in raw.items() if name not in {"age", "region"}}

# training: every row as of its own moment, nothing that came after
rows = training_join(VIEW, events)
for name in ("payments in 1 h", "ln amount to usual"):
    fraud, others = (np.nanmean(rows[name][labels == label]) for label in (1, 0))
    print(f"{name}: {fraud:.2f} on average for fraud, {others:.2f} for the others")

# serving: the same values, one payment after the other
print(check_view(VIEW, {name: values[:5_000] for name, values in events.items()}))

store = out / "payments.db"
store.unlink(missing_ok=True)
materialise(VIEW, events, store)
now = float(raw["time"][-1]) + 60
card = raw["card"][-1]
with OnlineStore(store, VIEW) as opened:
    service = OnlineFeatures(VIEW, opened, clock=lambda: now)
    for amount in (1.0, 1.5, 900.0):
        payment = {"card": np.array([card.encode()], object), "time": np.array([now]), "amount": np.array([amount])}
        row = service.enrich(payment)
        told = ", ".join(f"{name} {row[name].item():.2f}" for name in ("payments in 1 h", "ln amount to usual"))
        print(f"a payment of {amount:.2f} with {card}: {told}")
        now += 30
