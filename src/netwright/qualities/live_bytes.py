"""The memory of the tensors that live at the same time, followed operation by operation."""

import weakref
from collections.abc import Iterable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveBytes(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch leaves its hooks untyped
    """Counts the bytes of all tensors that operations inside the block make, for as long as each lives.

    Views share the memory of their base and count once; what a kernel uses inside itself is not seen. Tensors without
    numbers (fake, meta) count as if they had them.

    Args:
        known: Tensors that were there before and do not count, such as parameters.

    >>> import torch
    >>> with LiveBytes([]) as live:
    ...     kept = torch.ones(4)
    ...     view = kept.reshape(2, 2)
    ...     sum_of_squares = (view * view).sum()
    >>> live.peak, live.now
    (36, 20)
    """

    def __init__(self, known: Iterable[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = 0
        self.peak = 0
        # the storages of known tensors are kept, so that none of their addresses is given to another one
        self._known = {storage._cdata: storage for storage in (tensor.untyped_storage() for tensor in known)}
        self._held: dict[int, int] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for part in tree_leaves(out):
            if isinstance(part, Tensor):
                self._hold(part)
        return out

    def _hold(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._held or key in self._known:
            return
        self._held[key] = storage.nbytes()
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._release, key)

    def _release(self, key: int) -> None:
        self.now -= self._held.pop(key)
