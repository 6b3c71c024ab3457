"""A model of another class around the same weights: what a smaller network is stored as."""

from typing import Any

import torch
from torch import nn

from netwright.records.errors import ModelError


def carrier(model: nn.Module, model_class: Any, config: Any) -> Any:
    """Return a model of a class, built from a config, that holds the weights of another model.

    It can be stored, not called: it shares the weights and takes no memory for others. That they fit shows that a
    reader which builds the class from the config gets the model back.

    Args:
        model: Whose weights it holds.
        model_class: A class of models of `transformers`.
        config: What it is built from.

    Returns:
        The model.

    Raises:
        ModelError: The weights do not fit the class and the config.
    """
    name, weights = type(model).__name__, model.state_dict()
    try:
        with torch.device("meta"):
            made = model_class(config)
        made.load_state_dict(weights, assign=True)
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{name} cannot be stored as {model_class.__name__}: {' '.join(str(error).split())}; prune it with "
            "apply_plan, which keeps model and config in step"
        ) from error
    made.tie_weights()
    for path, weight in made.state_dict().items():
        if weight.data_ptr() != weights[path].data_ptr() and not torch.equal(weight, weights[path]):
            raise ModelError(
                f"{path} of {name} differs from the weight that its config ties it to; set "
                "config.tie_word_embeddings = False"
            )
    _check_scaling(model, made)
    if hasattr(model, "generation_config"):
        made.generation_config = model.generation_config
    return made


def _check_scaling(model: nn.Module, made: nn.Module) -> None:
    """Refuse attention whose scale depends on the number that a block had before others went."""
    for path, module in made.named_modules():
        scale = getattr(module, "scaling", None)
        before = getattr(model.get_submodule(path), "scaling", None)
        if isinstance(scale, float) and isinstance(before, float) and scale != before:
            raise ModelError(
                f"{path} divides its scores by {1 / before:.4g}, but by {1 / scale:.4g} once it is read again, because "
                "its scale depends on the number of its block (scale_attn_by_inverse_layer_idx); keep all blocks"
            )
