"""Trainings as the dynamics page shows them: healthy, ill, without a law, and hostile; their figures are made up."""

from math import exp, sin

from broken_studies import HOSTILE

from netwright.records.dynamics import Alarm, Attribution, ChargeSeries, Dynamics, Forecast
from netwright.records.geometry import Geometry, Residual
from netwright.records.symmetry import Absence, Symmetry, SymmetryTable

STEPS, EVERY = 2000, 2
OPTIMIZER = "SGD (lr 0.05, momentum 0.9, weight decay 0.0005)"


def make_series(kind, place, count=64, start=1.0, rate=2e-4, exact=True):
    steps = tuple(range(0, STEPS + 1, EVERY))
    theory = tuple(start * count * exp(-rate * step) * (1 + 0.02 * sin(step / 150)) for step in steps)
    noise = 1e-7 if exact else 4e-5
    error = tuple(noise * step / STEPS for step in steps)
    flow_error = tuple(40 * value for value in error)
    return ChargeSeries(
        kind=kind,
        place=place,
        count=count,
        exact=exact,
        steps=steps,
        measured=tuple(value + off * count for value, off in zip(theory, error, strict=True)),
        predicted=theory,
        flow=tuple(value * (1 + off) for value, off in zip(theory, flow_error, strict=True)),
        error=error,
        flow_error=flow_error,
        attribution=Attribution(
            steps=200, change=-0.31, decay=-0.45, finite_step=0.12, breaking=0.0 if exact else 0.0199, rounding=1e-7
        ),
        size=count * max(1.0, abs(start)),
    )


def make_table():
    return SymmetryTable(
        symmetries=(
            Symmetry(
                kind="translation", place="head", parameters=("head.weight", "head.bias"), count=513, residual=2e-17
            ),
            Symmetry(kind="scale", place="conv1 before bn1", parameters=("conv1.weight",), count=64, exact=False),
            Symmetry(
                kind="rescale", place="fc1 to fc2", parameters=("fc1.weight", "fc1.bias", "fc2.weight"), count=256
            ),
            Symmetry(kind="null", place="conv1", parameters=("conv1.bias",), count=64),
            Symmetry(kind="shear", place="bn1", parameters=("conv1.bias", "bn1.bias"), count=64, conserves=False),
        ),
        absent=(
            *(Absence(kind="rescale", place=f"block{i}.mlp", reason="GELU is not homogeneous") for i in range(9)),
            Absence(kind="translation", place="head", reason="its weight is tied to the embedding"),
        ),
        loss="cross entropy",
    )


def make_dynamics(families=10):
    series = [
        make_series("translation", "head", 513, 0.05),
        *(
            make_series("scale", f"conv{i} before bn{i}", 64 << min(i // 3, 3), 1 + 0.1 * i, 1e-4 * i, False)
            for i in range(families)
        ),
        make_series("rescale", "fc1 to fc2", 256, -0.3),
        make_series("rescale", "fc2 to fc3", 256, 0.2, 4e-4),
        make_series("null", "conv1.bias", 64, 0.01),
    ]
    forecasts = [
        Forecast(
            place=f"conv{i}",
            norm=8.0 + i,
            equilibrium=4.1,
            steps=10_000.0,
            angle=0.004,
            equilibrium_angle=0.0051,
            effective_rate=2e-3,
        )
        for i in range(families)
    ]
    return Dynamics(
        optimizer=OPTIMIZER,
        steps=STEPS,
        every=EVERY,
        symmetries=make_table(),
        series=tuple(series),
        forecasts=tuple(forecasts),
        title="vgg-16 on fashion-mnist",
    )


def make_alarmed(record):
    frozen = Alarm(
        kind="frozen layer",
        place="conv3.weight",
        step=12,
        found="its gradient was exactly 0 in all of the last 12 steps, and its norm falls by decay alone",
        remedy="check requires_grad and whether its output reaches the loss",
    )
    told = {"found": "the row scale is broken by 0.3", "remedy": "call model.train() after evaluating"}
    alarms = (frozen, *(Alarm(kind="BatchNorm in eval", place=f"bn{i}", step=40 + i, **told) for i in range(8)))
    broken = record.series[-2].model_copy(update={"error": tuple(0.2 for _ in record.series[-2].error)})
    return record.model_copy(update={"alarms": alarms, "series": (*record.series[:-2], broken, record.series[-1])})


def make_lawless(record):
    none = (None,) * len(record.series[0].steps)
    gone = {"predicted": none, "flow": (), "error": none, "flow_error": (), "attribution": None, "size": 0.0}
    series = tuple(one.model_copy(update=gone) for one in record.series)
    return record.model_copy(update={"series": series, "forecasts": (), "optimizer": "Adam (lr 0.001)"})


def make_without_symmetry():
    table = SymmetryTable(symmetries=(), absent=make_table().absent)
    return Dynamics(optimizer=OPTIMIZER, steps=1, every=10, symmetries=table)


def make_diverged(record):
    nan = float("nan")
    series = tuple(
        one.model_copy(
            update={
                "measured": (*one.measured[:-1], nan),
                "error": (*one.error[:-1], nan),
                "flow": (nan,) * len(one.steps),
            }
        )
        for one in record.series
    )
    all_gone = series[1].model_copy(update={"measured": (nan,) * len(series[1].steps), "kind": "general linear"})
    return record.model_copy(update={"series": (*series, all_gone)})


def make_single(record):
    keys = ("steps", "measured", "predicted", "flow", "error", "flow_error")
    series = tuple(one.model_copy(update={key: getattr(one, key)[:1] for key in keys}) for one in record.series)
    return record.model_copy(update={"series": series, "steps": 1})


def make_hostile_dynamics(record):
    alarm = Alarm(kind="schedule", place=HOSTILE, step=1, found=HOSTILE, remedy=HOSTILE)
    table = SymmetryTable(
        symmetries=(Symmetry(kind="scale", place=HOSTILE, parameters=(HOSTILE,) * 9, count=3),),
        absent=(Absence(kind="scale", place=HOSTILE, reason=HOSTILE),),
        loss=HOSTILE,
    )
    series = tuple(one.model_copy(update={"place": f"{HOSTILE}{i}"}) for i, one in enumerate(record.series))
    forecasts = tuple(one.model_copy(update={"place": HOSTILE}) for one in record.forecasts)
    given = {"title": HOSTILE, "optimizer": HOSTILE, "alarms": (alarm,), "symmetries": table}
    return record.model_copy(update=given | {"series": series, "forecasts": forecasts})


def make_geometry():
    formulas = (("<g, v> = 0", 1e-17), ("H v + B^T g = 0", 4e-15))
    holding = tuple(
        Residual(kind=kind, place=place, formula=formula, generators=64, value=value, tolerance=1e-12)
        for kind, place in (("rescale", "fc1 to fc2"), ("rescale", "fc2 to fc3"), ("translation", "head"))
        for formula, value in formulas
    )
    scale = {"kind": "scale", "place": "conv1 before bn1", "formula": "<g, v> = 0", "generators": 64}
    defect = Residual(**scale, value=3e-6, tolerance=1e-12, predicted=3e-6)
    exact = Residual(kind="null", place="conv1.bias", formula="<g, v> = 0", generators=64, value=0.0, tolerance=1e-12)
    return Geometry(residuals=(*holding, defect, exact), dtype="float64")


def rows_of(chart):
    """Return every row of data of a drawing."""
    return [row for rows in chart.to_dict(validate=False).get("datasets", {}).values() for row in rows]
