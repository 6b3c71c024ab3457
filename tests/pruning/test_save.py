import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from netwright.models.text.uneven import read_uneven
from netwright.pruning.apply import apply_plan
from netwright.pruning.save import save_pruned
from netwright.records.errors import InputError, ModelError, StorageError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "llama")
# the numbers are the same; where they lie in memory differs, and with it the last bit of sums
CLOSE = {"rtol": 1e-5, "atol": 1e-6}

FRESH = """
import sys, warnings
sys.modules["netwright"] = None
warnings.simplefilter("error")
import torch, transformers
from pathlib import Path
from safetensors.torch import load_file, save_file
for folder in sorted(Path(sys.argv[1]).iterdir()):
    auto = getattr(transformers, (folder / "auto.txt").read_text())
    model, told = auto.from_pretrained(
        folder / "model", trust_remote_code=True, local_files_only=True, output_loading_info=True
    )
    assert not any(told.values()), told
    batch = load_file(folder / "batch.safetensors")
    with torch.no_grad():
        save_file({"answers": model(**batch)[0].contiguous()}, folder / "answers.safetensors")
    weights = {name: weight.clone() for name, weight in model.state_dict().items()}
    save_file(weights, folder / "weights.safetensors")
    model.save_pretrained(folder / "again")
"""


def prune(model, seed=0):
    """Remove some neurons of every block, all of one, a head of every block, and a whole block."""
    generator = torch.Generator().manual_seed(seed)
    found = read_transformer(model)
    sites = [(site.block, site.layer, site.unit, site.count, (11, 6, 0)[site.layer]) for site in found.neurons]
    sites += [(site.block, site.layer, site.unit, site.count, site.count - 1) for site in found.heads]
    plans = [
        SitePlan(
            place=place,
            layer=layer,
            unit=unit,
            count=count,
            kept=tuple(torch.randperm(count, generator=generator)[:left].sort().values.tolist()),
        )
        for place, layer, unit, count, left in sites
    ]
    plans.append(SitePlan(place=found.stack, layer=0, unit="layers", count=len(found.blocks), kept=(0, 2)))
    return apply_plan(
        model, Plan(model=type(model).__name__, fingerprint="", score="random", budget="some", sites=tuple(plans))
    )


def answers(model, batch):
    with torch.no_grad():
        return model(**batch)[0]


def check_weights(found, expected):
    """Check that nothing is missing and no bit differs."""
    assert found.keys() == expected.keys()
    for name, weight in expected.items():
        assert torch.equal(found[name], weight), name


