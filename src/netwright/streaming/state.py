"""The state of a stream: all that it keeps of a video between two steps."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError

from netwright.machine.durable import write_durably
from netwright.records.errors import InputError, ModelError
from netwright.streaming.piece import Kept

_FORMAT = "1"


@dataclass(frozen=True)
class StreamState:
    """What a stream knows of its videos so far. It is never changed: a step returns a new one.

    Args:
        stream: The fingerprint of the stream that made it.
        kept: What each operation keeps.
        frames: Frames that have arrived.
        batch: Videos at once.
        dtype: Of the frames, such as `torch.float32`.
        ended: Whether the video has ended.
    """

    stream: str
    kept: tuple[Kept, ...]
    frames: int
    batch: int
    dtype: str
    ended: bool = False

    @property
    def bytes(self) -> int:
        """Bytes of its tensors."""
        return sum(tensor.nbytes for kept in self.kept for tensor in kept.tensors)

    def save(self, path: str | Path) -> Path:
        """Write the state to a safetensors file, at once or not at all.

        Args:
            path: The file.

        Returns:
            The file.
        """
        path = Path(path)
        tensors = {name: tensor.contiguous() for name, tensor in self._named()}
        about = {
            "format": _FORMAT,
            "stream": self.stream,
            "frames": self.frames,
            "batch": self.batch,
            "dtype": self.dtype,
            "ended": self.ended,
            "counts": [kept.counts for kept in self.kept],
            "tensors": [len(kept.tensors) for kept in self.kept],
        }
        # a state without tensors is still a state
        tensors = tensors or {"nothing": torch.zeros(0)}
        write_durably(path, safetensors.torch.save(tensors, metadata={"state": json.dumps(about)}))
        return path

    @classmethod
    def load(cls, path: str | Path) -> "StreamState":
        """Return a state from its file.

        Args:
            path: What `save` wrote.

        Returns:
            The state.

        Raises:
            InputError: The file is missing, cut off, or no state.
        """
        path = Path(path)
        try:
            with safetensors.safe_open(path, framework="pt") as file:
                about = json.loads((file.metadata() or {})["state"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            kept = tuple(
                Kept(tuple(tensors[f"{node}.{at}"] for at in range(count)), tuple(counts))
                for node, (count, counts) in enumerate(zip(about["tensors"], about["counts"], strict=True))
            )
            facts = (about["frames"], about["batch"], about["dtype"], about["ended"])
            return cls(about["stream"], kept, *facts)
        except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
            raise InputError(
                f"{path} holds no state of a stream ({error}); write one with state.save(path), or start the video anew"
            ) from error

    def _named(self) -> Iterator[tuple[str, torch.Tensor]]:
        for node, kept in enumerate(self.kept):
            for at, tensor in enumerate(kept.tensors):
                yield f"{node}.{at}", tensor


def check_state(state: StreamState, stream: str, chunk: torch.Tensor | None) -> None:
    """Refuse a state that another stream made, or that does not fit the frames.

    Args:
        state: The state.
        stream: The fingerprint of this stream.
        chunk: New frames; None where the video ends.

    Raises:
        ModelError: It does not fit; the message says what was found.
    """
    if not isinstance(state, StreamState):
        raise ModelError(
            f"found a state of type {type(state).__name__}; hand in what the last step returned as its second"
        )
    if state.stream != stream:
        raise ModelError(
            f"the state is of another stream ({state.stream[:12]}, this one is {stream[:12]}): its network, weights, "
            "mode or head differ; start the video anew with state=None"
        )
    if state.ended:
        raise ModelError("the video of this state has ended with flush; start the next one with state=None")
    if chunk is None:
        return
    if chunk.shape[0] != state.batch:
        raise ModelError(
            f"the chunk has frames of {chunk.shape[0]} videos, the state is of {state.batch}; keep one state a batch"
        )
    if str(chunk.dtype) != state.dtype:
        raise ModelError(f"the chunk is {chunk.dtype}, the frames before it were {state.dtype}; keep to one type")
