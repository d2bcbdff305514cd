"""The files of a model: found by folder or name, told from others by a checksum, with the prompts that it asks for."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from index.errors import ModelUnusable

# What decides no vector: texts for readers, and the same weights in formats that are not read here.
_LEFT_ASIDE = frozenset({".md", ".png", ".svg", ".h5", ".ot", ".msgpack", ".onnx", ".onnx_data", ".gguf", ".tflite"})
_OTHER_FORMATS = frozenset({"onnx", "openvino", "coreml"})
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")
# Under these names models keep what stands in front of a passage, as sentence-transformers looks for it.
_PASSAGE_NAMES = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What stands in front of each question and of each passage before it is embedded; empty for nothing."""

    query: str = ""
    passage: str = ""

    def or_else(self, other: Prompts) -> Prompts:
        """These, and those of `other` in place of the empty ones."""
        return Prompts(self.query or other.query, self.passage or other.passage)

    def __str__(self) -> str:
        return f"{self.query!r} for questions and {self.passage!r} for passages"


NO_PROMPTS = Prompts()


def folder_of(name: str, mark: str, kind: str, setting: str) -> Path:
    """The folder of the model `name`: that folder itself, or where the cache of models (HF_HOME) holds it.

    A folder of such a model (`kind`, in words) has the file `mark`. Nothing is ever fetched. Raises ModelUnusable.
    """
    folder = Path(name).expanduser()
    if not folder.exists() and _HUB_NAME.fullmatch(name):
        folder = _in_cache(name, setting)
    if not (folder / mark).is_file():
        raise ModelUnusable(f"{name}: no {kind} is in this folder; set {setting}.")
    return folder


def checksum(folder: Path) -> str:
    """sha256 over every file that decides what the model gives. Raises ModelUnusable where one cannot be read."""
    lines = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or path.suffix in _LEFT_ASIDE or _OTHER_FORMATS & set(inside.parts) or not path.is_file():
            continue
        lines.append(f"{inside.as_posix()}\0{file_checksum(path)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def file_checksum(path: Path) -> str:
    """sha256 of one file of a model. Raises ModelUnusable where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnusable(f"{path}: this file of the model cannot be read: {error.strerror}.") from error


def prompts_in(folder: Path) -> Prompts:
    """The prompts that the model in `folder` was saved with. Raises ModelUnusable for a file that cannot be read."""
    path = folder / "config_sentence_transformers.json"
    if not path.is_file():
        return NO_PROMPTS
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        saved = {str(name): str(text or "") for name, text in (facts.get("prompts") or {}).items()}
        standing = saved.get(facts.get("default_prompt_name") or "", "")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelUnusable(
            f"{path}: the model's prompts cannot be read; mend the file or set another model."
        ) from error
    passage = next((saved[name] for name in _PASSAGE_NAMES if saved.get(name)), standing)
    return Prompts(saved.get("query") or standing, passage)


def _in_cache(name: str, setting: str) -> Path:
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"{name}: neither a folder nor in the cache of models on this machine, and nothing is fetched; "
            f"set {setting} to a folder, or put the model into that cache (hf download {name})."
        ) from error
