"""A built index on disk: a folder with a manifest and the files that the manifest vouches for."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
)

from index.affinity import Affinity
from index.embedding import Reference
from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.keywords import Keywords
from index.model_folder import Prompts
from index.nearest import VectorStore
from index.records import Passage
from index.tables import first_line
from index.vectors import Vectors

FORMAT = 6
MANIFEST = "manifest.json"
PASSAGES, VECTORS = "passages.json", "vectors.faiss"
# The folder of the model that questions are embedded with, where it could be exported.
QUERY_MODEL = "query-model"
_NOT_ALWAYS = ("query_prompt", "passage_prompt")
_OWN_FOLDER = re.compile(r"data-[0-9a-f]{16}|\.building-\d+")
_PASSAGES: TypeAdapter[tuple[Passage, ...]] = TypeAdapter(tuple[Passage, ...])


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

    `query_prompt` and `passage_prompt` are what stood in front of questions and passages when they were embedded.
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

    @model_serializer(mode="wrap")
    def _what_is_there(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what it need not have: so that an index without these is the same bytes as before there were any."""
        return {name: value for name, value in written(self).items() if value or name not in _NOT_ALWAYS}

    @property
    def prompts(self) -> Prompts:
        """The two prompts."""
        return Prompts(self.query_prompt, self.passage_prompt)

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


@dataclass(frozen=True)
class Index:
    """An index in memory; `unit_keys` are checksums of the texts behind the vectors, in their order.

    `affinity` is None where the corpus has too few questions to learn one from.
    """

    manifest: Manifest
    passages: Sequence[Passage]
    unit_keys: tuple[str, ...]
    vectors: VectorStore
    keywords: Keywords
    affinity: Affinity | None = None


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
    """Raises IndexOutdated where format, corpus (a fingerprint), model or prompts are not those in force."""
    for what, has, wants in (
        ("format", str(manifest.format), str(FORMAT)),
        ("corpus", manifest.corpus_fingerprint, corpus),
        ("embedding model", manifest.model_fingerprint, model.fingerprint),
    ):
        if has != wants:
            raise IndexOutdated(f"the index was built from another {what} ({has[:12]}, now {wants[:12]})")
    if manifest.prompts != model.prompts:
        raise IndexOutdated(f"the index was built with other prompts ({manifest.prompts}; now {model.prompts})")


def load_index(home: Path) -> Index:
    """The index at `home`, every file checked against the manifest.

    Raises IndexMissing, IndexOutdated for another format, or IndexDamaged naming the file that is missing, truncated or
    changed.
    """
    while True:
        manifest = read_manifest(home)
        if manifest.format != FORMAT:
            raise IndexOutdated(f"the index was built in another format ({manifest.format}, now {FORMAT})")
        try:
            return _load(home / manifest.folder, manifest)
        except IndexDamaged:
            # Another process may have put a newer index into place while this one was read.
            if read_manifest(home).folder == manifest.folder:
                raise


@dataclass(frozen=True)
class Parts:
    """What an index is made of, before it is saved; as in `Index`."""

    passages: tuple[Passage, ...]
    unit_keys: tuple[str, ...]
    vectors: Vectors
    keywords: Keywords
    affinity: Affinity | None


def save_index(
    home: Path,
    parts: Parts,
    put_model: Callable[[Path], None],
    describe: Callable[[str, dict[str, FileFacts]], Manifest],
) -> Manifest:
    """Writes the files beside the old ones and switches over by renaming the manifest; then the old ones go.

    Call it under `building`. `put_model` writes the query model into a folder, or leaves it away; `describe` makes the
    manifest from the folder's name and the files' facts.
    """
    beside = home / f".building-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    (beside / PASSAGES).write_bytes(_PASSAGES.dump_json(parts.passages, indent=0))
    (beside / "units.txt").write_text("\n".join(parts.unit_keys), encoding="ascii")
    parts.vectors.save(beside / VECTORS)
    parts.keywords.save(beside / "bm25")
    if parts.affinity is not None:
        parts.affinity.save(beside / "affinity.npz")
    put_model(beside / QUERY_MODEL)
    files = {
        path.relative_to(beside).as_posix(): FileFacts(bytes=path.stat().st_size, sha256=_sha256(path))
        for path in sorted(beside.rglob("*"))
        if path.is_file()
    }
    content = hashlib.sha256("".join(facts.sha256 for facts in files.values()).encode()).hexdigest()
    manifest = describe(f"data-{content[:16]}", files)
    folder = home / manifest.folder
    if _sound(folder, manifest):
        shutil.rmtree(beside)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)
    draft = home / f".{MANIFEST}.{os.getpid()}"
    draft.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    draft.replace(home / MANIFEST)
    for path in home.iterdir():
        if path != folder and path.is_dir() and _OWN_FOLDER.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f".{MANIFEST}."):
            path.unlink(missing_ok=True)
    return manifest


@contextmanager
def building(home: Path) -> Iterator[None]:
    """Holds the lock under which an index at `home` is built; waits while another process builds it."""
    from filelock import FileLock

    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.parent / f".{home.name}.lock"):
        yield


def _load(folder: Path, manifest: Manifest) -> Index:
    for name, facts in manifest.files.items():
        _check_file(folder / name, facts)
    try:
        passages = _PASSAGES.validate_json((folder / PASSAGES).read_bytes())
        return index_of(folder, manifest, passages, Vectors.load(folder / VECTORS))
    except (OSError, ValueError, RuntimeError) as error:
        raise IndexDamaged(
            f"{folder}: the index cannot be read ({first_line(error)}); run: lateline index build."
        ) from error


def index_of(folder: Path, manifest: Manifest, passages: Sequence[Passage], vectors: VectorStore) -> Index:
    """The index of these passages and vectors, wherever they are kept, with the files in `folder` beside them."""
    return Index(
        manifest=manifest,
        passages=passages,
        unit_keys=tuple((folder / "units.txt").read_text(encoding="ascii").split("\n")),
        vectors=vectors,
        keywords=Keywords.load(folder / "bm25"),
        affinity=Affinity.load(folder / "affinity.npz") if "affinity.npz" in manifest.files else None,
    )


def _check_file(path: Path, facts: FileFacts) -> None:
    mend = "run: lateline index build"
    try:
        size, digest = path.stat().st_size, _sha256(path)
    except OSError as error:
        raise IndexDamaged(f"{path}: this file of the index is missing; {mend}.") from error
    if size != facts.bytes:
        what = "truncated" if size < facts.bytes else "longer than it was built"
        raise IndexDamaged(f"{path}: this file of the index is {what} ({size} of {facts.bytes} bytes); {mend}.")
    if digest != facts.sha256:
        raise IndexDamaged(f"{path}: this file of the index was changed after it was built; {mend}.")


def _sound(folder: Path, manifest: Manifest) -> bool:
    try:
        for name, facts in manifest.files.items():
            _check_file(folder / name, facts)
    except IndexDamaged:
        return False
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
