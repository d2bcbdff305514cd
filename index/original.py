"""A user's own copy of the review article, parsed into the paragraphs and locators that the corpus uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from index import original_tables as layout
from index.original_tables import Line, TableRegion
from index.records import Paragraph
from index.references import references_in

__all__ = ["Original", "OriginalUnreadable", "TableRegion", "parse_original", "read_original"]

# The article's outline: section number and what its title contains, in the letters that `squash` leaves.
_OUTLINE: list[tuple[str, str]] = re.findall(
    r"(\S+):(\S+)",
    "1:introduction 2:systemictreatment 2.1:unselected 2.2:randomizedtrials 3:immunotherapy 4:selectedsubgroup "
    "5:rechallenge 6:kras 7:braf 8:her2 9:trk 10:discussion 11:conclusion",
)
_HEADING = re.compile(r"#*\s*(\d{1,2}(?:\.\d{1,2})?)\.\s+([A-Z].*)")
_BACK_MATTER = re.compile(
    r"(Supplementary Materials|Author Contributions|Funding|Institutional Review Board Statement|Acknowledgments|"
    r"Informed Consent Statement|Data Availability Statement|Conflicts of Interest):|#*\s*References$"
)
_ABSTRACT = (("Simple Summary:", 1), ("Abstract:", 2), ("Keywords:", 0))
_TERM = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# First parts that keep their hyphen when the text itself does not settle it.
_PREFIX = re.compile(
    "anti|non|real|follow|placebo|long|short|high|low|late|later|early|first|second|third|fourth|one|two|three|well|"
    "left|right|self|half|dose|open|double|single|wild|cross|chemo"
)
# These begin ordinary words as well ("re-gimen"), so what follows must be a word of its own somewhere in the text.
_SHORT_PREFIX = re.compile("re|pre|co|de|post|sub|over|under|inter|multi")


class OriginalUnreadable(ValueError):
    """The file is not a copy of the review that can be quoted from; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Original:
    """The article word by word: `paragraphs` in reading order and `tables` in the order in which they stand."""

    paragraphs: tuple[Paragraph, ...]
    tables: tuple[TableRegion, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section: its heading takes the lines `at` to `first` (exclusive), its own lines go on to `end` (exclusive)."""

    number: str
    title: str
    at: int
    first: int
    end: int


def read_original(path: Path) -> Original:
    """Read a copy of the review from a .pdf file, or from any other file as UTF-8 text.

    Raises OriginalUnreadable if the file holds no text or not this review; OSError if it cannot be opened.
    """
    data = path.read_bytes()
    if path.suffix.lower() == ".pdf":
        return parse_original(_pdf_text(data, path.name))
    try:
        return parse_original(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise OriginalUnreadable(f"{path.name} is not UTF-8 text; save the article as a PDF or .txt file.") from None


def _pdf_text(data: bytes, name: str) -> str:
    from io import BytesIO

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        pages = PdfReader(BytesIO(data)).pages
        texts = [page.extract_text().replace("\0", "") for page in pages]
        return layout.text_of_pages(texts, [page.extract_text(extraction_mode="layout") for page in pages])
    # A damaged file surfaces in the parser as any of these.
    except (PyPdfError, DependencyError, ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        raise OriginalUnreadable(f"{name} cannot be read as a PDF; save it again or as a .txt file.") from error


def parse_original(text: str) -> Original:
    """Parse the extracted text of the review into its paragraphs, word by word, and its tables.

    Paragraphs that a page break or a table interrupts come out whole and without line-end hyphens; headings, keywords
    and back matter are left out. Raises OriginalUnreadable if `text` is not text or not this review.
    """
    if not text.strip() or "\0" in text:
        raise OriginalUnreadable("The file holds no readable text; use a PDF with a text layer or a .txt file.")
    lines = layout.lines_of(text)
    width = layout.full_width(lines)
    sections = _sections(lines, width)
    headings = {at for section in sections for at in range(section.at, section.first)}
    spans = layout.find_spans(lines, headings)
    overlays = layout.find_overlays(lines, spans, headings)
    gaps = overlays.union(*(range(span.start, span.end) for span in spans))
    terms = _terms(lines)
    paragraphs = _abstract(lines[: sections[0].at], terms)
    for section in sections:
        blocks = _paragraph_lines(lines, range(section.first, section.end), gaps, width)
        for number, block in enumerate(blocks, start=1):
            paragraphs.append(_paragraph(section.number, section.title, number, join_lines(block, terms)))
    return Original(tuple(paragraphs), layout.regions_of(lines, spans, overlays))


def _sections(lines: Sequence[Line], width: float) -> list[_Section]:
    candidates = [(at, match) for at, line in enumerate(lines) if (match := _HEADING.fullmatch(line.text))]
    if not candidates:
        raise OriginalUnreadable("No numbered section headings were found; is this the full text of the review?")
    found: list[tuple[str, str, int, int]] = []
    start = 0
    for number, words in _OUTLINE:
        for at, match in candidates:
            if at >= start and match[1] == number:
                start = _heading_end(lines, at, width)
                title = " ".join([match[2], *(line.text for line in lines[at + 1 : start])])
                if words in layout.squash(title):
                    found.append((number, title, at, start))
                    break
        else:
            raise OriginalUnreadable(f"This is not the expected review: its section {number} was not found in order.")
    back = (at for at in range(start, len(lines)) if _BACK_MATTER.match(lines[at].text))
    ends = [*(at for _, _, at, _ in found[1:]), next(back, len(lines))]
    return [_Section(*entry, end) for entry, end in zip(found, ends, strict=True)]


def _heading_end(lines: Sequence[Line], at: int, width: float) -> int:
    """The first line after a heading; one that fills its line goes on in the next, as does one in a short block."""
    end = at + 1
    while end < len(lines) and lines[end].text and not _HEADING.fullmatch(lines[end].text):
        end += 1
    if end - at <= 3 and not layout.ends_sentence(lines[end - 1].text):
        return end
    return at + 2 if len(lines[at].text) >= layout.SHORT_LINE * width else at + 1


def _abstract(lines: Sequence[Line], terms: Counter[str]) -> list[Paragraph]:
    blocks: dict[int, list[str]] = {}
    number = 0
    for line in lines:
        text = line.text
        for label, labelled in _ABSTRACT:
            if text.startswith(label):
                number, text = labelled, text.removeprefix(label).strip()
        if number and text:
            blocks.setdefault(number, []).append(text)
    return [_paragraph("abstract", "Abstract", at, join_lines(blocks[at], terms)) for at in sorted(blocks)]


def _paragraph(section: str, heading: str, number: int, text: str) -> Paragraph:
    place = "Abstract" if section == "abstract" else f"§{section}"
    locator = f"{place}, paragraph {number}"
    return Paragraph(f"{section}-p{number}", section, heading, number, text, references_in(text), locator)


def _paragraph_lines(lines: Sequence[Line], own: range, gaps: Collection[int], width: float) -> list[list[str]]:
    blocks: list[list[str]] = []
    blank = page = table = False
    for at in own:
        line = lines[at]
        blank, page, table = blank or not line.text, page or line.page_start, table or at in gaps
        if at in gaps or not line.text:
            continue
        # The blank lines around a table are the table's own.
        broken = table or (page and not blank)
        if not blocks or ((blank or broken) and _begins_paragraph(blocks[-1][-1], line.text, broken, width)):
            blocks.append([])
        blocks[-1].append(line.text)
        blank = page = table = False
    return blocks


def _begins_paragraph(before: str, after: str, broken: bool, width: float) -> bool:
    """Whether `after`, which stands apart from `before`, begins a paragraph; `broken`: by a page's or table's edge."""
    if not layout.ends_sentence(before) or layout.begins_lower(after):
        return False
    # Between two sentences of one paragraph a page or table can only come after a line that is full.
    return not broken or len(before) < layout.SHORT_LINE * width


def _terms(lines: Sequence[Line]) -> Counter[str]:
    """How often each word and each two-part compound stands unbroken within a line, in lower case."""
    counts: Counter[str] = Counter()
    cut = False
    for line in lines:
        found = [term.casefold() for term in _TERM.findall(line.text)]
        found = found[1:] if cut else found
        cut = line.text.endswith("-")
        for term in found[:-1] if cut else found:
            parts = term.split("-")
            counts.update([term] if len(parts) < 3 else [f"{left}-{right}" for left, right in pairwise(parts)])
    return counts


def join_lines(lines: Sequence[str], terms: Counter[str]) -> str:
    """Join the lines of a paragraph with spaces and mend the words that line ends have divided.

    `terms` counts the unbroken words of the whole text in lower case; it decides which hyphens are the author's own.
    """
    text = ""
    for line in lines:
        if text.endswith("\u00ad"):
            text = text[:-1] + line
        elif text.endswith("-"):
            text = _mend(text, line, terms)
        elif not text or text.endswith(("–", "—", "/")):
            text += line
        else:
            text += f" {line}"
    return " ".join(text.replace("\u00ad", "").split())


def _mend(before: str, after: str, terms: Counter[str]) -> str:
    left = (_TERM.findall(before[-80:]) or [""])[-1].split("-")[-1]
    match = _TERM.match(after)
    right = match[0].split("-")[0] if match else ""
    if right in ("and", "or", "to") or before.endswith(" -"):
        return f"{before} {after}"
    if not right.islower() or not left.isalpha() or len(left) == 1 or not left[1:].islower():
        return before + after
    first, second = left.casefold(), right.casefold()
    compound, joined = terms[f"{first}-{second}"], terms[first + second]
    own = _PREFIX.fullmatch(first) or (_SHORT_PREFIX.fullmatch(first) and terms[second] > 0)
    two_words = min(len(first), len(second)) > 3 and terms[first] > 0 and terms[second] > 0
    keep = compound > joined or (compound == joined and (own or (not joined and two_words)))
    return before + after if keep else before[:-1] + after
