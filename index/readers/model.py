"""What every reader of an added document shares: its result, its refusal, its clean text and its numbering."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.records import Paragraph

NO_HEADING = "text"
LONGEST_SLUG = 60
EARLIEST_YEAR = 1900
# Names that programs write into the title field when the author gave none.
EMPTY_TITLES = frozenset({"", "untitled", "untitled document", "word document", "document1"})

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\ud800-\udfff\x00-\x08\x0e-\x1f\x7f]")
_PACKED_DATE = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:\d{2})*(?:[Zz+-].*)?)?)?")
_SPLIT_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ].*)?)?)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: `date` is "YYYY-MM-DD", "YYYY-MM" or "YYYY" as far as its own metadata says, else None."""

    title: str
    date: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph before numbering: `section` is a serial number, the same for all that stand under one heading."""

    section: int
    heading: str
    text: str


class DocumentRefused(ValueError):
    """A document cannot be added; the message is one sentence for the user."""


def refused(path: Path, what: str) -> DocumentRefused:
    """Return (not raise) the refusal that names the file of `path` and says `what` is wrong and what to do."""
    name = " ".join((path.name or str(path)).split())
    return DocumentRefused(f"{name!r} {what}.")


def cleaned(text: str) -> str:
    """Return `text` on one line: white space collapsed, soft hyphens and invisible marks gone, ligatures spelt out.

    Superscript digits are left alone: folding them would turn 10⁹ into 109.
    """
    visible = _INVISIBLE.sub("", text).translate(_LIGATURES).translate(_HYPHENS)
    return " ".join(visible.split())


def usable_title(raw: object) -> str:
    """Return a metadata title in clean form, or "" where it is missing or a program's filler."""
    if not isinstance(raw, str):
        return ""
    title = cleaned(raw).removeprefix("Microsoft Word - ")
    return "" if title.casefold() in EMPTY_TITLES else title


def iso_date(raw: object) -> str | None:
    """Return a metadata date ("D:20240501…", "2024-05-01T…", "2024/05", "2024") as far as it goes, else None."""
    if not isinstance(raw, str):
        return None
    text = cleaned(raw).removeprefix("D:")
    match = _PACKED_DATE.fullmatch(text) or _SPLIT_DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year < EARLIEST_YEAR:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if day is None else f"{year:04d}-{month:02d}-{day:02d}"


class _Names:
    """Hands out names that have not been given before, in constant time however often one recurs."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}

    def unique(self, name: str) -> str:
        candidate, count = name, self._counts.get(name, 1)
        while candidate in self._given:
            count += 1
            candidate = self._pattern.format(name, count)
        self._counts[name] = count
        self._given.add(candidate)
        return candidate


def numbered(blocks: Iterable[Block]) -> tuple[Paragraph, ...]:
    """Give each block its number within its section, its unique id and its locator.

    A second section of the same heading is told apart by "-2" in its ids and " (2)" in its locators.
    """
    slugs, places = _Names("{}-{}"), _Names("{} ({})")
    sections: dict[int, tuple[str, str]] = {}
    counts: dict[int, int] = {}
    paragraphs: list[Paragraph] = []
    for block in blocks:
        heading = block.heading or NO_HEADING
        if block.section not in sections:
            sections[block.section] = slugs.unique(_slug(heading)), places.unique(heading)
        slug, place = sections[block.section]
        number = counts[block.section] = counts.get(block.section, 0) + 1
        paragraphs.append(
            Paragraph(
                id=f"{slug}-p{number}",
                section=heading,
                heading=heading,
                number=number,
                text=block.text,
                locator=f"{place}, paragraph {number}",
            )
        )
    return tuple(paragraphs)


def _slug(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "section"
