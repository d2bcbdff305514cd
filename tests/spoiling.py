"""True statements spoilt in one place each, with a rule for what leaves the meaning as it was."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from app.steps.draft import Draft, Grid, Line, Statement, Support
from app.steps.evidence import EvidenceBase, RowFacts
from index.references import without_references

DRUGS = (
    "regorafenib", "FTD/TPI", "fruquintinib", "bevacizumab", "cetuximab", "panitumumab", "encorafenib", "sotorasib",
    "adagrasib", "trastuzumab", "pertuzumab", "tucatinib", "lapatinib", "nintedanib", "famitinib", "tipifarnib",
    "irinotecan", "oxaliplatin", "pembrolizumab", "larotrectinib", "entrectinib",
)  # fmt: skip
TRIALS = (
    "CORRECT", "CONCUR", "RECOURSE", "TERRA", "FRESCO-2", "FRESCO", "SUNLIGHT", "LUME", "ReDOS", "REVERCE", "ROCKET",
    "ASPECCT", "VELO", "PRODIGE27", "MyPathway", "Mountaineer", "BEACON", "CodeBreaK300", "Yoshino 2012", "Xu 2017",
)  # fmt: skip
MONTHS = ("January", "March", "June", "September", "November")
_NUMBER = re.compile(r"(?<![\w.§-])\d+(?:\.\d+)?(?![\w.]*\w)")
_NEGATIONS = re.compile(r"\b(?:not|no|nor|neither|without|none|never|cannot)\b", re.I)
_VERBS = re.compile(r"\b(?:is|are|was|were|has|have|had|can|should|did|does|may)\b(?! not\b)")
_DATE = re.compile(rf"\b(?:19|20)\d\d\b|\b(?:{'|'.join(MONTHS)}|February|April|May|July|August|October|December)\b")
_LEAD = re.compile(r"^(?:No|Yes)\b")
# Figures that say which place or which list item: another one names another place, which is no claim of a result.
_PLACES = re.compile(r"§\d+(?:\.\d+)?|\b(?:Tables?|section|paragraph|phase) \d(?:[ ,and]+\d)*|^\d+\. ")
_PATIENT_FIGURE = re.compile(r"%|\d\.\d|months")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A statement or line before and after one change; `grid` is the table it stands in or that follows it."""

    kind: str
    before: Statement | Line
    after: Statement | Line
    grid: Grid | None


@dataclass(frozen=True, slots=True)
class Told:
    """A statement or line of a draft, with the table it stands in or that follows it."""

    what: Statement | Line
    grid: Grid | None

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.what.text,) if isinstance(self.what, Statement) else self.what.cells

    @property
    def passages(self) -> str:
        return " ".join(without_references(place.passage.text) for place in self.what.support)

    def with_text(self, number: int, text: str) -> Statement | Line:
        if isinstance(self.what, Statement):
            return replace(self.what, text=text)
        cells = self.what.cells
        return replace(self.what, cells=(*cells[:number], text, *cells[number + 1 :]))


def told_in(draft: Draft) -> Iterator[Told]:
    """Every statement and line of a draft that states a fact."""
    for number, block in enumerate(draft.blocks):
        if isinstance(block, Grid):
            yield from (Told(line, block) for line in block.lines)
        elif not block.own:
            below = draft.blocks[number + 1] if number + 1 < len(draft.blocks) else None
            yield Told(block, below if isinstance(below, Grid) else None)


def spoil(told: list[Told], base: EvidenceBase, seed: int, each: int) -> list[Spoilt]:
    """At most `each` changes of each kind, chosen by the seed."""
    rng = random.Random(seed)
    rows = {facts.passage.id: facts for facts in base.rows}
    found: dict[str, list[Spoilt]] = {kind: [] for kind in (*_CHANGES, "citation")}
    for one in rng.sample(told, len(told)):
        for kind, change in _CHANGES.items():
            if len(found[kind]) < each:
                found[kind] += [
                    Spoilt(kind, one.what, one.with_text(number, text), one.grid)
                    for number, said in enumerate(one.texts)
                    for text in change(said, one, rng, rows)
                    if text != said and not _says_the_same(text, one)
                ][:3]
        if len(found["citation"]) < each:
            found["citation"] += _with_another_citation(one, told, rng)
    return [spoilt for changes in found.values() for spoilt in changes[:each]]


Change = Callable[[str, Told, random.Random, dict[str, RowFacts]], Iterator[str]]


def _says_the_same(text: str, one: Told) -> bool:
    """Whether the cited passage itself says these words: then the change made another true quotation."""
    if isinstance(one.what, Line) or one.what.ruled:
        return False
    bare = " ".join(text.split()).rstrip(".").casefold()
    return any(bare in without_references(place.passage.text).casefold() for place in one.what.support)


