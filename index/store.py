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

from pydantic import (
    TypeAdapter,
)

from index.affinity import Affinity
from index.errors import IndexDamaged, IndexOutdated
from index.keywords import Keywords
from index.manifest import FORMAT, MANIFEST, FileFacts, Manifest, read_manifest
from index.nearest import VectorStore
from index.onnx_embedding import QUERY_MODEL
from index.quantised import Int8Loss
from index.records import Passage
from index.tables import first_line
from index.vectors import Vectors

PASSAGES, VECTORS = "passages.json", "vectors.faiss"
_OWN_FOLDER = re.compile(r"data-[0-9a-f]{16}|\.building-\d+")
_PASSAGES: TypeAdapter[tuple[Passage, ...]] = TypeAdapter(tuple[Passage, ...])


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
    put_model: Callable[[Path], Int8Loss | None],
    describe: Callable[[str, dict[str, FileFacts], Int8Loss | None], Manifest],
) -> Manifest:
    """Writes the files beside the old ones and switches over by renaming the manifest; then the old ones go.

    Call it under `building`. `put_model` writes the query model into a folder, or leaves it away, and says what it
    loses where it is in 8 bits; `describe` makes the manifest from the folder's name, the files' facts and that.
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
    loss = put_model(beside / QUERY_MODEL)
    files = {
        path.relative_to(beside).as_posix(): FileFacts(bytes=path.stat().st_size, sha256=_sha256(path))
        for path in sorted(beside.rglob("*"))
        if path.is_file()
    }
    content = hashlib.sha256("".join(facts.sha256 for facts in files.values()).encode()).hexdigest()
    manifest = describe(f"data-{content[:16]}", files, loss)
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
