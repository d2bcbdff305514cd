"""The lines of an article's extracted text: which belong to the prose, which to tables, which to the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

_CAPTION = re.compile(r"Table (\d{1,2})\.\s+(\S.*)")
_LEGEND = "Abbreviations:"
_WORD = re.compile(r"[(‘“]*[A-Za-z][A-Za-z’'/-]*[)’”.,;:?!]*")
_ABBREVIATED = ("vs.", "al.", "e.g.", "i.e.", "Fig.", "Dr.", "ca.", "approx.", "resp.")
_SENTENCE_END = re.compile(r"[.!?][)\]\"'’”]*$")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00a0": " ", "\u2010": "-"})
# So many letters and digits make a line's being found in the prose mean something; the second: straight on from such.
_OVERLAY_LETTERS = 30
_OVERLAY_REST_LETTERS = 4
SHORT_LINE = 0.85  # of the usual width: the last line of a paragraph, not one that a page's end cut off
_BLANK_SHARE = 0.03
_INDENT = 8  # columns at most by which the first line of a paragraph is set in
_EDGE = 3  # lines at the top and at the bottom of a page that may be a running head or foot


@dataclass(frozen=True, slots=True)
class TableRegion:
    """A table's lines as they stand, kept apart from prose.

    `number` is the table's number as printed, `caption` its caption without the label "Table N.", `text` its body and
    abbreviations line by line, without the running text that the extraction laid over them.
    """

    number: str
    caption: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the extracted text, stripped; `page_start` is true where it is the first line of a page."""

    text: str
    page_start: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Where a table stands: lines `start` to `end` (exclusive), of which those before `body` are the caption."""

    number: str
    start: int
    body: int
    end: int


def lines_of(text: str) -> list[Line]:
    """Split extracted text into lines; a form feed or a single leading space marks the first line of a page."""
    plain = re.sub(r"\n?\f", "\n ", text.replace("\r\n", "\n").translate(_LIGATURES))
    lines = []
    for raw in plain.split("\n"):
        stripped = raw.strip()
        lines.append(Line(stripped, bool(stripped) and raw.startswith(" ") and not raw.startswith("  ")))
    return lines


def text_of_pages(pages: Sequence[str], layouts: Sequence[str]) -> str:
    """Join the texts of a PDF's pages without running heads, feet and page numbers, in the form `lines_of` expects.

    Where the extraction has dropped the blank lines between paragraphs, they are put back after short last lines and
    before lines that are indented in `layouts`, the same pages with their horizontal spacing.
    """
    split = [[raw.strip() for raw in page.strip().split("\n")] for page in pages]
    keys = Counter(key for page in split for key in {_masked(text) for text in page[:_EDGE] + page[-_EDGE:] if text})
    furniture = {key for key, count in keys.items() if count > max(1, len(pages) / 2)}
    split = [_trimmed(_trimmed(page, furniture)[::-1], furniture)[::-1] for page in split]
    flat = [text for page in split for text in page]
    if flat.count("") < _BLANK_SHARE * len(flat):
        width = full_width([Line(text, False) for text in flat])
        split = [_spaced(page, width, _indented(layout)) for page, layout in zip(split, layouts, strict=True)]
    return "\f".join("\n".join(page) for page in split)


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _trimmed(page: Sequence[str], furniture: Collection[str]) -> list[str]:
    seen: set[str] = set()
    at = 0
    # Each kind goes once, so that a number in a table at the page's edge outlives the page number.
    while at < len(page) and (not page[at] or (_masked(page[at]) in furniture and _masked(page[at]) not in seen)):
        seen.add(_masked(page[at]))
        at += 1
    return list(page[at:])


def _indented(layout: str) -> set[str]:
    indents = {raw: len(raw) - len(raw.lstrip()) for raw in layout.split("\n") if is_prose(raw)}
    margin = max(indents.values(), key=list(indents.values()).count, default=0)
    return {squash(raw) for raw, indent in indents.items() if margin < indent <= margin + _INDENT}


def _spaced(page: Sequence[str], width: float, indented: Collection[str]) -> list[str]:
    spaced: list[str] = []
    for text, after in zip(page, [*page[1:], ""], strict=True):
        last = ends_sentence(text) and len(text) < SHORT_LINE * width and not begins_lower(after)
        spaced.extend([""] * (squash(text) in indented) + [text] + [""] * last)
    return spaced


def squash(text: str) -> str:
    """Only the letters and digits of `text`, in lower case: the same for a word whether or not a line breaks it."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def ends_sentence(text: str) -> bool:
    """Whether `text` ends with a full stop, question or exclamation mark that is not part of an abbreviation."""
    return bool(_SENTENCE_END.search(text)) and text.rsplit(maxsplit=1)[-1].lstrip("(") not in _ABBREVIATED


def begins_lower(text: str) -> bool:
    """Whether `text` begins in mid-sentence: in lower case, but not with a name such as mCRC, or with punctuation."""
    first = text.split(maxsplit=1)[0] if text else ""
    if first[:1] in tuple("=+<>±,;)"):
        return True
    return first[:1].islower() and not any(letter.isupper() for letter in first)