def _spots(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    places = [match.span() for match in _PLACES.finditer(text)]
    return [
        match for match in pattern.finditer(text) if not any(low <= match.start() < high for low, high in places)
    ]  # fmt: skip


def _put(text: str, match: re.Match[str], word: str) -> str:
    return f"{text[: match.start()]}{word}{text[match.end() :]}"


def _another_number(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    """A figure for another one of the cited passages (or, where nothing is cited, of the sentence)."""
    known = sorted(set(_NUMBER.findall(one.passages) or _NUMBER.findall(text)))
    for match in _chosen(_spots(_NUMBER, text), rng):
        others = [number for number in known if number != match.group()]
        if others:
            yield _put(text, match, rng.choice(others))


def _another_digit(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    for match in _chosen(_spots(_NUMBER, text), rng):
        number = match.group()
        place = rng.choice([spot for spot, sign in enumerate(number) if sign.isdigit()])
        digit = rng.choice([sign for sign in "123456789" if sign != number[place]])
        yield _put(text, match, f"{number[:place]}{digit}{number[place + 1 :]}")


def _arms_swapped(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    """Two arms of the cited row in each other's place, where what the sentence says of them differs."""
    for place in one.what.support:
        facts = rows.get(place.passage.id)
        names = [arm.printed("regimen") or "" for arm in facts.row.arms] if facts else []
        for first, second in pairwise(names):
            if facts and first and second and first != second:
                swapped, said = _swapped(text, first, second)
                if said == len((first, second)) and _differ(facts, first, second, text, one):
                    yield swapped


def _swapped(text: str, first: str, second: str) -> tuple[str, int]:
    """The text with two names in each other's place, and how many of the two it has."""
    pattern = re.compile("|".join(sorted(map(re.escape, (first, second)), key=len, reverse=True)), re.I)
    said = {match.lower() for match in pattern.findall(text)}
    return pattern.sub(lambda match: second if match.group().lower() == first.lower() else first, text), len(said)


def _differ(facts: RowFacts, first: str, second: str, text: str, one: Told) -> bool:
    """Whether any figure said in the text belongs to one of the two arms alone."""
    if any(" = " in cell for cell in one.texts) and isinstance(one.what, Line):
        return False  # a sum is that of either order
    said = set(_NUMBER.findall(" ".join(one.texts)))
    columns = [column for column in ("os_months", "pfs_months", "orr_pct", "n") if _is_on(column, text, one)]
    values = {name: [] for name in (first, second)}  # type: dict[str, list[str | None]]
    for arm in facts.row.arms:
        if arm.printed("regimen") in values:
            values[arm.printed("regimen") or ""] += [arm.printed(column) for column in columns]
    return values[first] != values[second] and bool(said & {str(v) for v in (*values[first], *values[second])})


def _is_on(column: str, text: str, one: Told) -> bool:
    words = " ".join((text, *(one.grid.columns if one.grid and isinstance(one.what, Line) else ())))
    cue = {"os_months": r"\bOS\b", "pfs_months": r"\bPFS\b", "orr_pct": r"\bORR\b|esponse rate", "n": r"\bN\b|patients"}
    return bool(re.search(cue[column], words))


def _another_drug(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, DRUGS))})(?![\w-])", re.I)
    for match in _chosen(list(pattern.finditer(text)), rng):
        yield _put(text, match, rng.choice([drug for drug in DRUGS if drug.lower() != match.group().lower()]))


def _another_trial(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, TRIALS))})(?![\w-])")
    for match in _chosen(list(pattern.finditer(text)), rng):
        yield _put(text, match, rng.choice([trial for trial in TRIALS if trial != match.group()]))


def _negation_dropped(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    """A denial left out; the "No:" that answers the question is no part of what the evidence says."""
    for match in _chosen([spot for spot in _NEGATIONS.finditer(text) if not _LEAD.match(text[spot.start() :])], rng):
        yield _put(text, match, "can" if match.group().lower() == "cannot" else "").replace("  ", " ")


def _negation_added(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    for match in _chosen(list(_VERBS.finditer(text)), rng):
        yield _put(text, match, f"{match.group()} not")


def _endpoint(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    for match in _chosen(list(re.finditer(r"\bOS\b|\bPFS\b", text)), rng):
        yield _put(text, match, "PFS" if match.group() == "OS" else "OS")


def _unit(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    """Months for percent and percent for months, or no unit at all."""
    for match in _chosen(list(re.finditer(r"(?<=\d)%(?! CI)|(?<=\d) months", text)), rng):
        yield _put(text, match, rng.choice([" months" if match.group() == "%" else "%", ""]))


def _date(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    for match in _chosen(list(_DATE.finditer(text)), rng):
        word = match.group()
        yield _put(text, match, str(int(word) + rng.choice((-2, -1, 1))) if word.isdigit() else rng.choice(MONTHS))


def _significance(text: str, one: Told, rng: random.Random, rows: dict[str, RowFacts]) -> Iterator[str]:
    for match in _chosen(list(re.finditer(r"\b(not |no |a )?(significan\w+)", text)), rng):
        denied = (match.group(1) or "") in ("not ", "no ")
        yield _put(text, match, match.group(2) if denied else f"not {match.group(1) or ''}{match.group(2)}")


def _chosen(spots: list[re.Match[str]], rng: random.Random) -> list[re.Match[str]]:
    return rng.sample(spots, min(2, len(spots)))


def _with_another_citation(one: Told, told: list[Told], rng: random.Random) -> list[Spoilt]:
    """The evidence of another statement in place of its own, unless that says the same of the same thing."""
    if not one.what.support:
        return []
    others: list[tuple[Support, ...]] = [
        other.what.support
        for other in rng.sample(told, 12)
        if other.what.support and not _ids(other.what.support) & _ids(one.what.support)
    ]
    ruled = one.what.ruled
    # The rules' own output is no claim of a result where it has no figure: its citation only shows where to read on.
    if ruled and not any(map(_PATIENT_FIGURE.search, one.texts)):
        return []
    return [Spoilt("citation", one.what, replace(one.what, support=support), one.grid) for support in others[:2]]


def _ids(supports: tuple[Support, ...]) -> set[str]:
    return {place.passage.id for place in supports}


_CHANGES: dict[str, Change] = {
    "number": _another_number,
    "digit": _another_digit,
    "arms": _arms_swapped,
    "drug": _another_drug,
    "trial": _another_trial,
    "negation dropped": _negation_dropped,
    "negation added": _negation_added,
    "endpoint": _endpoint,
    "unit": _unit,
    "date": _date,
    "significance": _significance,
}
