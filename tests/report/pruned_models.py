"""Prunings and sweeps as they come out of a run, and unusual ones."""

from math import exp

from netwright.records.pruning import Figures, Plan, Pruning, SitePlan, Sweep, SweepPoint

HOSTILE = "</script><img src=x onerror=window.hacked=1> ${x} {{ y }}"


def make_plan(kept=(700, 900, 640, 800, 512, 1000), count=1536, **changes):
    """Return a plan that keeps the first neurons of each layer."""
    sites = [
        SitePlan(place=f"bert.encoder.layer.{at}", layer=at, unit="neurons", count=count, kept=tuple(range(width)))
        for at, width in enumerate(kept)
    ]
    made = Plan(
        model="BertForSequenceClassification",
        fingerprint="0" * 64,
        score="second-order elimination",
        budget="50% of the units",
        sites=tuple(sites),
        texts=512,
        tokens=11_000,
    )
    return made.model_copy(update=changes)


def make_pruning(**changes):
    """Return a timed and tested pruning of a six-layer model."""
    before = Figures(
        parameters=22_713_986,
        bytes=90_855_944,
        flops=1.38e9,
        seconds=0.0182,
        seconds_low=0.0180,
        seconds_high=0.0185,
        accuracy=0.872,
        accuracy_low=0.857,
        accuracy_high=0.886,
        divergence=0.0,
        agreement=1.0,
    )
    after = Figures(
        parameters=19_174_000,
        bytes=76_696_000,
        flops=0.92e9,
        seconds=0.0131,
        seconds_low=0.0129,
        seconds_high=0.0134,
        accuracy=0.8695,
        accuracy_low=0.854,
        accuracy_high=0.8835,
        divergence=0.0051,
        agreement=0.982,
    )
    made = Pruning(
        title="minilm-reviews",
        plan=make_plan(),
        repaired=True,
        before=before,
        after=after,
        speedup=1.39,
        speedup_low=1.36,
        speedup_high=1.42,
        share=0.61,
        batch=(4, 128),
        threads=2,
        seconds=52.0,
        tested=2000,
        notes=("Calibration texts come from the training part.",),
    )
    return made.model_copy(update=changes)


def make_untested(**changes):
    """Return a pruning of which nothing was timed or tested."""
    bare = dict.fromkeys(("seconds", "seconds_low", "seconds_high", "accuracy", "accuracy_low"))
    bare |= dict.fromkeys(("accuracy_high", "divergence", "agreement"))
    whole = make_pruning()
    return whole.model_copy(
        update={
            "before": whole.before.model_copy(update=bare),
            "after": whole.after.model_copy(update=bare),
            **dict.fromkeys(("speedup", "speedup_low", "speedup_high", "share")),
            "tested": 0,
            "notes": (),
            **changes,
        }
    )


def make_layers_gone():
    """Return a pruning of whole layers."""
    site = SitePlan(place="bert.encoder.layer", layer=0, unit="layers", count=6, kept=(0, 1, 3, 5))
    return make_pruning(plan=make_plan().model_copy(update={"sites": (site,)}))


def make_heads_gone():
    """Return a pruning of neurons and heads, one layer without any of either left."""
    heads = [
        SitePlan(place=f"bert.encoder.layer.{at}", layer=at, unit="heads", count=12, kept=tuple(range(width)))
        for at, width in enumerate((12, 8, 1, 6, 6, 10))
    ]
    plan = make_plan((1536, 900, 0, 800, 512, 1000))
    return make_pruning(plan=plan.model_copy(update={"sites": (*plan.sites, *heads)}))


def make_hostile_pruning():
    """Return a pruning whose every text tries to leave its place."""
    plan = make_plan().model_copy(update={"model": HOSTILE, "score": HOSTILE, "budget": HOSTILE})
    sites = tuple(site.model_copy(update={"place": HOSTILE * 3}) for site in plan.sites)
    return make_pruning(title=HOSTILE, plan=plan.model_copy(update={"sites": sites}), notes=(HOSTILE,))


def make_sweep(methods=4, draws=3, domains=("films",), timed=True):
    """Return methods that fall off at different shares, each in several draws, with the dense model first."""
    names = ["anatomy criterion", "arbitrary", "Fisher mask", "second order, repaired", "FLAP", "random", "magnitude"]
    names += [f"method {number}" for number in range(len(names), methods)]
    points = []
    for domain_at, domain in enumerate(domains):
        for at, method in enumerate(names[:methods]):
            for share in (0.0, 0.28, 0.38, 0.52, 0.71, 0.77):
                seen = range(draws if share else 1)
                points += [_point(method, at, share, draw, domain, domain_at, timed) for draw in seen]
    return Sweep(title="MiniLM on film snippets", points=tuple(points), notes=("Time is that of one thread.",))


def _point(method, at, share, draw, domain, domain_at, timed):
    removed = share + (0.004 * draw if share else 0.0)
    value = (
        0.5 + (0.372 - 0.05 * domain_at) / (1 + exp(14 * (removed - 0.4 - 0.09 * at))) - (0.008 * draw if share else 0)
    )
    return SweepPoint(
        method=method,
        setting="dense" if share == 0 else f"alpha {share}",
        removed=removed,
        accuracy=value,
        accuracy_low=value - 0.015,
        accuracy_high=value + 0.015,
        divergence=removed**3,
        seconds=13.7 - 7 * removed * (0.05 if at == 0 else 1) if timed else None,
        draw=draw,
        domain=domain,
    )


def make_hostile_sweep():
    """Return a sweep whose every text tries to leave its place, of more methods than there are colours."""
    sweep = make_sweep(10, 1, (HOSTILE,))
    points = tuple(p.model_copy(update={"method": f"{p.method} {HOSTILE}", "setting": HOSTILE}) for p in sweep.points)
    return sweep.model_copy(update={"title": HOSTILE, "points": points, "notes": (HOSTILE,)})
