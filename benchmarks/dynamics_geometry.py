"""How far the gradient and Hessian of real networks are from what their symmetries demand.

VGG-16 with batch normalisation and ResNet-18, at their initial weights, on random images of 32x32 with the softmax
cross-entropy of random labels. All symmetries that `find_symmetries` proves are checked with `check_geometry`: the
gradient constraint of every generator, the four others along random combinations of a family's generators. Printed is
the largest residual over the families of a kind, next to its tolerance, and for the scale symmetries before batch
normalisation how far the defect <g, W> of epsilon is from what float64 measures, |.. - truth| / |truth| over a layer:
as measured from this precision's gradient, whose rounding is as large as the defect, and as predicted from its forward
and backward. Where rounding carries an activation across a kink, float32 and float64 are at different points, and no
prediction is nearer than that.

Run: python benchmarks/dynamics_geometry.py [--batch N] [--width W] [--probes N] [--json FILE]
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from netwright.dynamics.batchnorm_defect import normalisation_defects
from netwright.dynamics.family import Family
from netwright.dynamics.find import find_symmetries
from netwright.dynamics.geometry import check_geometry
from netwright.dynamics.landscape import Landscape
from netwright.dynamics.loss import softmax_cross_entropy
from netwright.machine.hardware import describe_hardware
from netwright.models.resnet import resnet
from netwright.models.vgg import vgg
from netwright.records.geometry import Residual

SHAPE, CLASSES = (3, 32, 32), 10


def defects(model: nn.Module, example: Tensor, families: Sequence[Family]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return <g, W> of the charges that epsilon makes inexact, measured and predicted, layer by layer."""
    landscape = Landscape(model, example, softmax_cross_entropy)
    here = landscape.here()
    gradient = landscape.gradient(here)
    by_weight = {f.symmetry.parameters[0]: f for f in families if f.symmetry.kind == "scale" and not f.symmetry.exact}
    found = []
    for defect in normalisation_defects(landscape, here):
        family = by_weight.get(f"{defect.producer}.weight")
        if family is not None and family.symmetry.count == defect.products.size:
            found.append((family.between(gradient, here), defect.products))
    return found


def compare_defects(model: nn.Module, example: Tensor, families: Sequence[Family]) -> dict[str, float]:
    """Return how far the defect is from what float64 measures, as predicted and as measured in this precision."""
    truths = [measured for measured, _ in defects(deepcopy(model).double(), example.double(), families)]
    told = {}
    for how, at in (("measured", 0), ("predicted", 1)):
        layers = [pair[at] for pair in defects(model, example, families)]
        off = [np.linalg.norm(layer - truth) / np.linalg.norm(truth) for layer, truth in zip(layers, truths)]
        told |= {f"{how}, median layer": float(np.median(off)), f"{how}, worst layer": float(np.max(off))}
    return told


def check(name: str, model: nn.Module, options: argparse.Namespace, dtype: torch.dtype) -> dict[str, object]:
    """Check one network in one precision and print what came out."""
    model = model.to(dtype)
    example = torch.randn(options.batch, *SHAPE, generator=torch.Generator().manual_seed(0)).to(dtype)
    families = find_symmetries(model, example)
    start = time.perf_counter()
    geometry = check_geometry(model, example, families, probes=options.probes)
    seconds = time.perf_counter() - start
    rows: dict[tuple[str, str], list[Residual]] = defaultdict(list)
    for residual in geometry.residuals:
        rows[residual.kind, residual.formula].append(residual)
    print(f"\n{name}, {geometry.dtype}: {len(families)} families, {len(geometry.residuals)} residuals, {seconds:.1f} s")
    told = []
    for (kind, formula), found in rows.items():
        worst = max(found, key=lambda residual: residual.value / residual.tolerance)
        predicted = max((r.predicted for r in found if r.predicted is not None), default=None)
        largest = max(r.value for r in found)
        holds = sum(r.holds for r in found)
        beside = "" if predicted is None else f"  predicted {predicted:.2e}"
        print(
            f"  {kind:12s} {formula:24s} {holds}/{len(found)} hold  largest {largest:.1e}  "
            f"nearest to its tolerance: {worst.value:.1e} of {worst.tolerance:.1e}{beside}"
        )
        told.append({"kind": kind, "formula": formula, "families": len(found), "hold": holds, "largest": largest})
    error = compare_defects(model, example, families)
    told_error = "; ".join(f"{how} {value:.1e}" for how, value in error.items())
    print(f"  epsilon defect off what float64 measures: {told_error}")
    return {"network": name, "dtype": geometry.dtype, "seconds": seconds, "defect error": error, "rows": told}


def main() -> None:
    """Check both networks in both precisions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--probes", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(describe_hardware())
    told = []
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(0)
        told.append(check("VGG-16-BN", vgg(SHAPE, CLASSES, width=options.width), options, dtype))
        told.append(check("ResNet-18", resnet(SHAPE, CLASSES, depth=18, width=options.width), options, dtype))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
