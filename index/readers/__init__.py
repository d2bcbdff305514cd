"""Reading of the documents that a user adds to the corpus: PDF, DOCX, Markdown, HTML and plain text."""

from __future__ import annotations

import codecs
import re
import stat
import warnings
from pathlib import Path

from index.readers.docx import is_docx, read_docx
from index.readers.markup import read_html, read_markdown
from index.readers.model import NO_HEADING, Block, DocumentRefused, Reading, cleaned, numbered, refused
from index.readers.pdf import read_pdf

__all__ = ["MAX_BYTES", "DocumentRefused", "Reading", "read_document"]

MAX_BYTES = 50 * 1024 * 1024
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
HTML_SUFFIXES = frozenset({".html", ".htm"})
TEXT_SUFFIXES = MARKDOWN_SUFFIXES | HTML_SUFFIXES | {".txt"}
KINDS = "PDF, DOCX, Markdown (.md, .markdown), HTML (.html, .htm) or plain text (.txt)"

PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024  # readers of PDF accept this many bytes of junk before the mark
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word files and encrypted new ones
CONTROL_SHARE = 0.01

_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\f")


def read_document(path: Path) -> Reading:
    """Read one document: title, date as far as its own metadata says, and its paragraphs with their places.

    Its type is decided by its content first (PDF, DOCX), then by its suffix. Raises DocumentRefused, with one sentence
    for the user, for anything that cannot be read in full; nothing is logged and no warning gets out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = _content(path)
        suffix = path.suffix.lower()
        if _is_pdf(data, suffix):
            return read_pdf(path, data)
        if data.startswith(ZIP_MARK) and is_docx(data):
            return read_docx(path, data)
        _check_suffix(path, data, suffix)
        text = _decoded(path, data)
        if suffix in MARKDOWN_SUFFIXES:
            return read_markdown(path, text)
        return read_html(path, text) if suffix in HTML_SUFFIXES else _read_text(path, text)


def _content(path: Path) -> bytes:
    """Return the file's bytes, size and kind of file checked before any is read."""
    too_large = refused(path, f"is larger than {MAX_BYTES // (1024 * 1024)} MB: split it or add a smaller version")
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refused(path, "is a folder: name the files in it one by one")
        if not stat.S_ISREG(status.st_mode):
            raise refused(path, "is not a regular file: add a document that is saved on disk")
        if status.st_size > MAX_BYTES:
            raise too_large
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refused(path, "was not found: check the path") from error
    except PermissionError as error:
        raise refused(path, "may not be read: give yourself read permission for it and its folder") from error
    except OSError as error:
        raise refused(path, f"could not be read ({error.strerror}): copy it to a local disk and try again") from error
    if len(data) > MAX_BYTES:
        raise too_large
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise refused(path, "is empty: add a file that contains text")
    return data


def _is_pdf(data: bytes, suffix: str) -> bool:
    if suffix == ".pdf":
        return PDF_MARK in data[:PDF_MARK_WITHIN]
    return data.startswith(PDF_MARK)


def _check_suffix(path: Path, data: bytes, suffix: str) -> None:
    """Refuse what is neither PDF nor DOCX by content nor text by suffix."""
    if suffix == ".pdf":
        raise refused(path, "is not a PDF although it is named so: check the download or give it its proper suffix")
    if suffix == ".docx" and data.startswith(OLE_MARK):
        raise refused(path, "is password-protected or an old Word file: save it in Word as .docx without a password")
    if suffix == ".docx" and data.startswith(b"PK"):
        raise refused(path, "is damaged or not a Word document: open it in Word, save it again as .docx and add that")
    if suffix == ".docx":
        raise refused(path, "is not a DOCX file although it is named so: save it in Word as .docx and add that")
    if suffix == ".doc":
        raise refused(path, "is an old Word file: save it in Word as .docx and add that")
    if suffix not in TEXT_SUFFIXES:
        raise refused(path, f"is of a kind that cannot be read: add it as {KINDS}")


def _decoded(path: Path, data: bytes) -> str:
    """Decode as UTF-8, else as UTF-16 if it has the mark, else as Windows-1252; line ends become "\\n"."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-8-sig", "utf-16" if marked else "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text or len(_CONTROL.findall(text)) > CONTROL_SHARE * len(text):
            break
        if not text.strip():
            raise refused(path, "is empty: add a file that contains text")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refused(path, "is not text although it is named so: add a text file in UTF-8")


def _read_text(path: Path, text: str) -> Reading:
    parts = (cleaned(part) for part in _BLANK_LINE.split(text))
    blocks = [Block(0, NO_HEADING, part) for part in parts if part]
    if not blocks:
        raise refused(path, "contains no text: add a file that has some")
    return Reading(title=cleaned(path.stem), date=None, paragraphs=numbered(blocks))
