"""A stored transformer pruned from its texts to the stored result, and runs that go on from what stopped ones left."""

import pytest
import torch

import netwright.studies.prune_run as prune_run
import netwright.studies.prune_texts as prune_texts
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import make_text_dataset
from netwright.machine.progress import Silent
from netwright.models.text.batches import text_batches
from netwright.models.text.checkpoint import read_checkpoint
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.budgets.parameters import Parameters
from netwright.pruning.budgets.uniform import Uniform
from netwright.pruning.paired_timing import PairedTiming
from netwright.records.errors import InputError, ModelError
from netwright.records.pruning import Plan, Pruning
from netwright.studies.model_folder import find_model
from netwright.studies.prune_run import run_prune
from netwright.studies.prune_setting import LatencyWish, PruneSetting

WORDS = ["the", "a", "film", "was", "good", "fine", "great", "poor", "bad", "dull", "odd", "slow"]
TEXTS = [f"the {one} film was {other}" for one in WORDS[4:] for other in WORDS[4:]]


def make_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", *WORDS]
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(names)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=32, pad_token="[PAD]", unk_token="[UNK]")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A random BERT classifier of two labels, as save_pretrained leaves it."""
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("stored") / "film-critic"
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
    config = BertConfig(vocab_size=len(WORDS) + 2, max_position_embeddings=32, num_labels=2, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def _reviews(monkeypatch):
    labels = torch.arange(len(TEXTS)) % 2
    rows = encode_texts(TEXTS)
    dataset = make_text_dataset("reviews", (rows[20:], labels[20:]), (rows[:20], labels[:20]), ("bad", "good"), ())
    monkeypatch.setattr(prune_texts, "load", lambda _: dataset)
    monkeypatch.setattr(prune_run, "ROUNDS", 2)


def setting(stored, out, **changes):
    asked = {"budget": Neurons(0.5), "shape": (2, 8), **changes}
    return PruneSetting(model=stored, out=out, **asked)


class Listening(Silent):
    """Keeps what is said, and presses Ctrl-C where a word is said."""

    def __init__(self, stop_at=None):
        self.said, self.stop_at = [], stop_at

    def say(self, line):
        self.said.append(line)
        if self.stop_at is not None and self.stop_at in line:
            raise KeyboardInterrupt


def test_everything_is_written_and_the_stored_model_is_the_one_that_was_measured(stored, tmp_path):
    record = run_prune(setting(stored, tmp_path), Silent())
    assert Pruning.from_json((tmp_path / "pruning.json").read_bytes()) == record
    assert Plan.from_json((tmp_path / "plan.json").read_bytes()) == record.plan
    assert (record.title, record.plan.kept, record.repaired, record.tested) == ("film-critic", 0.5, True, 20)
    assert record.plan.texts == len(TEXTS) - 20
    assert record.after.parameters < record.before.parameters
    assert 0 < record.share < 1
    assert record.after.accuracy_low <= record.after.accuracy <= record.after.accuracy_high
    small, tokenizer = read_checkpoint(tmp_path / "model")
    assert sum(weight.numel() for weight in small.parameters()) == record.after.parameters
    with torch.inference_mode():
        answers = torch.cat([small(**batch).logits for batch in text_batches(TEXTS[:20], tokenizer)])
    right = (answers.argmax(1) == torch.arange(20) % 2).double().mean()
    assert float(right) == record.after.accuracy


def test_equal_blocks_are_stored_as_a_plain_model(stored, tmp_path):
    from transformers import AutoModelForSequenceClassification

    run_prune(setting(stored, tmp_path, budget=Uniform(0.5), score="magnitude", mend=False), Silent())
    assert AutoModelForSequenceClassification.from_pretrained(tmp_path / "model").config.intermediate_size == 12


def test_a_stopped_run_goes_on_from_its_plan(stored, tmp_path, monkeypatch):
    asked = setting(stored, tmp_path, score="mask-fisher", mend=False)
    with pytest.raises(KeyboardInterrupt):
        run_prune(asked, Listening("comparing"))
    kept = Plan.from_json((tmp_path / "plan.json").read_bytes())

    def never(*_, **__):
        raise AssertionError("ranked again")

    monkeypatch.setattr(prune_run, "rank_units", never)
    record = run_prune(asked, Silent())
    assert record.plan == kept
    assert "that of an earlier run" in " ".join(record.notes)


@pytest.mark.parametrize(
    "other", [{"budget": Neurons(0.25)}, {"score": "random"}, {"units": ("heads",)}, {"texts": True}]
)
def test_a_plan_of_something_else_is_not_gone_on_with(stored, tmp_path, other):
    asked = {"score": "magnitude", "mend": False}
    with pytest.raises(KeyboardInterrupt):
        run_prune(setting(stored, tmp_path, **asked), Listening("comparing"))
    before = Plan.from_json((tmp_path / "plan.json").read_bytes())
    if "texts" in other:
        other = {"texts": tmp_path / "texts.txt"}
        other["texts"].write_text("\n".join(TEXTS[:30]), encoding="utf-8")
    record = run_prune(setting(stored, tmp_path, **{**asked, **other}), Silent())
    assert record.plan != before


def test_a_named_plan_is_replayed_and_one_for_another_model_refused(stored, tmp_path):
    first = run_prune(setting(stored, tmp_path / "a", score="random", mend=False), Silent())
    replay = tmp_path / "a" / "plan.json"
    again = run_prune(setting(stored, tmp_path / "b", mend=False, plan=replay), Silent())
    assert again.plan == first.plan
    other = first.plan.model_copy(update={"fingerprint": "0" * 64})
    replay.write_text(other.to_json(), encoding="utf-8")
    with pytest.raises(InputError, match="made for another BertForSequenceClassification"):
        run_prune(setting(stored, tmp_path / "c", plan=replay), Silent())
    replay.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="holds no plan"):
        run_prune(setting(stored, tmp_path / "c", plan=replay), Silent())
    with pytest.raises(InputError, match="there is no file"):
        run_prune(setting(stored, tmp_path / "c", plan=tmp_path / "none.json"), Silent())


class Machine:
    """Takes 10 ms and 1 ms a neuron in truth, whatever the table foresaw."""

    def __init__(self, error):
        self.error, self.timed = error, []

    def table(self, transformer, batch, *, units, threads, progress):
        from netwright.pruning.latency_table import LatencyTable, WidthCurve

        curve = WidthCurve(unit="neurons", count=24, places=2, widths=(0, 24), seconds=(0.0, 0.024))
        return LatencyTable(
            model="", fingerprint=prune_run.fingerprint(transformer.model), hardware=prune_run.describe_hardware(),
            batch=(2, 8), threads=threads, rest=0.010 - self.error, curves=(curve,), rounds=1,
        )  # fmt: skip

    def in_turn(self, dense, pruned, batch, *, rounds, threads):
        taken = 0.010 + 0.001 * sum(pruned.config.ffn_sizes)
        self.timed.append(taken)
        return PairedTiming((0.058,), (taken,))


@pytest.fixture
def machine(monkeypatch, request):
    made = Machine(request.param)
    monkeypatch.setattr(prune_run, "measure_latency_table", made.table)
    monkeypatch.setattr(prune_run, "time_in_turn", made.in_turn)
    return made


@pytest.mark.parametrize("machine", [0.005, -0.008], indirect=True)
def test_a_latency_that_was_foreseen_wrongly_is_corrected_by_what_was_measured(stored, tmp_path, machine):
    wish = LatencyWish(0.040, 1)
    listening = Listening()
    record = run_prune(setting(stored, tmp_path, budget=wish, score="magnitude", mend=False), listening)
    first, last = machine.timed
    assert abs(first / 0.040 - 1) > 0.05
    assert 0.95 * 0.040 <= last <= 0.040
    assert any("planned once more" in line for line in listening.said)
    assert record.after.seconds == last
    assert Plan.from_json((tmp_path / "plan.json").read_bytes()) == record.plan


@pytest.mark.parametrize("machine", [0.0], indirect=True)
def test_a_latency_that_holds_is_not_planned_again(stored, tmp_path, machine):
    run_prune(setting(stored, tmp_path, budget=LatencyWish(0.040, 1), score="magnitude", mend=False), Silent())
    assert machine.timed == [pytest.approx(0.040)] * 2
    assert (tmp_path / "latency.json").is_file()


def test_what_cannot_be_is_told_before_anything_long_begins(stored, tmp_path):
    (tmp_path / "full" / "model").mkdir(parents=True)
    with pytest.raises(InputError, match="is there already"):
        run_prune(setting(stored, tmp_path / "full"), Silent())
    with pytest.raises(InputError, match="no score 'secondorder'"):
        run_prune(setting(stored, tmp_path / "new", score="secondorder"), Silent())
    with pytest.raises(ModelError, match="no folder"):
        run_prune(setting(tmp_path / "nowhere", tmp_path / "new"), Silent())
    with pytest.raises(InputError, match="are left when all that may go is gone"):
        run_prune(setting(stored, tmp_path / "new", budget=Parameters(10), score="magnitude"), Silent())
    with pytest.raises(InputError, match="rows of 64 tokens, and the model takes 32"):
        run_prune(setting(stored, tmp_path / "long", score="magnitude", shape=(1, 64)), Silent())
    assert not list((tmp_path / "long").iterdir())


def test_a_model_is_a_folder_or_a_checkpoint_in_the_cache(stored, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(stored.parent))
    assert find_model(str(stored)) == find_model("film-critic") == stored
    with pytest.raises(InputError, match=r"no model 'bert'.* the cache has film-critic"):
        find_model("bert")
