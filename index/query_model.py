"""The model that questions are embedded with: exported into the index, checked on the corpus, in 8 bits where asked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding import Exportable, Reference
from index.errors import ModelUnusable
from index.onnx_embedding import MODEL_INT8, OnnxEmbedder
from index.passages import Unit
from index.quantised import Int8Loss, loss_of, quantise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The least cosine of an exported vector with that of the model itself.
_SAME_VECTOR = 0.9999


def put_query_model(
    folder: Path, embedder: Reference, units: Sequence[Unit], matrix: NDArray[np.float32], there: Path | None
) -> Int8Loss | None:
    """Writes the query model into `folder`, or leaves it away where the model cannot be exported; what it loses in 8
    bits, where the settings ask for these.

    `there` is where the same model was exported to before; `matrix` are the vectors of the units, shape (units,
    dimension). Raises ModelUnusable where 8 bits are asked for and cannot be had.
    """
    if there:
        shutil.copytree(there, folder, ignore=shutil.ignore_patterns(MODEL_INT8))
    elif isinstance(embedder, Exportable):
        _export(embedder, folder, units, matrix, embedder.prompts.passage)
    if embedder.query_precision == "fp32":
        return None
    if not folder.exists():
        raise ModelUnusable("query_precision: this model cannot be exported, so that it has no 8 bits; set it to fp32.")
    quantise(folder)
    return loss_of(folder, units, matrix, embedder.prompts.query)


def _export(
    embedder: Exportable, folder: Path, units: Sequence[Unit], matrix: NDArray[np.float32], prompt: str
) -> None:
    """Writes the query model, unless the model cannot be exported or its export gives other vectors on the corpus."""
    import numpy as np

    checked = [position for position, unit in enumerate(units) if not unit.is_question]
    try:
        embedder.export(folder)
        found = OnnxEmbedder(folder).encode([units[position].text for position in checked], prompt=prompt)
    except ModelUnusable:
        shutil.rmtree(folder, ignore_errors=True)
        return
    if checked and float(np.einsum("ij,ij->i", found, matrix[checked]).min()) < _SAME_VECTOR:
        shutil.rmtree(folder)
