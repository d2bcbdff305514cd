"""sentence-transformers and torch (the only ones): models loaded from a folder, and written as ONNX."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import ModelUnusable

_FEW = 4
_PROBE = "x"


def embedding_model(folder: Path) -> Any:
    """The SentenceTransformer in `folder`, on the CPU. Raises ModelUnusable where it does not load or run."""

    def load() -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    return _loaded(folder, load, lambda model: model.encode([_PROBE], prompt="", show_progress_bar=False))


def cross_encoder(folder: Path) -> Any:
    """The CrossEncoder in `folder`, on the CPU. Raises ModelUnusable, also for one that gives more than one value."""

    def load() -> Any:
        import torch
        from sentence_transformers import CrossEncoder

        # Scores as the model gives them: squeezed into 0–1, the best ones would all be 1.
        plain = torch.nn.Identity()
        return CrossEncoder(str(folder), device="cpu", local_files_only=True, activation_fn=plain)

    model = _loaded(folder, load, lambda model: model.predict([(_PROBE, _PROBE)], show_progress_bar=False))
    if model.num_labels != 1:
        raise ModelUnusable(
            f"{folder}: this cross-encoder gives {model.num_labels} values for a pair, but a reranker gives one; "
            "set reranker to another."
        )
    return model


def use_threads(texts: int) -> None:
    """How many threads work on so many texts: threads that wait for one another make a short text 40 times slower when
    another process is busy.
    """
    import torch

    torch.set_num_threads(1 if texts <= _FEW else os.cpu_count() or 1)


def write_onnx(model: Any, path: Path) -> None:
    """The transformer, its pooling (the mean, or the first piece) and scaling to length 1 as one ONNX graph.

    Raises ValueError for any other pipeline.
    """
    import torch

    kinds = [type(part).__name__ for part in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        raise ValueError(f"a pipeline of {kinds}")
    mode = getattr(model[1], "pooling_mode", "mean")
    mode = mode if isinstance(mode, str) else "+".join(mode)
    if mode not in ("mean", "cls") or not getattr(model[1], "include_prompt", True):
        raise ValueError("another pooling than the mean of all pieces, or the first one")

    class Pooled(torch.nn.Module):
        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if mode == "cls":
                return torch.nn.functional.normalize(states[:, 0], dim=1)
            kept = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    first = model[0]
    transformer = getattr(first, "auto_model", None) or first.model
    example = torch.randint(5, min(1000, transformer.config.vocab_size), (2, 12))
    torch.onnx.export(
        Pooled(transformer).eval(),
        (example, torch.ones_like(example)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={name: {0: "texts", 1: "pieces"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        dynamo=False,
    )


def _loaded(folder: Path, load: Callable[[], Any], probe: Callable[[Any], Any]) -> Any:
    """The model, tried once. Nothing is fetched, and no code of the model's own is run."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = load()
        probe(model)
    except Exception as error:  # each kind of model fails in a way of its own
        said = " ".join(str(error).split())[:160]
        raise ModelUnusable(f"{folder}: the model cannot be loaded ({type(error).__name__}: {said}).") from error
    return model
