"""What an index says of itself: what it was built from, what it holds, and the checksum of every file of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, ValidationError, model_serializer

from index.embedding import Precision, Reference
from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.model_folder import Prompts
from index.onnx_embedding import QUERY_MODEL
from index.quantised import Int8Loss
from index.tables import first_line

FORMAT = 6
MANIFEST = "manifest.json"
_NOT_ALWAYS = ("query_prompt", "passage_prompt", "int8")


class FileFacts(BaseModel):
    """Size and checksum of one file of the index."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int
    sha256: str


class DocumentFacts(BaseModel):
    """One indexed document."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: str
    date: str | None
    fingerprint: str
    passages: int
    verbatim: bool


class Manifest(BaseModel):
    """What the index was built from, what it holds, how it is searched, and the checksum of every file of it.

    `query_prompt` and `passage_prompt` are what stood in front of questions and passages when they were embedded;
    `int8` is there where questions are embedded in 8 bits, and says what that loses.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int
    model: str
    model_fingerprint: str
    dimension: int
    corpus_fingerprint: str
    documents: tuple[DocumentFacts, ...]
    passages: dict[str, int]
    vectors: int
    search: str
    folder: str
    files: dict[str, FileFacts]
    query_prompt: str = ""
    passage_prompt: str = ""
    int8: Int8Loss | None = None

    @model_serializer(mode="wrap")
    def _what_is_there(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what it need not have: so that an index without these is the same bytes as before there were any."""
        return {name: value for name, value in written(self).items() if value or name not in _NOT_ALWAYS}

    @property
    def prompts(self) -> Prompts:
        """The two prompts."""
        return Prompts(self.query_prompt, self.passage_prompt)

    @property
    def query_precision(self) -> Precision:
        """How exactly questions are embedded."""
        return "int8" if self.int8 else "fp32"

    @property
    def fingerprint(self) -> str:
        """sha256 over the whole manifest: the index's identity."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def has_query_model(self) -> bool:
        """Whether questions are embedded without torch, by the model exported into the index."""
        return any(name.startswith(f"{QUERY_MODEL}/") for name in self.files)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.bytes for file in self.files.values())


def read_manifest(home: Path) -> Manifest:
    """The manifest of the index at `home`. Raises IndexMissing or IndexDamaged."""
    path = home / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise IndexMissing(f"{home}: no index stands here; run: lateline index build.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{path}: the manifest cannot be read ({error}); run: lateline index build.") from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise IndexDamaged(
            f"{path}: the manifest is damaged ({first_line(error)}); run: lateline index build."
        ) from error


def check_current(manifest: Manifest, corpus: str, model: Reference) -> None:
    """Raises IndexOutdated where format, corpus (a fingerprint), model, prompts or precision are not those in force."""
    for what, has, wants in (
        ("format", str(manifest.format), str(FORMAT)),
        ("corpus", manifest.corpus_fingerprint, corpus),
        ("embedding model", manifest.model_fingerprint, model.fingerprint),
    ):
        if has != wants:
            raise IndexOutdated(f"the index was built from another {what} ({has[:12]}, now {wants[:12]})")
    if manifest.prompts != model.prompts:
        raise IndexOutdated(f"the index was built with other prompts ({manifest.prompts}; now {model.prompts})")
    if manifest.query_precision != model.query_precision:
        raise IndexOutdated(
            f"the index embeds questions in another precision ({manifest.query_precision}, now {model.query_precision})"
        )
