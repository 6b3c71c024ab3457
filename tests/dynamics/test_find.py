"""Every symmetry that was counted by hand is found, and nothing else."""

from collections import Counter
from functools import partial

import pytest
import torch
from tests.dynamics.nets import NETS, Net
from tests.dynamics.nets.large import PreNormTransformer, Sizes, pre_norm_families, resnet_families, vgg_families
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.find import find_symmetries
from netwright.models.resnet import resnet
from netwright.models.vgg import vgg
from netwright.records.errors import ModelError

SMALL = Sizes(layers=2, width=4, heads=2, hidden=5, vocabulary=6, positions=4)
CROSS_ENTROPY = nn.CrossEntropyLoss()


def _check(net: Net, prefix: str = "") -> None:
    found = find_symmetries(net.model(), net.inputs(), loss=net.value)
    counted, wanted = Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for row in found.record.symmetries:
        counted[row.kind, row.exact] += row.count
    for family in net.expected:
        wanted[family.kind, family.exact] += family.count
    assert counted == wanted
    assert {name for row in found.record.symmetries for name in row.parameters} <= {
        prefix + name for family in net.expected for name in family.parameters
    }
    assert all(row.residual < 1e-12 for row in found.record.symmetries if row.exact)
    # what the graph suggests, numbers confirm: the rules themselves are right
    assert not [absence for absence in found.absent if "refutes" in absence.reason]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_the_zoo_has_the_symmetries_counted_by_hand_and_no_others(net: Net):
    _check(net)


def test_a_pre_norm_transformer():
    make = partial(PreNormTransformer, SMALL)
    _check(Net("pre-norm", make, (4, 4), pre_norm_families(SMALL), CROSS_ENTROPY, vocabulary=6))


@pytest.mark.parametrize("name", ["bert", "gpt2"])
def test_transformers_of_the_library(name):
    pytest.importorskip("transformers", reason="needs the extra `text`")
    from tests.dynamics.nets import pretrained_forms as forms

    make, families = getattr(forms, name), getattr(forms, f"{name}_families")(SMALL)
    _check(Net(name, lambda: forms.Logits(make(SMALL)), (5, 4), families, CROSS_ENTROPY, vocabulary=6), "model.")


def test_a_llama_whose_norms_work_in_single_precision():
    pytest.importorskip("transformers", reason="needs the extra `text`")
    from tests.dynamics.nets import pretrained_forms as forms

    net = Net("llama", lambda: forms.Logits(forms.llama(SMALL)), (5, 4), forms.llama_families(SMALL), CROSS_ENTROPY, 6)
    found = find_symmetries(net.model(), net.inputs(), loss=net.value)
    for kind in ("scale", "rescale", "general linear", "null", "translation"):
        assert sum(row.count for row in found.record.symmetries if row.kind == kind) == net.count(kind)


@pytest.mark.parametrize(
    ("make", "families"), [(partial(vgg, depth=16), vgg_families), (partial(resnet, depth=18), resnet_families)]
)
def test_the_networks_of_the_slides(make, families):
    model = make((3, 32, 32), 10)
    found = find_symmetries(model, torch.randn(32, 3, 32, 32, generator=torch.Generator().manual_seed(0)))
    for kind in ("scale", "rescale", "general linear", "null", "translation"):
        by_hand = sum(family.count for family in families(model) if family.kind == kind)
        assert sum(row.count for row in found.record.symmetries if row.kind == kind) == by_hand


def _perceptron(activation: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), activation, nn.Linear(4, 2))


def _total(output: Tensor) -> Tensor:
    return functional.mse_loss(output, torch.ones_like(output))


def test_a_network_without_any_symmetry_has_an_empty_table_with_reasons():
    found = find_symmetries(_perceptron(nn.GELU()), torch.randn(5, 3), loss=_total)
    assert len(found) == 0
    assert [(absence.place, absence.reason) for absence in found.absent if absence.kind == "rescale"] == [
        ("0", "gelu in 1 is not homogeneous")
    ]
    assert "gelu" in str(found)
    assert "gelu" in found._repr_html_()


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_what_cannot_be_traced_costs_its_own_symmetries_only():
    hidden = torch.jit.script(nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2)))
    net = nn.Sequential(_perceptron(nn.ReLU()), hidden, nn.Sequential(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 2)))
    found = find_symmetries(net, torch.randn(5, 3), loss=_total)
    assert [(row.kind, row.count, row.place) for row in found.record.symmetries] == [
        ("rescale", 4, "0.0 -> 0.2"),
        ("rescale", 5, "2.0 -> 2.2"),
    ]
    assert any("1 runs code that cannot be traced" in absence.reason for absence in found.absent)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_model_stays_as_it_is(dtype: torch.dtype):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.2), nn.Linear(4, 2)).to(dtype)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    find_symmetries(model, torch.randn(5, 3, dtype=dtype))
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(weight.grad is None and weight.dtype == dtype for weight in model.parameters())


