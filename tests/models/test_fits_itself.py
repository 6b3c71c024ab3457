from torch import nn

from netwright.models.fits_itself import FitsItself
from netwright.models.logistic_regression import logistic_regression


def test_a_regression_fits_itself_and_a_layer_does_not():
    assert isinstance(logistic_regression((1, 2, 2), 3), FitsItself)
    assert not isinstance(nn.Linear(1, 1), FitsItself)
