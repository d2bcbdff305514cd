"""The symbols of one sentence, ready for the grammar: genes joined with their alleles, lists found in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.patient.marker_words import Item
from app.patient.text import Message, Span

SUBJECTS = "gav"
# Subjects parted by commas, slashes, "and" or "or"; a bracket behind one begins something else.
_LIST = re.compile(r"[gav]:{0,2}(?:(?:[,&o]|,&|,o)[:l]{0,2}[gav]:{0,2}(?!\()(?=.|$))*")
# Results of a kind that says nothing of the fact: "HER2 mutation" is no amplification.
_NOT_IT = {
    "her2": re.compile(r"mut|varia|carr"),
    "ras": re.compile(r"ampl|fusi"),
    "kras": re.compile(r"ampl|fusi"),
    "nras": re.compile(r"ampl|fusi"),
    "braf": re.compile(r"ampl"),
    "ntrk": re.compile(r"mut|ampl|varia|ihc|immunohist|stain|express"),
}
_NOT_FUSION = re.compile(r"mut|ampl|varia")  # a negative stain tells against a fusion, a positive one is none yet
_OF_HER2_PROTEIN = re.compile(r"ampl|express|alter")


@dataclass(frozen=True, slots=True)
class Said:
    """One marker (gene, allele or result by itself) with what is said of it: "p" altered, "n" normal, "u" unknown, "m+"
    and "m-" mismatch repair lost or kept, "ihc 2+", "ish p". `plasma`: of a liquid biopsy.
    """

    subject: str
    state: str
    start: int
    end: int
    plasma: bool = False


def merged(items: list[Item]) -> list[Item]:
    """Gene and allele as one: "KRAS G12C", "BRAF (V600E)", "NRAS: Q61K"."""
    made: list[Item] = []
    closing = False  # the bracket of "BRAF (V600E)" is gone, its end is still to come
    for item in items:
        if item.symbol == ")" and closing:
            closing = False
            continue
        closing = False
        place = _place_of_gene(item, made) if item.symbol == "a" else None
        if place is None:
            made.append(item)
            continue
        gene, closing = made[place], any(between.symbol == "(" for between in made[place + 1 :])
        made[place:] = [Item("a", "nras_allele" if gene.meaning == "nras" else item.meaning, gene.start, item.end)]
    return made


def _place_of_gene(allele: Item, before: list[Item]) -> int | None:
    """Where the allele's own gene stands: right before it, but for a colon, a bracket or, in one, a result."""
    place = len(before)
    while place and before[place - 1].symbol in (":", "(", "p") and len(before) - place < 3:
        place -= 1
    if not place or before[place - 1].symbol != "g" or not _belongs(allele.meaning, before[place - 1].meaning):
        return None
    between = {item.symbol for item in before[place:]}
    return None if "p" in between and "(" not in between else place - 1


def _belongs(allele: str, gene: str) -> bool:
    if allele in ("g12c", "kras_other"):
        return gene in ("ras", "kras", "nras")
    return gene == "braf"


class Symbols:
    """One sentence's symbols, with what every rule of the grammar asks of them."""

    def __init__(self, message: Message, sentence: Span, items: list[Item]) -> None:
        self._message = message
        self._items = items
        self._places = {item.start: place for place, item in enumerate(items)}
        self._symbols = "".join(item.symbol for item in items)

    def _made(self, item: Item, state: str, first: int, last: int, words: str) -> Said:
        """What is said of `item`; a result of the wrong kind ("HER2 mutation") says nothing of the fact."""
        wrong = _NOT_IT.get(item.meaning)
        if (
            wrong
            and wrong.search(words)
            and state in "pn"
            and not (item.meaning == "ntrk" and state == "n" and not _NOT_FUSION.search(words))
            and not (item.meaning == "her2" and _OF_HER2_PROTEIN.search(words))
        ):
            state = "?"
        start = min(self._items[first].start, item.start)
        end = max(self._items[min(last, len(self._items)) - 1].end, item.end)
        return Said(item.meaning, state, start, end)

    def _state(self, item: Item) -> str:
        if item.symbol == "m":
            return "m-" if item.meaning == "bad" else "m+"
        return {"?": "u", "x": "n"}.get(item.symbol, item.symbol)

    def _list_end(self, place: int) -> int:
        found = _LIST.match(self._symbols, place)
        return found.end() if found else place + 1

    def _subjects(self, start: int, end: int) -> list[Item]:
        return [item for item in self._items[start:end] if item.symbol in SUBJECTS]

    def _joined_by(self, item: Item, place: int, end: int) -> str:
        """How an item hangs on the one behind it in the list: "" for a comma, "&and", or "&" for a slash or "or"."""
        following = self._index(item) + 1
        while following < end and self._symbols[following] == ":":
            following += 1
        if following >= end:
            return "&"
        separator = self._items[following]
        if separator.symbol == "o" or separator.meaning == "/":
            return "&"
        return "&and" if separator.symbol == "&" else ""

    def _index(self, item: Item) -> int:
        return self._places[item.start]

    def _words(self, first: int, last: int) -> str:
        if first >= len(self._items) or last <= first:
            return ""
        return self._message.plain[self._items[first].start : self._items[min(last, len(self._items)) - 1].end]
