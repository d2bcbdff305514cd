"""How the tests compare the corpus with the article: numbers, names, runs of words, table cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.lexicon import Lexicon
from index.records import Paragraph, Row, Table
from index.references import references_in, without_references

LONGEST_RUN = 8
# A number with what makes it another one: a comparison before it, letters around it, a per cent sign behind it.
_NUMBER = re.compile(r"([<>≥≤]?)\s*([^\W_]*\d[^\W_]*(?:\.\d+)?)(%?)")
_WORD = re.compile(r"[^\W_]+")
# Columns that the corpus adds to the print, or that say how it is printed.
_NOT_PRINTED = {"row", "group", "role", "note", "qol", "orr_star", "pfs_star", "os_star"}
_QOL = {"→": "no difference", "ND": "ND", "ND¤": "ND¤", "Ongoing": "Ongoing"}
# The order in which a printed row gives its numbers; Table 5 gives the line behind the number of patients.
_ENDPOINTS = [f"{endpoint}_{part}" for endpoint in ("pfs", "os") for part in ("months", "hr", "hr_low", "hr_high")]
_ORDER = ["prevalence_pct", "phase", "line", "n", "orr_pct", "orr_p", *_ENDPOINTS]
_ORDER_5 = ["n", "line", "ras", "orr_pct", *_ENDPOINTS, "os_one_year_pct"]


@dataclass(frozen=True, order=True)
class Departure:
    """`what` is "missing" from the corpus at `place`, or "added" there; `kind`: "number", "name" or "cell"."""

    kind: str
    place: str
    how: str
    what: str


def number_tokens(text: str) -> frozenset[str]:
    """The numbers of `text`; references as "[19]", ranges of them written out, dashes parting two numbers."""
    parted = re.sub(r"(?<=\d)\s*[–-]\s*(?=\d)", " ", without_references(text).replace("·", "."))
    return frozenset({"".join(found) for found in _NUMBER.findall(parted)} | {f"[{n}]" for n in references_in(text)})


def number_departures(article: Sequence[Paragraph], restated: Sequence[Paragraph]) -> set[Departure]:
    """Every number of a paragraph must stand in its restatement, and none there that the section lacks."""
    known: dict[str, frozenset[str]] = {}
    for paragraph in article:
        known[paragraph.section] = known.get(paragraph.section, frozenset()) | number_tokens(paragraph.text)
    found: set[Departure] = set()
    for original, own in zip(article, restated, strict=True):
        missing = number_tokens(original.text) - number_tokens(own.text)
        added = number_tokens(own.text) - known[original.section]
        found |= {Departure("number", own.id, "missing", token) for token in missing}
        found |= {Departure("number", own.id, "added", token) for token in added}
    return found


def name_departures(
    article: Sequence[Paragraph], restated: Sequence[Paragraph], tables: dict[str, str], lexicon: Lexicon
) -> set[Departure]:
    """The same for drugs and trials; `tables` holds the text of each section's tables, which name trials too."""

    def names(text: str) -> frozenset[str]:
        return frozenset(name for name in lexicon.entity_ids(text) if lexicon.entries[name].kind in ("drug", "trial"))

    known = {section: names(text) for section, text in tables.items()}
    for paragraph in article:
        known[paragraph.section] = known.get(paragraph.section, frozenset()) | names(paragraph.text)
    found: set[Departure] = set()
    for original, own in zip(article, restated, strict=True):
        missing, added = names(original.text) - names(own.text), names(own.text) - known[original.section]
        found |= {Departure("name", own.id, "missing", name) for name in missing}
        found |= {Departure("name", own.id, "added", name) for name in added}
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def shared_runs(text: str, sources: Iterable[str], lexicon: Lexicon) -> list[str]:
    """Where `text` has more than LONGEST_RUN words in a row from a source; names and numbers alone do not count."""
    size = LONGEST_RUN + 1
    taken = {tuple(words[at : at + size]) for words in map(_words, sources) for at in range(len(words) - size + 1)}
    # casefold keeps the lengths of these texts, so that offsets in it are those of the text.
    spans = [(match.group(), match.start()) for match in _WORD.finditer(text.casefold())]
    named = [m for m in lexicon.find(text) if m.kind in ("drug", "trial", "regimen")]

    def plain(word: str, start: int) -> bool:
        return not word.isdigit() and not any(mention.start <= start < mention.end for mention in named)

    windows = [spans[at : at + size] for at in range(len(spans) - size + 1)]
    runs = [window for window in windows if tuple(word for word, _ in window) in taken]
    return [" ".join(word for word, _ in run) for run in runs if any(plain(*item) for item in run)]


