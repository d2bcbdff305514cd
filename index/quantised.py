"""The query model in 8 bits: made from the exported one, and what is lost by it measured on the corpus."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from index.errors import ModelUnusable
from index.onnx_embedding import MODEL, MODEL_INT8, OnnxEmbedder
from index.passages import Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More texts of a kind tell nothing new, and each is embedded by itself, as a question is.
_MOST_MEASURED = 500
_AT_ONCE = 16
_LESS_THAN_ANY = -2.0


class Int8Loss(BaseModel):
    """What 8 bits lose on texts of the corpus that are asked as if they were questions.

    The cosine is that of a text's vector with the one in fp32; `…_changed` is the share (0–1) of passages and of
    sentences for which another passage is the nearest beside their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    least_cosine: float
    mean_cosine: float
    passages: int
    passages_changed: float
    sentences: int
    sentences_changed: float

    def __str__(self) -> str:
        return (
            f"cosine with fp32 {self.least_cosine:.3f} at least, {self.mean_cosine:.3f} on average; "
            f"asked as questions, {self.passages_changed:.0%} of {self.passages} passages and "
            f"{self.sentences_changed:.0%} of {self.sentences} sentences find another passage first"
        )


def quantise(folder: Path) -> None:
    """Writes the query model of the folder in 8 bits beside the one in fp32. Raises ModelUnusable."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quiet = logging.root.manager.disable
    # It advises to prepare the model first, which the export has done.
    logging.disable(logging.WARNING)
    try:
        # Weights of 7 bits: with 8, sums overflow on processors without instructions for them.
        quantize_dynamic(
            folder / MODEL,
            folder / MODEL_INT8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )
    except Exception as error:  # onnx and onnxruntime have a class of their own for each fault
        raise ModelUnusable(
            f"query_precision: the model cannot be written in 8 bits ({type(error).__name__}); set it to fp32."
        ) from error
    finally:
        logging.disable(quiet)


def loss_of(folder: Path, units: Sequence[Unit], matrix: NDArray[np.float32], prompt: str) -> Int8Loss:
    """What the model in 8 bits loses against that in fp32, both of `folder`, with `prompt` in front of questions.

    `matrix` are the vectors of all units, shape (units, dimension).
    """
    import numpy as np

    of_passages = _spread([unit for unit in units if unit.sentence is None and not unit.is_question])
    of_sentences = _spread([unit for unit in units if unit.sentence is not None and not unit.is_question])
    asked = of_passages + of_sentences
    exact, coarse = (_asked_one_by_one(OnnxEmbedder(folder, is_int8), asked, prompt) for is_int8 in (False, True))
    alike = np.einsum("ij,ij->i", exact, coarse)
    changed = _nearest(exact, asked, units, matrix) != _nearest(coarse, asked, units, matrix)
    passages, sentences = changed[: len(of_passages)], changed[len(of_passages) :]
    return Int8Loss(
        least_cosine=_figure(alike.min(initial=1.0)),
        mean_cosine=_figure(alike.mean() if len(alike) else 1.0),
        passages=len(passages),
        passages_changed=_figure(passages.mean() if len(passages) else 0.0),
        sentences=len(sentences),
        sentences_changed=_figure(sentences.mean() if len(sentences) else 0.0),
    )


def _spread(units: list[Unit]) -> list[Unit]:
    """At most so many of them, from all over the corpus."""
    count = min(len(units), _MOST_MEASURED)
    return [units[place * len(units) // count] for place in range(count)]


def _asked_one_by_one(embedder: OnnxEmbedder, asked: Sequence[Unit], prompt: str) -> NDArray[np.float32]:
    """Shape (asked, dimension). In 8 bits a vector depends a little on those that it is worked out with."""
    import numpy as np

    found = np.zeros((len(asked), embedder.dimension), dtype=np.float32)
    for place, unit in enumerate(asked):
        found[place] = embedder.encode([unit.text], prompt=prompt)[0]
    return found


def _nearest(
    vectors: NDArray[np.float32], asked: Sequence[Unit], units: Sequence[Unit], matrix: NDArray[np.float32]
) -> NDArray[np.int64]:
    """The passage that is nearest to each of what is asked, its own left out: shape (asked,)."""
    import numpy as np

    owner = np.array([unit.passage for unit in units], dtype=np.int64)
    own = np.array([unit.passage for unit in asked], dtype=np.int64)
    found = np.zeros(len(asked), dtype=np.int64)
    for start in range(0, len(asked), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        near = np.where(own[part, None] == owner[None, :], _LESS_THAN_ANY, vectors[part] @ matrix.T)
        found[part] = owner[near.argmax(axis=1)]
    return found


def _figure(value: float | np.floating) -> float:
    return round(float(value), 4)
