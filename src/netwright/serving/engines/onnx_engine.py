"""ONNX Runtime: answers without PyTorch."""

from pathlib import Path
from typing import Any, ClassVar

from netwright.records.errors import MissingExtraError, PackageError
from netwright.serving.engine import Answers, join_answers
from netwright.serving.forms.form import Inputs

FILE = "model.onnx"
LOGITS, EMBEDDING = "answer_logits", "answer_embedding"
"""Of the outputs of an export: names that no tensor inside a network has."""
ERRORS_ONLY = 3


class OnnxEngine:
    """Runs an exported model.

    Args:
        path: The file; its outputs are the logits and, where there is one, the embedding.
        threads: That it may compute with.
    """

    name: ClassVar[str] = "onnx"

    def __init__(self, path: Path, threads: int = 1) -> None:
        session = open_session(path, threads)
        self._run = session.run
        given = session.get_inputs()[0]
        self._input = given.name
        # an export may hold for one input at a time only
        self._single = given.shape[0] == 1
        self._outputs = [output.name for output in session.get_outputs()]

    def answer(self, inputs: Inputs) -> Answers:
        """Return the answers to inputs (N, *shape)."""
        if self._single and len(inputs) > 1:
            parts = [self.answer(inputs[i : i + 1]) for i in range(len(inputs))]
            return join_answers(parts)
        found = dict(zip(self._outputs, self._run(None, {self._input: inputs}), strict=True))
        return Answers(found[LOGITS], found.get(EMBEDDING))


def open_session(path: Path, threads: int) -> Any:
    """Return a session of ONNX Runtime on a file.

    Args:
        path: The file.
        threads: That it may compute with.

    Returns:
        The `onnxruntime.InferenceSession`.

    Raises:
        PackageError: ONNX Runtime cannot read the file.
        MissingExtraError: ONNX Runtime is not installed.
    """
    try:
        import onnxruntime  # type: ignore[import-untyped]
        from onnxruntime.capi import onnxruntime_pybind11_state as native  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise MissingExtraError("serving by ONNX Runtime", "export") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (native.Fail, native.InvalidGraph, native.InvalidProtobuf, native.NoSuchFile) as error:
        raise PackageError(f"ONNX Runtime cannot read {path} ({error}); make the package anew") from error