def run_without_netwright(program, folder):
    """Run a program in a process that has no netwright, no network, and no modules left over from another run."""
    environment = {**os.environ, "HF_HOME": str(folder / "cache"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    (folder / "cases").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(folder / "cases")],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def cases():
    """Models of every family and head: name -> (class of transformers that loads it, model)."""
    import transformers

    heads = {
        "classifier": ("AutoModelForSequenceClassification", FAMILIES),
        "base": ("AutoModel", FAMILIES),
        "masked": ("AutoModelForMaskedLM", ("bert", "distilbert", "roberta")),
        "causal": ("AutoModelForCausalLM", ("gpt2", "llama")),
        "tokens": ("AutoModelForTokenClassification", ("gpt2", "llama")),
        "answers": ("AutoModelForQuestionAnswering", ("bert", "llama")),
    }
    made = {}
    for head, (auto, families) in heads.items():
        for family in families:
            torch.manual_seed(1)
            model = getattr(transformers, auto).from_config(config_of(family)).eval()
            with torch.no_grad():
                for weight in model.parameters():
                    weight.add_(torch.randn_like(weight), alpha=0.1)
            made[f"{family}-{head}"] = (auto, prune(model))
    return made


def config_of(family):
    from transformers import AutoConfig

    sizes = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": 40, "pad_token_id": 1}
    width = {"gpt2": "n_inner", "distilbert": "hidden_dim"}.get(family, "intermediate_size")
    sizes |= {width: 24, "max_position_embeddings": 34, "num_labels": 2, "bos_token_id": 0, "eos_token_id": 0}
    return AutoConfig.for_model(family, **sizes, **({"num_key_value_heads": 2} if family == "llama" else {}))


@pytest.fixture(scope="module")
def stored(cases, tmp_path_factory):
    """A folder for each case, with what a fresh process answered and stored again."""
    from safetensors.torch import save_file

    place = tmp_path_factory.mktemp("stored")
    generator = torch.Generator().manual_seed(3)
    batch = {"input_ids": torch.randint(2, 40, (4, 9), generator=generator), "attention_mask": torch.ones(4, 9).long()}
    batch["attention_mask"][1, 5:] = 0
    batch["input_ids"][1, 5:] = 1
    for name, (auto, model) in cases.items():
        save_pruned(model, place / "cases" / name / "model")
        (place / "cases" / name / "auto.txt").write_text(auto)
        save_file(batch, place / "cases" / name / "batch.safetensors")
    run_without_netwright(FRESH, place)
    return place / "cases", batch


def test_a_process_without_netwright_gets_the_same_weights_and_answers(cases, stored):
    from safetensors.torch import load_file

    place, batch = stored
    for name, (_, model) in cases.items():
        check_weights(load_file(place / name / "weights.safetensors"), model.state_dict())
        found = load_file(place / name / "answers.safetensors")["answers"]
        torch.testing.assert_close(found, answers(model, batch), **CLOSE)


def test_what_a_process_without_netwright_stores_again_is_read(cases, stored):
    place, batch = stored
    for name, (_, model) in cases.items():
        read = read_uneven(place / name / "again")
        check_weights(read.state_dict(), model.state_dict())
        torch.testing.assert_close(answers(read, batch), answers(model, batch), **CLOSE)


def test_the_folder_says_what_is_in_it(stored):
    place, _ = stored
    folder = place / "llama-classifier" / "model"
    assert {path.name for path in folder.iterdir()} == {"config.json", "model.safetensors", "modeling_netwright.py"}
    stated = json.loads((folder / "config.json").read_text())
    assert stated["model_type"] == "netwright_llama"
    assert (stated["ffn_sizes"], stated["head_counts"], stated["num_hidden_layers"]) == ([11, 1], [1, 1], 2)
    assert stated["architectures"] == ["NetwrightLlamaForSequenceClassification"]
    assert stated["auto_map"]["AutoModelForCausalLM"] == "modeling_netwright.NetwrightLlamaForCausalLM"
    # no private files: another user may load the model
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {oct(0o666 & folder.stat().st_mode)}


def test_a_stored_model_can_be_pruned_and_stored_once_more(cases, stored, tmp_path):
    place, batch = stored
    read = read_uneven(place / "bert-classifier" / "model")
    found = read_transformer(read)
    site = SitePlan(place=found.blocks[0], layer=0, unit="neurons", count=11, kept=(0, 4, 7))
    plan = Plan(model=type(read).__name__, fingerprint="", score="by hand", budget="some", sites=(site,))
    smaller = apply_plan(read, plan)
    save_pruned(smaller, tmp_path / "twice")
    again = read_uneven(tmp_path / "twice")
    assert again.config.ffn_sizes == [3, 1]
    check_weights(again.state_dict(), smaller.state_dict())
    torch.testing.assert_close(answers(again, batch), answers(smaller, batch), **CLOSE)


def test_a_language_model_writes_the_same_text(cases, stored):
    place, _ = stored
    for name in ("gpt2-causal", "llama-causal"):
        model, read = cases[name][1], read_uneven(place / name / "model")
        options = {"max_new_tokens": 5, "do_sample": False, "eos_token_id": None, "pad_token_id": 1}
        start = torch.tensor([[3, 4, 5]])
        assert read.generate(start, **options).tolist() == model.generate(start, **options).tolist()


def test_weights_of_the_wrong_size_are_made_up_where_transformers_is_told_to_ignore_that(cases, stored):
    # the warning in docs/pruning-saving.md
    from transformers import BertForSequenceClassification
    from transformers.utils import logging

    place, batch = stored
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    read = BertForSequenceClassification.from_pretrained(
        place / "bert-classifier" / "model", ignore_mismatched_sizes=True, local_files_only=True
    )
    logging.set_verbosity(level)
    assert read.bert.encoder.layer[0].intermediate.dense.out_features == 24
    assert not torch.allclose(answers(read, batch), answers(cases["bert-classifier"][1], batch), atol=0.01)


def test_a_tokenizer_goes_along(make_model, tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    inner = Tokenizer(models.WordLevel({"[PAD]": 0, "[UNK]": 1, "good": 2, "film": 3}, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]")
    save_pruned(make_model("bert"), tmp_path / "model", tokenizer)
    read = AutoTokenizer.from_pretrained(tmp_path / "model", local_files_only=True, trust_remote_code=False)
    assert read("good film")["input_ids"] == [2, 3]


def test_a_folder_in_use_is_left_alone(make_model, tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError, match=r"letters\.txt.*choose a new folder"):
        save_pruned(make_model("bert"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    with pytest.raises(InputError, match="is a file"):
        save_pruned(make_model("bert"), tmp_path / "letters.txt")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), SafetensorError("I/O error: No space left")])
def test_what_was_written_in_part_is_taken_away(make_model, tmp_path, error):
    class Tokenizer:
        def save_pretrained(self, folder):
            (folder / "tokenizer.json").write_text("{")
            raise error

    with pytest.raises(StorageError, match=r"could not write .*model: .*No space left"):
        save_pruned(make_model("bert"), tmp_path / "model", Tokenizer())
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_named(make_model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"could not write .*file/model"):
        save_pruned(make_model("bert"), tmp_path / "file" / "model")


def test_a_model_of_no_known_class_is_refused(make_model, tmp_path):
    from transformers import BertForSequenceClassification

    class OfSomebody(BertForSequenceClassification):
        def forward(self, *args, **options):
            return super().forward(*args, **options)

    model = OfSomebody(make_model("bert").config)
    with pytest.raises(ModelError, match=r"OfSomebody cannot be stored.*BertForSequenceClassification"):
        save_pruned(model, tmp_path / "model")
    with pytest.raises(ModelError, match="no list of blocks"):
        save_pruned(torch.nn.Linear(2, 3), tmp_path / "model")


def test_weights_that_the_config_does_not_fit_are_refused(make_model, tmp_path):
    model = make_model("bert")
    model.config.num_hidden_layers = 3
    with pytest.raises(ModelError, match=r"ffn_sizes .* 2 entries, but the model has 3 blocks"):
        save_pruned(model, tmp_path / "model")
    tied = make_model("bert", tie_word_embeddings=True)
    from transformers import BertForMaskedLM

    untied = BertForMaskedLM(tied.config)
    untied.cls.predictions.decoder.weight = torch.nn.Parameter(torch.randn_like(untied.cls.predictions.decoder.weight))
    with pytest.raises(ModelError, match="tie_word_embeddings = False"):
        save_pruned(untied, tmp_path / "model")


def test_a_scale_that_depends_on_the_number_of_a_block_is_refused_once_blocks_are_gone(tmp_path):
    from transformers import AutoModelForSequenceClassification

    config = config_of("gpt2")
    config.scale_attn_by_inverse_layer_idx = True
    model = AutoModelForSequenceClassification.from_config(config)
    save_pruned(model, tmp_path / "whole")
    with pytest.raises(ModelError, match="keep all blocks"):
        save_pruned(prune(model), tmp_path / "model")
    assert not Path(tmp_path, "model").exists()
