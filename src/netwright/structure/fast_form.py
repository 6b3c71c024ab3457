"""A model whose 3D convolutions and poolings take the faster route of a processor."""

import copy

from torch import Tensor, nn

from netwright.structure.fast_convolution import fast_conv3d
from netwright.structure.fast_pooling import fast_avg_pool3d, fast_max_pool3d


class FastConv3d(nn.Conv3d):
    """A 3D convolution by `fast_conv3d`; its settings and weights have the names of `torch.nn.Conv3d`."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs, T', H', W') of (N, inputs, T, H, W)."""
        if isinstance(self.padding, str) or self.padding_mode != "zeros":
            return super().forward(x)
        return fast_conv3d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class FastMaxPool3d(nn.MaxPool3d):
    """A 3D maximum by `fast_max_pool3d`."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, T', H', W') of (N, C, T, H, W)."""
        if self.ceil_mode or self.return_indices:
            pooled: Tensor = super().forward(x)
            return pooled
        return fast_max_pool3d(x, self.kernel_size, self.stride, self.padding, self.dilation)


class FastAvgPool3d(nn.AvgPool3d):
    """A 3D mean by `fast_avg_pool3d`."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, T', H', W') of (N, C, T, H, W)."""
        if self.ceil_mode:
            return super().forward(x)
        return fast_avg_pool3d(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
            divisor_override=self.divisor_override,
        )


FASTER: dict[type[nn.Module], type[nn.Module]] = {
    nn.Conv3d: FastConv3d,
    nn.MaxPool3d: FastMaxPool3d,
    nn.AvgPool3d: FastAvgPool3d,
}


def fast_form(model: nn.Module) -> nn.Module:
    """Return a copy of a model with faster 3D convolutions and poolings, and outputs equal up to rounding.

    The copy shares the parameters and buffers of the model: training one trains the other, and no memory is taken.
    Names stay, so that a state of one loads into the other; hooks stay too. It helps float32 on a processor
    (`fast_conv3d` says how); anywhere else the copy computes what the model computes. Where a model rearranges
    channels itself, `torch.channel_shuffle` keeps the memory format that the convolutions like. A recording of the copy
    shows oneDNN's functions, so record, export and stream the model itself.

    Args:
        model: Any module. A subclass of `torch.nn.Conv3d`, `MaxPool3d` or `AvgPool3d` stays as it is.

    Returns:
        The copy.

    >>> model = nn.Sequential(nn.Conv3d(3, 4, 3), nn.ReLU(), nn.MaxPool3d(2))
    >>> fast = fast_form(model)
    >>> [type(part).__name__ for part in fast], fast[0].weight is model[0].weight
    (['FastConv3d', 'ReLU', 'FastMaxPool3d'], True)
    """
    shared = [*model.parameters(), *model.buffers()]
    made = copy.deepcopy(model, {id(tensor): tensor for tensor in shared})
    for part in made.modules():
        # a class with the same attributes and another forward: name, hooks and mode of the part stay
        part.__class__ = FASTER.get(type(part), type(part))
    return made
