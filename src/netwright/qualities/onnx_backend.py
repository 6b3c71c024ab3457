"""ONNX Runtime: the model is exported to ONNX and run without PyTorch."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from netwright.qualities.backend import Predict, doubling, quiet
from netwright.records.errors import MissingExtraError

INPUT = "inputs"
ERRORS_ONLY = 3
LOGGERS = ("torch.onnx", "torch.export", "torch.fx", "onnxscript", "onnx_ir")


class OnnxBackend:
    """Runs a model under ONNX Runtime, from an export for one input at a time.

    >>> OnnxBackend().counts(4)
    (1, 2, 4)
    """

    name = "onnx"
    device = "cpu"

    def counts(self, most: int) -> tuple[int, ...]:
        """Return 1, 2, 4, ... and the most."""
        return doubling(most)

    def prepare(self, model: nn.Module, example: Tensor) -> Callable[[int], Predict]:
        """Return what opens a session on the exported model.

        Args:
            model: In evaluation mode; it is not changed.
            example: Inputs (1, ...).

        Returns:
            From a number of threads to a function that predicts with them.

        Raises:
            MissingExtraError: The packages of the extra `export` are not installed.
        """
        try:
            import onnxruntime  # type: ignore[import-untyped]
            import onnxscript  # noqa: F401 - the exporter needs it, and would name neither it nor the extra
        except ModuleNotFoundError as error:
            raise MissingExtraError("the backend onnx", "export") from error
        content = _export(model, example)

        def session(threads: int) -> Predict:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = ERRORS_ONLY
            opened = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            return lambda x: torch.from_numpy(opened.run(None, {INPUT: x.numpy()})[0])

        return session


def _export(model: nn.Module, example: Tensor) -> bytes:
    # tensors of inference mode cannot be traced
    with quiet(*LOGGERS), torch.inference_mode(False), torch.no_grad():
        program = torch.onnx.export(
            model, (example.clone(),), dynamo=True, verbose=False, input_names=[INPUT], output_names=["logits"]
        )
    assert program is not None  # it is None for the older exporter only
    content: bytes = program.model_proto.SerializeToString()
    return content
