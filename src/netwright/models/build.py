"""From a candidate to a module that is known to fit its task."""

from collections.abc import Callable
from importlib import import_module
from inspect import Parameter, signature
from typing import Any

import torch
from torch import Tensor, nn

from netwright.models.catalog import check_options, find_architecture
from netwright.models.example import Shape, blank_inputs
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError

CHECK_BATCH = 2
NOT_OPTIONS = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY)
OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


def build(candidate: Candidate, shape: Shape, classes: int) -> nn.Module:
    """Return the module of a candidate, after a look at what it makes of two inputs in evaluation mode.

    The model is a name of the catalog or `package.module:function`; the function is called with
    (shape, classes, **options). Running out of memory is not the candidate's fault, and is raised as it comes.

    Args:
        candidate: The model and its options.
        shape: Of an input: (channels, height, width) of an image, (channels, frames, height, width) of a clip, which is
            tried as bytes, (features,) of a row.
        classes: How many logits the module must give.

    Returns:
        The module, with weights from torch's global generator.

    Raises:
        CandidateError: There is no such model or option, the factory or the module fails, or the output is not a
            floating tensor (N, classes).

    >>> module = build(Candidate(name="small", model="mlp", options={"hidden": [8]}), (1, 28, 28), 10)
    >>> module(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 10])
    """
    where = f"candidate {candidate.name!r} (model {candidate.model!r})"
    factory, options = find_factory(candidate)
    if options is not None:
        check_options(f"{where}:", candidate.options, options)
    module = _attempt(f"{where}: its factory", lambda: factory(shape, classes, **candidate.options))
    if not isinstance(module, nn.Module):
        raise CandidateError(
            f"{where}: its factory returned {type(module).__name__}, not a torch.nn.Module; return the module"
        )
    output = _attempt(f"{where}: its forward pass", lambda: _try_out(module, shape))
    _check_output(where, output, shape, classes)
    return module


def find_factory(candidate: Candidate) -> tuple[Callable[..., Any], tuple[str, ...] | None]:
    """Return the factory of a candidate and the options it has.

    Args:
        candidate: Its model is a name of the catalog or `package.module:function`.

    Returns:
        (factory, options); options is None where the factory accepts any.

    Raises:
        CandidateError: There is no such name, module or function.

    >>> find_factory(Candidate(name="a", model="mlp"))[1]
    ('hidden', 'dropout')
    """
    if ":" not in candidate.model:
        architecture = find_architecture(candidate.model)
        return _load(candidate.name, architecture.factory), architecture.options
    factory = _load(candidate.name, candidate.model)
    parameters = list(signature(factory).parameters.values())
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters):
        return factory, None
    return factory, tuple(parameter.name for parameter in parameters[2:] if parameter.kind not in NOT_OPTIONS)


def _load(name: str, path: str) -> Callable[..., Any]:
    module_name, _, function_name = path.partition(":")
    where = f"candidate {name!r}"
    if not all(part.isidentifier() for part in [*module_name.split("."), function_name]):
        raise CandidateError(f"{where}: found model {path!r}; write package.module:function")
    module = _attempt(
        f"{where}: the import of {module_name!r} (looked for in the installed packages and on PYTHONPATH)",
        lambda: import_module(module_name),
    )
    factory = getattr(module, function_name, None)
    if not callable(factory):
        raise CandidateError(
            f"{where}: {module_name} has no function {function_name!r}; define it there, or correct the name"
        )
    return factory  # type: ignore[no-any-return]


def _attempt(what: str, call: Callable[[], Any]) -> Any:
    # code of users may raise anything; it is named and raised anew, never swallowed
    try:
        return call()
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in OUT_OF_MEMORY):
            raise
        kind = "" if isinstance(error, CandidateError) else f"{type(error).__name__}: "
        raise CandidateError(f"{what} failed: {kind}{error}") from error


def _try_out(module: nn.Module, shape: Shape) -> object:
    training = module.training
    module.eval()
    try:
        with torch.no_grad():
            return module(blank_inputs(CHECK_BATCH, shape))
    finally:
        module.train(training)


def _check_output(where: str, output: object, shape: Shape, classes: int) -> None:
    expected = f"expected a floating tensor of shape ({CHECK_BATCH}, {classes}), one logit a class"
    given = f"for {CHECK_BATCH} inputs of shape {shape} in evaluation mode"
    if not isinstance(output, Tensor):
        raise CandidateError(f"{where}: its output {given} is {type(output).__name__}; {expected}")
    if tuple(output.shape) != (CHECK_BATCH, classes) or not output.is_floating_point():
        found = f"{tuple(output.shape)} of {output.dtype}"
        raise CandidateError(f"{where}: its output {given} has shape {found}; {expected}")
