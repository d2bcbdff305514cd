"""PDF: the text layer of each page, without running heads and feet, split into paragraphs."""

from __future__ import annotations

import io
import logging
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.readers.model import Block, Reading, cleaned, iso_date, numbered, refused, usable_title

if TYPE_CHECKING:
    from pypdf import PdfReader

EDGE_LINES = 3  # how many lines at the top and at the foot of a page may be running ones
FEWEST_PAGES = 3  # a line that stands on fewer pages is no running one
FEWEST_LINES = 8  # below this many lines on a page, a blank line after each is taken at its word
GAPPED_SHARE = 0.8
SHORT_LINE = 0.75  # share of the page's usual line length below which a line may end a paragraph
# Second halves of compounds; when a line ends before one, the hyphen stays.
COMPOUND_ENDS = frozenset(
    "arm associated based blind center centre controlled dependent directed dose driven free frequency grade "
    "high label like line low mutant mutated negative naive positive refractory related resistant risk "
    "specific stable term to treated type up wild year".split()
)

_HYPHEN_END = re.compile(r"(\w+)[-\u2010\u2011\u00ad]$")
_SOFT_END = "\u00ad"
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"\b\w+-[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]\d,–-]*$")
_OPENING = re.compile(r"[\"'“‘(\[]?[A-ZÀ-ÞΑ-Ω0-9•▪●◦‣–]")
_BULLET = re.compile(r"[•▪●◦‣■□]\s*")
_NUMBER = re.compile(r"(?<!\d)\d{1,6}(?!\d)")
_MARK = "\x00"


def read_pdf(path: Path, data: bytes) -> Reading:
    """Read a PDF given as bytes; each page is a section, title and date come from the document information.

    Raises DocumentRefused if it is damaged, encrypted or without a text layer.
    """
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    try:
        with _silent_library():
            title, dated, pages = _extracted(data)
    except (DependencyError, FileNotDecryptedError, WrongPasswordError) as error:
        raise refused(
            path, "is password-protected or encrypted: save a copy without protection and add that"
        ) from error
    # On damaged files pypdf raises errors of many kinds, its own and Python's (KeyError, RecursionError and so on).
    except Exception as error:
        raise refused(path, "is damaged and cannot be read as a PDF: download or export it again") from error
    blocks = _page_blocks(pages)
    if not blocks:
        raise refused(path, "has no text layer, so it is probably a scan: run OCR first and add the result")
    return Reading(title=title or cleaned(path.stem), date=dated, paragraphs=numbered(blocks))


def without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Return the lines of each page without its running heads and feet.

    A running line stands among the EDGE_LINES outermost lines of at least FEWEST_PAGES pages and of half of all pages
    (rounded down, so that heads of even pages count), the same but for one number that grows with the page.
    """
    edges = [_edge_indices(lines) for lines in pages]
    keys = [
        {index: _running_keys(lines[index], page) for index in edge}
        for page, (lines, edge) in enumerate(zip(pages, edges, strict=True))
    ]
    counts = Counter(key for page in keys for key in set().union(*page.values()))
    needed = max(FEWEST_PAGES, len(pages) // 2)
    return [
        [line for index, line in enumerate(lines) if not any(counts[key] >= needed for key in page.get(index, ()))]
        for lines, page in zip(pages, keys, strict=True)
    ]


def joined_lines(lines: list[str], known: frozenset[str]) -> str:
    """Join the lines of one paragraph; `known` holds the words and compounds of the document in lower case.

    A hyphen at a line's end goes ("treat-" + "ment") unless the compound is known, its end is a usual one
    ("progression-" + "free") or what follows is no lower-case word ("FOLFOX-" + "6").
    """
    text = ""
    for raw in lines:
        line = raw.strip()
        ending = _HYPHEN_END.search(text)
        if ending is None:
            text = f"{text} {line}"
        elif text.endswith(_SOFT_END) or _hyphen_goes(ending[1], line, known):
            text = text[:-1] + line
        else:
            text += line
    return cleaned(text)


def split_page(lines: list[str]) -> list[list[str]]:
    """Split a page's lines at blank lines or, where these tell nothing, after short lines that end a sentence."""
    has_gaps = _gaps_tell(lines)
    usual = _usual_length(lines)
    paragraphs: list[list[str]] = []
    gap = True
    for line in lines:
        text = line.strip()
        if not text:
            gap = True
            continue
        previous = paragraphs[-1][-1].strip() if paragraphs else ""
        # A gap within a sentence comes from the extraction, not from the author.
        broken_off = text[0].islower() and not _SENTENCE_END.search(previous)
        ended = not has_gaps and len(previous) < SHORT_LINE * usual and _SENTENCE_END.search(previous)
        if (
            not paragraphs
            or (gap and has_gaps and not broken_off)
            or _BULLET.match(text)
            or (ended and _OPENING.match(text))
        ):
            paragraphs.append([])
        paragraphs[-1].append(line)
        gap = False
    return paragraphs