def is_prose(text: str) -> bool:
    """Whether a line reads as running text: at least eight words, most of them plain lower-case words."""
    words = text.split()
    if len(words) < 8 or text.count(" = ") > 1:
        return False
    plain = [word for word in words if _WORD.fullmatch(word)]
    lower = [word for word in plain if word[:1].islower()]
    return len(plain) >= 0.6 * len(words) and len(lower) >= 0.5 * len(words)


def full_width(lines: Sequence[Line]) -> float:
    """The usual length of a full line of prose in characters; 0.0 where there is no prose."""
    lengths = [len(line.text) for line in lines if is_prose(line.text)]
    return float(median(lengths)) if lengths else 0.0


def find_spans(lines: Sequence[Line], headings: Collection[int]) -> list[Span]:
    """Find the tables: from a caption to the end of its abbreviations or, where it has none, to where prose goes on.

    `headings` are the indices of lines that are section headings: no table goes on past one. A table that goes on
    on a further page under a caption of its own ("Table 2. Cont.") has a span for each part.
    """
    captions = [at for at in range(len(lines)) if _is_caption(lines, at, headings)]
    spans: list[Span] = []
    for at in captions:
        match = _CAPTION.match(lines[at].text)
        if match is None:
            continue
        stop = min([other for other in (*captions, *headings) if other > at], default=len(lines))
        body = _caption_end(lines, at, stop)
        spans.append(Span(match[1], at, body, _table_end(lines, body, stop)))
    return spans


def _is_caption(lines: Sequence[Line], at: int, headings: Collection[int]) -> bool:
    if not _CAPTION.match(lines[at].text):
        return False
    # In mid-paragraph a line may begin with "Table 3." because the sentence before it ends so.
    before = lines[at - 1].text if at else ""
    return lines[at].page_start or not before or ends_sentence(before) or at - 1 in headings


def _caption_end(lines: Sequence[Line], at: int, stop: int) -> int:
    for here in range(at, stop):
        if not lines[here].text:
            return here
        last = here + 1 >= stop
        if ends_sentence(lines[here].text) and (last or not is_prose(lines[here + 1].text)):
            return here + 1
    return stop


def _table_end(lines: Sequence[Line], body: int, stop: int) -> int:
    legend = next((at for at in range(body, stop) if lines[at].text.startswith(_LEGEND)), None)
    if legend is None:
        resumed = (at for at in range(body, stop - 1) if all(is_prose(line.text) for line in lines[at : at + 2]))
        return next(resumed, stop)
    for at in range(legend + 1, stop):
        line = lines[at]
        new_page = line.page_start and ends_sentence(lines[at - 1].text) and not begins_lower(line.text)
        if not line.text or new_page:
            return at
    return stop


def find_overlays(lines: Sequence[Line], spans: Sequence[Span], headings: Collection[int]) -> set[int]:
    """Indices of lines inside or directly after a table that repeat words of the prose elsewhere.

    Extraction from pages whose text was shifted lays such fragments over the table. Captions are never taken for
    one, since a caption may well repeat the words of the sentence that announces its table.
    """
    in_tables = {at for span in spans for at in range(span.start, span.end)}
    prose = [at for at in range(len(lines)) if at not in in_tables and at not in headings]
    everything = _squash_all(lines, prose)
    found: set[int] = set()
    for span in spans:
        found |= _repeated(lines, range(span.body, span.end), everything)
        block = _next_block(lines, span.end, headings)
        rest = _squash_all(lines, [at for at in prose if at not in block])
        # A fragment is cut off at its start or its end; a paragraph that merely repeats another is not.
        cut = block and (begins_lower(lines[block[0]].text) or not ends_sentence(lines[block[-1]].text))
        if cut and _repeated(lines, block, rest) == set(block):
            found |= set(block)
    return found


def _squash_all(lines: Sequence[Line], indices: Sequence[int]) -> str:
    return "".join(squash(lines[at].text) for at in indices)


def _next_block(lines: Sequence[Line], start: int, headings: Collection[int]) -> range:
    first = start
    while first < len(lines) and not lines[first].text:
        first += 1
    last = first
    while last < len(lines) and lines[last].text and last not in headings:
        last += 1
    return range(first, last)


def _repeated(lines: Sequence[Line], block: range, prose: str) -> set[int]:
    keys = {at: squash(lines[at].text) for at in block}
    found = {at for at in block if len(keys[at]) >= _OVERLAY_LETTERS and keys[at] in prose}
    for at in block:
        goes_on = at - 1 in found and len(keys[at]) >= _OVERLAY_REST_LETTERS
        if goes_on and keys[at - 1] + keys[at] in prose:
            found.add(at)
    return found


def regions_of(lines: Sequence[Line], spans: Sequence[Span], overlays: Collection[int]) -> tuple[TableRegion, ...]:
    """The tables at `spans`, one for each number, with their overlaid lines left out."""
    captions: dict[str, str] = {}
    bodies: dict[str, list[str]] = {}
    for span in spans:
        match = _CAPTION.match(" ".join(line.text for line in lines[span.start : span.body]))
        captions.setdefault(span.number, match[2] if match else "")
        kept = [lines[at].text for at in range(span.body, span.end) if at not in overlays]
        bodies.setdefault(span.number, []).append("\n".join(kept).strip("\n"))
    return tuple(TableRegion(number, captions[number], "\n".join(bodies[number])) for number in captions)