def test_a_mode_is_judged_as_it_is():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    kinds = {mode: Counter() for mode in (True, False)}
    for mode, found in kinds.items():
        symmetries = find_symmetries(model.train(mode), torch.randn(8, 3))
        found.update({row.kind: row.count for row in symmetries.record.symmetries})
        assert symmetries.record.mode == ("train" if mode else "eval")
    assert kinds[True]["scale"] == 4
    assert kinds[False]["scale"] == 0


class _TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Linear(3, 4), nn.Linear(5, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return self.head(functional.relu(self.left(left) + self.right(right)))


@pytest.mark.parametrize("form", [tuple, lambda pair: dict(zip(("left", "right"), pair, strict=True))])
def test_several_inputs_enter_as_a_tuple_or_by_name(form):
    found = find_symmetries(_TwoInputs(), form((torch.randn(9, 3), torch.randn(9, 5))), loss=_total)
    assert [(row.kind, row.count) for row in found.record.symmetries if row.kind == "rescale"] == [("rescale", 4)]


@pytest.mark.parametrize(
    ("model", "example", "words"),
    [
        (nn.Linear(3, 2), torch.ones(4, 7), "Linear cannot be called with the example"),
        (nn.LazyLinear(2), torch.ones(4, 7), "has no shape yet; run one batch"),
        (nn.Linear(3, 2), torch.ones(4, 3).long(), "cannot be called"),
    ],
)
def test_bad_input_is_named(model, example, words):
    with pytest.raises(ModelError, match=words):
        find_symmetries(model, example)


def test_a_loss_that_is_no_number_is_named():
    with pytest.raises(ModelError, match=r"one number; found shape \(4, 2\)"):
        find_symmetries(nn.Linear(3, 2), torch.ones(4, 3), loss=lambda output: output)


def test_a_wrapped_model_is_looked_into():
    model = _perceptron(nn.ReLU())
    wrapped = nn.DataParallel(model)
    rows = [find_symmetries(one, torch.randn(6, 3)).record.symmetries for one in (model, wrapped)]
    assert [(row.kind, row.parameters) for row in rows[0]] == [(row.kind, row.parameters) for row in rows[1]]


def test_wide_layers_are_confirmed_where_their_gradients_are_alive():
    model = nn.Sequential(*(layer for _ in range(4) for layer in (nn.Linear(600, 600), nn.ReLU())), nn.Linear(600, 10))
    found = find_symmetries(model, torch.randn(8, 600, generator=torch.Generator().manual_seed(0)))
    counts = {row.kind: row.count for row in found.record.symmetries}
    assert counts["translation"] == 601
    assert not [absence for absence in found.absent if "refutes" in absence.reason]


def test_a_model_without_parameters_has_an_empty_table():
    assert len(find_symmetries(nn.ReLU(), torch.randn(4, 3), loss=_total)) == 0


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_numbers_alone_find_what_a_scripted_module_hides():
    hidden = torch.jit.script(nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4)))
    found = find_symmetries(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), hidden), torch.randn(9, 3), loss=_total)
    (row,) = found.record.symmetries
    assert (row.kind, row.count) == ("rescale", 5)
    assert set(row.parameters) == {"2.0.weight", "2.0.bias", "2.2.weight"}
    assert "numbers alone" in row.place


def test_heads_turned_in_part_keep_a_general_linear_part_and_one_scale_a_pair_of_the_rest():
    transformers = pytest.importorskip("transformers", reason="needs the extra `text`")
    torch.manual_seed(0)
    config = transformers.GPTNeoXConfig(
        vocab_size=11, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, rotary_pct=0.5
    )
    model = transformers.GPTNeoXForCausalLM(config).eval()
    found = find_symmetries(model, {"input_ids": torch.randint(11, (3, 5))})
    attention = [row for row in found.record.symmetries if all("query_key_value" in name for name in row.parameters)]
    # heads of 8: 4 coordinates turn in 2 pairs, 4 do not and have GL(4) with 10 charges
    assert {(row.kind, row.count) for row in attention if row.kind != "null"} == {
        ("general linear", 2 * 10),
        ("rescale", 2 * 2),
    }
