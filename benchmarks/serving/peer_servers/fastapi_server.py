"""FastAPI + pydantic + torch, as its documentation shows it, with uvloop and httptools."""

import uvicorn
from fastapi import FastAPI
from mlp import answer, arguments, load
from pydantic import BaseModel, Field

told = arguments()
model = load(told.weights)
app = FastAPI()


class Asked(BaseModel):
    """A request."""

    image: list[float] = Field(min_length=784, max_length=784)


class Answered(BaseModel):
    """A response."""

    label: int
    probabilities: list[float]


@app.post("/predict")
def predict(asked: Asked) -> Answered:
    """Answer."""
    return Answered(**answer(model, asked.image))


@app.get("/health")
async def health() -> dict[str, bool]:
    """Say that it lives."""
    return {"ready": True}


uvicorn.run(app, host="127.0.0.1", port=told.port, log_level="warning", access_log=False)
