"""Plain names of torch functions: one for the function, the method and the operator."""

from collections.abc import Callable, Mapping
from typing import Any

ASIDE = frozenset({
    "shape", "size", "dim", "ndim", "dtype", "device", "stride", "numel", "layout", "names", "grad",
    "grad_fn", "is_leaf", "requires_grad", "requires_grad_", "is_contiguous", "is_floating_point",
    "is_complex", "is_cuda", "is_cpu", "is_mps", "is_sparse", "is_quantized", "is_nested", "is_meta",
    "is_mkldnn", "is_inference", "is_shared", "len", "hash", "repr", "format", "storage_offset",
    "element_size", "itemsize", "nbytes", "data_ptr", "get_device", "_is_view", "_base", "_version",
    "untyped_storage", "register_hook", "retain_grad", "_set_grad_enabled", "output_nr", "name", "is_xpu",
})  # fmt: skip
"""Questions about a tensor that do not read what it holds."""

SAME = {
    "truediv": "div", "rtruediv": "rdiv", "true_divide": "div", "divide": "div", "multiply": "mul", "rmul": "mul",
    "radd": "add", "subtract": "sub", "negative": "neg", "absolute": "abs", "concat": "cat",
    "concatenate": "cat", "iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "div", "rpow": "rpow",
}  # fmt: skip


def plain_name(func: Callable[..., Any]) -> str:
    """Return the plain name of a torch function: without underscores, and of a property that is read, its own.

    >>> import torch
    >>> [plain_name(f) for f in (torch.relu_, torch.Tensor.__rsub__, torch.Tensor.T.__get__, torch._weight_norm)]
    ['relu', 'rsub', 'T', 'weight_norm']
    """
    name = getattr(func, "__name__", type(func).__name__)
    if name == "__get__":
        name = getattr(func.__self__, "__name__", name)  # type: ignore[attr-defined]
    if name in ASIDE:
        return str(name)
    name = name.strip("_")
    return SAME.get(name, name)


def reads_values(func: Callable[..., Any]) -> bool:
    """Return whether a function reads what tensors hold, rather than their shape or kind."""
    return plain_name(func) not in ASIDE


def works_in_place(func: Callable[..., Any], kwargs: Mapping[str, Any]) -> bool:
    """Return whether a call writes into its first argument.

    >>> import torch
    >>> works_in_place(torch.relu_, {}), works_in_place(torch.Tensor.__setitem__, {}), works_in_place(torch.relu, {})
    (True, True, False)
    """
    name = getattr(func, "__name__", "")
    dunder = name.startswith("__") and name.endswith("__")
    written = name == "__setitem__" or (dunder and name[2:3] == "i" and name[2:-2] in SAME)
    return written or (name.endswith("_") and not dunder) or bool(kwargs.get("inplace"))
