"""A training loop of your own, watched through the symmetries of its network: half a minute."""

import sys
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn

import netwright

out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/watched")
out.mkdir(parents=True, exist_ok=True)

torch.manual_seed(0)
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
labels = torch.tensor(digits.target)

model = nn.Sequential(
    *(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
    *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 500)

symmetries = netwright.find_symmetries(model, images[:16])
print(symmetries)

with netwright.track(model, optimizer, symmetries, every=10, schedule=schedule) as watch:
    for _ in range(500):
        batch = torch.randint(len(labels), (64,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()

record = watch.record()
print(record)
for alarm in record.alarms:
    print(f"{alarm.kind} at {alarm.place}: {alarm.found}. {alarm.remedy}")
print(netwright.check_geometry(model.double(), images[:16].double(), symmetries))
print("the page:", netwright.write_report(record, out / "dynamics.html"))