@contextmanager
def _silent_library() -> Iterator[None]:
    """Keep pypdf's log quiet: what matters to the user becomes a refusal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _extracted(data: bytes) -> tuple[str, str | None, list[list[str]]]:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PdfReadError

    reader = PdfReader(io.BytesIO(data))
    # An empty password opens files that only restrict printing or copying.
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileNotDecryptedError("a password is needed")
    if not reader.pages:
        raise PdfReadError("no pages")
    title, dated = _information(reader)
    return title, dated, [page.extract_text().splitlines() for page in reader.pages]


def _information(reader: PdfReader) -> tuple[str, str | None]:
    fields = reader.metadata
    if fields is None:
        return "", None
    return usable_title(fields.title), iso_date(fields.creation_date_raw)


def _page_blocks(pages: list[list[str]]) -> list[Block]:
    words = _known_words(pages)
    blocks: list[Block] = []
    for number, lines in enumerate(without_running_lines(pages), start=1):
        texts = (_BULLET.sub("", joined_lines(paragraph, words), count=1) for paragraph in split_page(lines))
        blocks.extend(Block(number, f"page {number}", text) for text in texts if text)
    return blocks


def _known_words(pages: list[list[str]]) -> frozenset[str]:
    text = "\n".join(cleaned(line).lower() for lines in pages for line in lines)
    return frozenset(_FIRST_WORD.findall(text)) | frozenset(_COMPOUND.findall(text))


def _hyphen_goes(before: str, line: str, known: frozenset[str]) -> bool:
    match = _FIRST_WORD.match(line)
    if match is None or not match[0][0].islower() or not before[-1].isalpha():
        return False
    after = match[0]
    if f"{before}{after}".lower() in known:
        return True
    return f"{before}-{after}".lower() not in known and after not in COMPOUND_ENDS


def _edge_indices(lines: list[str]) -> set[int]:
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return set(filled[:EDGE_LINES] + filled[-EDGE_LINES:])


def _running_keys(line: str, page: int) -> set[str]:
    """Return the forms under which a line may recur: as it stands, and with each number given relative to its page."""
    text = " ".join(line.split()).casefold()
    keys = {text}
    for match in _NUMBER.finditer(text):
        keys.add(f"{text[: match.start()]}{_MARK}{int(match[0]) - page}{_MARK}{text[match.end() :]}")
    return keys


def _gaps_tell(lines: list[str]) -> bool:
    """Tell whether blank lines separate paragraphs: not if there are none or, as some PDFs have it, one per line."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    gaps = sum(later - earlier > 1 for earlier, later in pairwise(filled))
    return gaps > 0 and (len(filled) < FEWEST_LINES or gaps < GAPPED_SHARE * len(filled))


def _usual_length(lines: list[str]) -> int:
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return lengths[math.ceil(0.8 * len(lengths)) - 1] if lengths else 0
