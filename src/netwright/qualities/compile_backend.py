"""torch.compile with its default compiler, Inductor, which writes C++ and needs a C++ compiler."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from netwright.qualities.backend import Predict, quiet

LOGGERS = ("torch._dynamo", "torch._inductor", "torch._functorch", "torch._subclasses")


class CompileBackend:
    """Runs a model as `torch.compile` makes it for one input at a time.

    The number of threads is compiled in, so each number is a compilation of its own; tried are one and the most.
    Compiled kernels stay in torch's cache on disk: the second set-up of the same model takes less time.

    >>> CompileBackend().counts(1), CompileBackend().counts(8)
    ((1,), (1, 8))
    """

    name = "compile"
    device = "cpu"

    def counts(self, most: int) -> tuple[int, ...]:
        """Return one and the most."""
        return tuple(sorted({1, most}))

    def prepare(self, model: nn.Module, example: Tensor) -> Callable[[int], Predict]:
        """Return what compiles the model by running it once."""

        def compiled(_: int) -> Predict:
            with quiet(*LOGGERS):
                # loaded with the compiler, which is slow to load and says things meanwhile
                from torch._inductor import config

                torch._dynamo.reset()
                made: Predict = torch.compile(model, dynamic=False)
                # in this process: a pool of compiling processes would outlive the work
                with config.patch(compile_threads=1):
                    made(example)
            return made

        return compiled
