"""All that may be cited: the corpus folder, and the documents that a user added beside the index."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.corpus import KNOWLEDGE, fingerprint_files, read_corpus
from index.errors import CorpusError
from index.lexicon import Lexicon, read_lexicon
from index.readers import DocumentRefused, read_document
from index.records import Document, Paragraph
from index.tables import first_line

_PARAGRAPHS: TypeAdapter[tuple[Paragraph, ...]] = TypeAdapter(tuple[Paragraph, ...])


@dataclass(frozen=True, slots=True)
class Library:
    """The documents in force, the lexicon, and a fingerprint over every byte of both."""

    documents: tuple[Document, ...]
    lexicon: Lexicon
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of one path given to `index add`: the document's id, or why it was refused."""

    path: Path
    document: str | None
    message: str


def read_library(corpus: Path, added: Path) -> Library:
    """The corpus at `corpus` and the documents in `added` (which need not exist).

    Raises CorpusError naming the file that cannot be read.
    """
    documents = list(read_corpus(corpus))
    for path in sorted(added.glob("*.json")):
        documents.append(_renamed(_read_added(path), {document.id for document in documents}))
    lexicon = read_lexicon(corpus / KNOWLEDGE / "lexicon")
    return Library(tuple(documents), lexicon, library_fingerprint(corpus, added))


def library_fingerprint(corpus: Path, added: Path) -> str:
    """sha256 that changes with any file of the corpus or any added document."""
    parts = [fingerprint_files(corpus)]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(added.glob("*.json"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def add_documents(paths: Iterable[Path], added: Path) -> list[Addition]:
    """Reads each path into the folder `added`; a path that is refused does not stop the others."""
    return [_add(path, added) for path in paths]


def remove_documents(names: Iterable[str], corpus: Path, added: Path) -> tuple[list[str], list[str]]:
    """Deletes the added documents of these ids, as `read_library` gives them: the ids removed, and those unknown."""
    taken = {document.id for document in read_corpus(corpus)}
    stored: dict[str, Path] = {}
    for path in sorted(added.glob("*.json")):
        name = _free(path.stem, taken | stored.keys())
        stored[name] = path
    removed, unknown = [], []
    for name in dict.fromkeys(names):
        if (found := stored.get(name)) is None:
            unknown.append(name)
        else:
            found.unlink()
            removed.append(name)
    return removed, unknown


def _add(path: Path, added: Path) -> Addition:
    try:
        reading = read_document(path)
        source = hashlib.sha256(path.read_bytes()).hexdigest()
    except DocumentRefused as refusal:
        return Addition(path, None, str(refusal))
    name = _identifier(path, added)
    facts = {
        "id": name,
        "title": reading.title,
        "date": reading.date,
        "path": str(path.resolve()),
        "source_sha256": source,
        "paragraphs": _PARAGRAPHS.dump_python(reading.paragraphs, mode="json"),
    }
    added.mkdir(parents=True, exist_ok=True)
    target = added / f"{name}.json"
    beside = added / f".{name}.{os.getpid()}"
    beside.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(target)
    return Addition(path, name, f"{path.name}: added as {name!r}, {len(reading.paragraphs)} paragraphs.")


def _identifier(path: Path, added: Path) -> str:
    """The file's name as an id; another file of the same name gets a number, the same file its old id."""
    base = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or "document"
    name, number = base, 2
    while (taken := added / f"{name}.json").is_file() and _source(taken) not in (None, str(path.resolve())):
        name, number = f"{base}-{number}", number + 1
    return name


def _renamed(document: Document, taken: set[str]) -> Document:
    """The document under an id that no document of the corpus has."""
    return replace(document, id=_free(document.id, taken))


def _free(name: str, taken: set[str]) -> str:
    """The name, lengthened until it is none of those taken."""
    while name in taken:
        name = f"{name}-added"
    return name


def _source(path: Path) -> str | None:
    """Where a stored document was read from; None where the store is damaged and may be written over."""
    try:
        return str(_facts(path).get("path"))
    except CorpusError:
        return None


def _facts(path: Path) -> dict[str, object]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: this added document cannot be read ({first_line(error)}); add it again.") from error
    if not isinstance(facts, dict):
        raise CorpusError(f"{path}: this added document is damaged (no object); add it again.")
    return facts


def _read_added(path: Path) -> Document:
    facts = _facts(path)
    try:
        paragraphs = _PARAGRAPHS.validate_python(facts["paragraphs"])
        date = facts["date"]
        return Document(
            id=str(facts["id"]),
            title=str(facts["title"]),
            paragraphs=paragraphs,
            date=None if date is None else str(date),
            verbatim=frozenset(paragraph.id for paragraph in paragraphs),
            fingerprint=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
    except (KeyError, ValidationError) as error:
        raise CorpusError(f"{path}: this added document is damaged ({first_line(error)}); add it again.") from error
