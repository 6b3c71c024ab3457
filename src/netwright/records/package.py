"""A package: a decision's models as a folder that can be served, with what is known of them."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.measurement import Conditions
from netwright.records.record import Record, Rows

Role = Literal["chosen", "fallback"]
Datatype = Literal["BOOL", "UINT8", "INT64", "FP32", "FP64", "BYTES"]


class FileMark(Record):
    """What a file of a package must be.

    Args:
        sha256: Of its content.
        size: Bytes.
    """

    sha256: str
    size: int


class TensorSpec(Record):
    """A tensor of the Open Inference Protocol.

    Args:
        name: As requests and responses call it.
        datatype: Of its elements.
        shape: -1 where the number of samples stands.
        optional: Whether a request may leave it out.
    """

    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    optional: bool = False


class EngineChoice(Record):
    """What runs a model, and why.

    Args:
        engine: `onnx` (ONNX Runtime) or `torch`.
        reason: Why, in one sentence with the figures.
        difference: Largest difference between a logit of ONNX Runtime and of torch over real samples; None where there
            is no export.
        samples: How many real samples were compared.
        seconds: Engine -> seconds for one sample, the median.
        conditions: Where that was measured.
    """

    engine: Literal["onnx", "torch"]
    reason: str
    difference: float | None = None
    samples: int = 0
    seconds: dict[str, float] = Field(default_factory=dict)
    conditions: Conditions


class PackagedModel(Record):
    """One model of a package.

    Args:
        role: The decision's choice, or its next-best candidate.
        candidate: Its name.
        folder: Where its files are in the package.
        layout: `netwright` as `models.stored` writes it, or `transformers`.
        choice: What runs it, and why.
        tokens: Of a text at most, where the model reads tokens.
        accuracy: Measured in the study; None where it was not.
    """

    role: Role
    candidate: str
    folder: str
    layout: Literal["netwright", "transformers"] = "netwright"
    choice: EngineChoice
    tokens: int | None = None
    accuracy: float | None = None


class Manifest(Record):
    """What a package holds: the content of its `package.json`.

    Args:
        format: Of the folder.
        name: Of the model, as requests call it: the scenario's name.
        task: The kind of prediction.
        shape: Of one input of the models.
        classes: What each logit means.
        inputs: What a request carries.
        models: The chosen model first, then its fallback where there is one.
        prior: Share of each class in the training data: the answer when no model can answer.
        data: Name or address of the data that the decision was made on.
        data_fingerprint: Of the same.
        scenario_hash: Of the scenario that was decided.
        from_predictions: Share of training rows whose labels were a model's own predictions.
        versions: Package name -> version, where this was made.
        files: Path in the package -> what that file must be; every file but this one.
    """

    format: Literal["netwright package 1"] = "netwright package 1"
    name: str
    task: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    inputs: tuple[TensorSpec, ...]
    models: Annotated[tuple[PackagedModel, ...], Field(min_length=1)]
    prior: tuple[float, ...]
    data: str
    data_fingerprint: str
    scenario_hash: str
    from_predictions: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)
    files: dict[str, FileMark] = Field(default_factory=dict)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a model: role, name, engine, seconds for one sample, accuracy in the study."""
        rows: Rows = [
            (
                one.role,
                one.candidate,
                one.choice.engine,
                f"{1e3 * one.choice.seconds.get(one.choice.engine, float('nan')):.3g} ms",
                "not measured" if one.accuracy is None else f"{one.accuracy:.1%}",
            )
            for one in self.models
        ]
        return ("role", "candidate", "engine", "one sample", "accuracy"), rows
