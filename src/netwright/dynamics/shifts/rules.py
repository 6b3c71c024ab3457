"""What each torch function lets through: the catalog of the rules."""

from types import MappingProxyType

from netwright.dynamics.shifts import absorbers, contraction, convolution, einsum, movement, pointwise

SPACE = ("max_pool", "adaptive_max_pool")
RULES = MappingProxyType(
    dict.fromkeys(movement.PLACES, movement.move)
    | dict.fromkeys(pointwise.SAME, pointwise.same)
    | dict.fromkeys(pointwise.DROPOUTS, pointwise.dropout)
    | dict.fromkeys(("conv1d", "conv2d", "conv3d"), convolution.convolution)
    | {f"conv_transpose{dims}d": convolution.transposed for dims in (1, 2, 3)}
    | dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), convolution.window_mean)
    | {f"adaptive_avg_pool{dims}d": convolution.adaptive_mean for dims in (1, 2, 3)}
    | {f"{name}{dims}d": convolution.steady for name in SPACE for dims in (1, 2, 3)}
    | {f"{name}{dims}d_with_indices": convolution.steady for name in SPACE for dims in (1, 2, 3)}
    | dict.fromkeys(("interpolate", "upsample"), convolution.steady)
    | dict.fromkeys(("mean", "sum"), convolution.reduction)
    | dict.fromkeys(("logsumexp", "amax", "amin"), convolution.centre)
    | dict.fromkeys(("softmax", "log_softmax"), absorbers.softmax(1))
    | {"gumbel_softmax": absorbers.softmax(4)}
    | dict.fromkeys(("cross_entropy", "cross_entropy_loss", "multi_margin_loss"), absorbers.classification)
    | dict.fromkeys(("var", "std"), absorbers.spread_measure)
    | {
        "layer_norm": absorbers.layer_norm,
        "group_norm": absorbers.group_norm,
        "instance_norm": absorbers.instance_norm,
        "batch_norm": absorbers.batch_norm,
        "scaled_dot_product_attention": absorbers.attention,
        "add": pointwise.add,
        "sub": pointwise.subtract,
        "rsub": pointwise.add,
        "mul": pointwise.multiply,
        "div": pointwise.divide,
        "linear": contraction.linear,
        "addmm": contraction.added_product,
        "addmv": contraction.added_product,
        "baddbmm": contraction.added_product,
        "embedding": contraction.embedding,
        "einsum": einsum.einsum,
    }
    | dict.fromkeys(("matmul", "mm", "bmm", "mv"), contraction.product)
)
"""Rules by the plain name of a function; a function without one freezes what it reads."""

ABSORBERS = MappingProxyType({
    "softmax": "softmax", "log_softmax": "log-softmax", "gumbel_softmax": "softmax", "cross_entropy": "cross-entropy",
    "cross_entropy_loss": "cross-entropy", "multi_margin_loss": "margin loss", "var": "variance", "std": "variance",
    "layer_norm": "LayerNorm", "group_norm": "GroupNorm", "instance_norm": "InstanceNorm", "batch_norm": "BatchNorm",
    "scaled_dot_product_attention": "attention", "sub": "mean subtraction",
})  # fmt: skip
"""Functions that absorb shifts, in words."""
