"""Two models compared: against a slow count of answers, and every way to ask wrongly."""

import pytest
import torch

from netwright.pruning.evaluate import compare, with_timing
from netwright.pruning.flop_count import count_batch_flops
from netwright.pruning.paired_timing import PairedTiming
from netwright.records.errors import DataError, ModelError


def test_accuracy_agreement_and_divergence_are_those_of_the_answers(make_model, batches):
    dense, other = make_model("bert", seed=0), make_model("bert", seed=1)
    labels = [0, 1, 2] * 4
    before, after = compare(dense, other, iter(batches), labels)
    with torch.no_grad():
        p = torch.cat([dense(**batch).logits.double().softmax(-1) for batch in batches])
        q = torch.cat([other(**batch).logits.double().softmax(-1) for batch in batches])
    right = torch.tensor(labels)
    assert before.accuracy == float((p.argmax(1) == right).double().mean())
    assert after.accuracy == float((q.argmax(1) == right).double().mean())
    assert after.agreement == float((p.argmax(1) == q.argmax(1)).double().mean())
    assert after.divergence == pytest.approx(float((p * (p / q).log()).sum(1).mean()))
    assert (before.agreement, before.divergence) == (1.0, 0.0)
    # Wilson's interval of k of 12 at z = 1.96, by its closed form
    k, z2 = round(12 * after.accuracy), 1.959964**2
    assert after.accuracy_low + after.accuracy_high == pytest.approx(2 * (k + z2 / 2) / (12 + z2), abs=1e-6)
    assert before.parameters == sum(weight.numel() for weight in dense.parameters())
    assert before.bytes == 4 * before.parameters


def test_a_language_model_answers_at_every_real_token(language_model, batches):
    twin = torch.nn.Module.__new__(type(language_model))
    twin.__dict__ = dict(language_model.__dict__)
    before, after = compare(language_model, twin, batches)
    assert (after.agreement, after.divergence, before.accuracy) == (1.0, 0.0, None)


def test_attention_is_counted_however_it_is_computed(make_model, batches):
    counts = [count_batch_flops(make_model("bert", attn_implementation=how), batches[0]) for how in ("sdpa", "eager")]
    assert counts[0] == counts[1] > 0


def test_times_are_medians_with_intervals_of_calls_in_turn(make_model, batches):
    dense = make_model("bert")
    timing = PairedTiming(tuple(2.0 + at for at in range(10)), tuple(1.0 + at / 2 for at in range(10)))
    before, after = with_timing(*compare(dense, dense, batches), timing)
    assert (before.seconds, before.seconds_low, before.seconds_high) == (6.5, 3.0, 10.0)
    assert after.seconds == 3.25
    assert timing.speedup.value == timing.speedup.low == 2.0


@pytest.mark.parametrize("labels", [[0] * 11, [0] * 13, [0]])
def test_not_one_label_a_text_is_told(bert, batches, labels):
    with pytest.raises(DataError, match=f"{len(labels)} labels"):
        compare(bert, bert, batches, labels)


def test_no_texts_models_of_other_labels_and_models_without_answers_are_told(bert, make_model, batches):
    with pytest.raises(DataError, match="no test texts"):
        compare(bert, bert, [])
    with pytest.raises(ModelError, match=r"\(4, 3\), the pruned one with \(4, 5\)"):
        compare(bert, make_model("bert", num_labels=5), batches)
    with pytest.raises(ModelError, match="with its head"):
        compare(bert.bert, bert.bert, batches)
