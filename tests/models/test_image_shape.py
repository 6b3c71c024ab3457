import pytest

from netwright.models.build import build
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError


@pytest.mark.parametrize("model", ["alexnet", "googlenet", "resnet"])
@pytest.mark.parametrize("shape", [(29,), (4, 9), (3, 4, 8, 8)])
def test_what_convolves_images_refuses_everything_else(model, shape):
    with pytest.raises(CandidateError) as caught:
        build(Candidate(name="c", model=model), shape, 2)
    assert f"candidate 'c' (model '{model}'): its factory failed: {model}: found inputs of shape {shape}" in str(
        caught.value
    )
    assert "for rows of a table take mlp, logistic-regression" in str(caught.value)
