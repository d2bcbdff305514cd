"""A corpus folder read whole: one document a folder, each with its data, prose, tables and slips."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.asked import with_asked
from index.errors import CorpusError
from index.records import Asked, Document, Paragraph, Slip
from index.sections import read_sections
from index.tables import first_line, read_tables
from index.told import read_told, unnumbered

KNOWLEDGE = "knowledge"
PACKAGED_CORPUS = Path(__file__).resolve().parent.parent / "corpus"


class _Metadata(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    title: str
    authors: list[str]
    journal: str
    year: int
    volume: str
    issue: str
    article: str
    doi: str
    url: str
    licence: str
    as_of: str


_SLIPS: TypeAdapter[tuple[Slip, ...]] = TypeAdapter(tuple[Slip, ...])


def read_corpus(folder: Path) -> tuple[Document, ...]:
    """Every document of the corpus at `folder`, in the order of their names.

    Raises CorpusError, naming the file, for anything missing, malformed or contradictory.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder}: there is no corpus folder here; set corpus_dir to one that exists.")
    homes = [path for path in sorted(folder.iterdir()) if (path / "document.toml").is_file()]
    if not homes:
        raise CorpusError(f"{folder}: no document stands here (a folder with a document.toml).")
    return tuple(_read_document(home) for home in homes)


def fingerprint_files(folder: Path) -> str:
    """sha256 over names and bytes of every file below `folder` that a reader of the corpus would see."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read_document(home: Path) -> Document:
    try:
        facts = _Metadata.model_validate(tomllib.loads((home / "document.toml").read_text(encoding="utf-8")))
        slips = _SLIPS.validate_python(tomllib.loads((home / "slips.toml").read_text(encoding="utf-8")).get("slip", []))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CorpusError(f"{home}: document.toml or slips.toml cannot be read: {first_line(error)}") from error
    restated = with_asked(read_sections(home / "sections"), home / "asked")
    paragraphs, verbatim = _with_original(restated, home / "original")
    document = Document(
        id=facts.id,
        title=facts.title,
        paragraphs=paragraphs,
        tables=read_tables(home / "tables"),
        slips=slips,
        authors=tuple(facts.authors),
        date=str(facts.year),
        source=f"{facts.journal} {facts.year};{facts.volume}({facts.issue}):{facts.article}",
        as_of=facts.as_of,
        licence=facts.licence,
        url=facts.url,
        verbatim=verbatim,
        fingerprint=fingerprint_files(home),
        told=unnumbered(read_told(home / "told_figures.csv", restated), verbatim),
    )
    _check_slips(document, home / "slips.toml")
    return document


def _with_original(restated: tuple[Paragraph, ...], folder: Path) -> tuple[tuple[Paragraph, ...], frozenset[str]]:
    """The paragraphs in the original's words where a copy of the article holds them, restated elsewhere."""
    copies = [path for path in sorted(folder.glob("*")) if path.suffix.lower() in (".pdf", ".txt")]
    if not copies:
        return restated, frozenset()
    if len(copies) > 1:
        raise CorpusError(f"{folder}: {len(copies)} copies of the article stand here; leave one.")
    from index.original import OriginalUnreadable, read_original

    try:
        quoted = {paragraph.id: paragraph for paragraph in read_original(copies[0]).paragraphs}
    except OriginalUnreadable as error:
        raise CorpusError(f"{copies[0]}: {error}") from error
    merged = tuple(
        _quoting(paragraph, quoted[paragraph.id]) if paragraph.id in quoted else paragraph for paragraph in restated
    )
    return merged, frozenset(paragraph.id for paragraph in restated if paragraph.id in quoted)


def _quoting(restated: Paragraph, original: Paragraph) -> Paragraph:
    """The paragraph in the original's words; its sentences are others, so that questions lead to the whole of it."""
    asked = tuple(Asked(None, asked.text) for asked in restated.asked)
    return replace(restated, text=original.text, references=original.references, asked=asked)


def _check_slips(document: Document, path: Path) -> None:
    paragraphs = {paragraph.id for paragraph in document.paragraphs}
    rows = {f"{table.number}:{row.name}" for table in document.tables for row in table.rows}
    for slip in document.slips:
        if not slip.passages and not slip.rows:
            raise CorpusError(f"{path}: slip {slip.id!r} concerns no passage and no row.")
        for place in (*slip.passages, *slip.rows):
            if place not in paragraphs | rows:
                raise CorpusError(f"{path}: slip {slip.id!r} names {place!r}, which is not in the document.")
