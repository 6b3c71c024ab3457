"""A classifier of your own, looked into, pruned to a few neurons without training, and saved: half a minute."""

import sys
from pathlib import Path

import torch
from torch.nn import functional
from transformers import BertConfig, BertForSequenceClassification

import netwright
from netwright.anatomy.threshold import Deviations
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.evaluate import compare

out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("studies/pruned")

# a task that a small model learns in seconds: are there more small numbers than large ones?
torch.manual_seed(0)
sizes = BertConfig(
    vocab_size=40, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256, num_labels=2
)
model = BertForSequenceClassification(sizes)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)


def some_texts(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return random sequences of 12 tokens and their labels."""
    tokens = torch.randint(2, 40, (count, 12))
    return tokens, ((tokens < 21).sum(1) > 6).long()


for _ in range(300):
    tokens, labels = some_texts(64)
    optimizer.zero_grad()
    functional.cross_entropy(model(input_ids=tokens).logits, labels).backward()
    optimizer.step()
model.eval()

batches = [{"input_ids": some_texts(32)[0]} for _ in range(16)]
print(netwright.layer_anatomy(model, batches[:1]))
print(netwright.neuron_anatomy(model, batches[:1], threshold=Deviations(2.0)))

plan = netwright.plan_pruning(model, batches, budget=Neurons(keep=0.03))
print(plan)
pruned = netwright.apply_plan(model, plan)
mended = netwright.repair(pruned, model, plan, batches)

tokens, labels = some_texts(2000)
for name, candidate in (("pruned", pruned), ("pruned and mended", mended)):
    before, after = compare(model, candidate, [{"input_ids": tokens}], labels)
    print(
        f"{name}: {after.parameters:,} of {before.parameters:,} parameters, accuracy {after.accuracy:.3f} "
        f"({after.accuracy_low:.3f} to {after.accuracy_high:.3f}) for {before.accuracy:.3f}, KL {after.divergence:.4f}"
    )

folder = netwright.save_pruned(mended, out / "model")
print("saved for transformers:", folder)