def row_blocks(table: Table, printed: str) -> Iterator[tuple[list[Row], str]]:
    """The parts of the printed table, each from a row's first words to the next row's, and the rows in it."""
    text = " ".join(printed.replace("·", ".").split()).partition("Abbreviations:")[0]
    starts: dict[int, list[Row]] = {}
    start = -1
    for row in table.rows:
        if lead := _lead(row):
            start = text.find(lead, start + 1)
            assert start >= 0, f"Table {table.number} of the article has no further row that begins with {lead!r}"
        starts.setdefault(start, []).append(row)
    for at, end in pairwise([*starts, len(text)]):
        yield starts[at], text[at:end]


def _lead(row: Row) -> str | None:
    """The words that a row begins with in print; None for ALTER0703, which lies over the row before it."""
    author, trial, population = row.printed("author"), row.printed("trial"), row.printed("population")
    if author:
        return f"{author}, {row.printed('year')}"
    if row.table == "1":
        return f"{trial} [{row.printed('reference')}]" if trial else (population or "No therapy")
    return None


def cell_departures(rows: Sequence[Row], block: str, around: str) -> set[Departure]:
    """Every number of the cells must stand in the rows' block and the other way round, every word there or `around`."""
    numbers, words, held, found = _plain_numbers(block), set(_words(f"{block} {around}")), set[str](), set[Departure]()
    cells = [(row, column, value.printed) for row in rows for arm in row.arms for column, value in arm.cells.items()]
    for row, column, cell in cells:
        held |= _plain_numbers(cell)
        wanted = {word for word in _words(cell) if word.isalpha()} - words | (_plain_numbers(cell) - numbers)
        if column not in _NOT_PRINTED:
            found |= {Departure("cell", f"{row.table}:{row.name}", "added", f"{column} {what}") for what in wanted}
    place = f"{rows[0].table}:{rows[0].name}"
    return found | {Departure("cell", place, "missing", number) for number in numbers - held}


def in_printed_order(rows: Sequence[Row], block: str) -> bool:
    """Whether the block gives the numbers of its rows in the order of print: arm by arm, column by column."""
    printed, given = _numbers_in_order(block), set[str]()
    wanted: list[str] = []
    for row in rows:
        for arm in row.arms:
            for column in _ORDER_5 if row.table == "5" else _ORDER:
                value = arm.printed(column)
                # What belongs to the whole row stands with its first arm.
                whole = column in ("prevalence_pct", "phase", "orr_p", "line") or "_hr" in column
                if value and not (whole and f"{row.name} {column}" in given):
                    wanted += _numbers_in_order(value)
                    given.add(f"{row.name} {column}")
    rest = iter(printed)
    return all(number in rest for number in wanted)


def _numbers_in_order(text: str) -> list[str]:
    return re.findall(r"(?<![\d.])\d+(?:\.\d+)?", text)


def _plain_numbers(text: str) -> set[str]:
    return set(_numbers_in_order(text))


def quality_of_life(rows: Sequence[Row], block: str) -> list[str]:
    """What the block prints on quality of life, once the arrows of its sequences are out of it."""
    for arm in (arm for row in rows for arm in row.arms):
        block = block.replace(arm.printed("regimen") or "\0", "")
    return [_QOL[symbol] for symbol in re.findall(r"ND¤|\bND(?![a-z])|Ongoing|→", block)]
