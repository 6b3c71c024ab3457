import pytest
import torch
from tests.pruning.conftest import FAMILIES, make_batches, make_classifier

from netwright.structure.transformer.read import read_transformer
from netwright.structure.transformer.stream import streamed
from netwright.structure.transformer.walk import paths, through, watched


@pytest.mark.parametrize("family", FAMILIES)
def test_walking_block_by_block_is_the_forward_pass(family):
    model, batches = make_classifier(family), make_batches(2)
    found = read_transformer(model)
    for path, batch in zip(paths(found, batches), batches, strict=True):
        with torch.no_grad(), streamed(found) as stream:
            model(**batch)
        expected = [state.clone() for state in stream.leaving]
        states = path.start
        for layer, state in enumerate(expected):
            # twice: a block that kept something from the first call would show it
            through(found, layer, states, path)
            states = through(found, layer, states, path)
            torch.testing.assert_close(states, state)
        assert torch.equal(path.real, batch["attention_mask"] > 0)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("unit", ["neurons", "heads"])
def test_what_passes_at_a_site_adds_up_to_the_stream(family, unit):
    model, batch = make_classifier(family), make_batches(1)[0]
    found = read_transformer(model)
    path = paths(found, [batch])[0]
    site = (found.neurons if unit == "neurons" else found.heads)[0]
    with watched(found, site) as seen:
        after = through(found, 0, path.start, path)
    reader = found.module(site.reader)
    with torch.no_grad():
        torch.testing.assert_close(seen.written, reader(seen.taken))
    total = seen.written + seen.residual
    if unit == "heads":
        torch.testing.assert_close(seen.residual, path.start)
    elif found.adapter.norms == "pre":
        torch.testing.assert_close(total, after)
    else:
        with torch.no_grad():
            torch.testing.assert_close(found.part(0, found.adapter.feed_forward_norm)(total), after)
