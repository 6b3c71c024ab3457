from netwright.report.circumstances import circumstances


def test_each_circumstance_once(study):
    found = circumstances(study.decision)
    assert found.hardware == ("AMD EPYC 7B13, 2 cores, 24 GiB; cpu, 1 thread",)
    assert found.versions == ("netwright 0.1.0", "torch 2.13.0")
    assert found.alone == ("Latency, p50", "Latency, p99", "Throughput")
    assert found.seeds == ("0 to 2",)
    assert ("FLOPs: not counted: aten::avg_pool2d", "googlenet-small") in found.notes


def test_circumstances_that_differ_are_all_told(study):
    first, *others = study.decision.candidates
    other = first.measurements[0].conditions.model_copy(update={"threads": 2})
    moved = first.model_copy(update={"measurements": (first.measurements[0].model_copy(update={"conditions": other}),)})
    found = circumstances(study.decision.model_copy(update={"candidates": (moved, *others)}))
    assert [text.rpartition(", ")[2] for text in found.hardware] == ["2 threads", "1 thread"]


def test_nothing_measured_nothing_told(failed_study):
    found = circumstances(failed_study.decision)
    assert (found.hardware, found.versions, found.notes) == ((), (), ())


def test_a_remark_on_all_candidates_says_so(study):
    noted = tuple(
        a.model_copy(update={"measurements": (a.measurements[0].model_copy(update={"notes": ("pooled",)}),)})
        for a in study.decision.candidates
    )
    found = circumstances(study.decision.model_copy(update={"candidates": noted}))
    assert found.notes == (("Accuracy: pooled", "all candidates"),)
