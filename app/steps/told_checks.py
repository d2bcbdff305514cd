"""Whether a computed sentence, or a line of a small table, on figures of the prose is true: each is looked up again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from app.steps.draft import Line, Support
from app.steps.ledger import Ledger
from index.records import Told
from index.told import has_figure

_N = r"\d+(?:\.\d+)?"
_VALUES = {"median OS": "os", "median PFS": "pfs", "response rate (ORR)": "orr", "number of patients": "n"}
_HEADINGS = {"Median OS (months)": "os", "Median PFS (months)": "pfs", "ORR (%)": "orr", "N": "n"}
_UNITS = {"os": " months", "pfs": " months", "orr": "%", "n": ""}
_SAID = "|".join(map(re.escape, _VALUES))
_AMOUNT = rf"{_N}(?: months|%)?"
_SUM = rf"(?P<more>{_N}) − (?P<less>{_N}) = (?P<rest>{_N}) (?P<unit>months|percentage points)"
_AMONG = r"(?P<tested>the tested arms of )?(?P<scope>.+?)"
_EXTREME = re.compile(
    rf"(?:In|Among) {_AMONG}, the (?:(?P<most>longest|highest|largest)|shortest|lowest|smallest) (?P<value>{_SAID}) "
    rf"is (?P<amount>{_AMOUNT}), (?P<who>.+)\."
)
_PLACED = re.compile(
    rf"By (?P<value>{_SAID}) (?:in|among) {_AMONG}, (?:(?P<most>descending)|ascending), (?P<rank>second|third): "
    rf"(?P<amount>{_AMOUNT}) (?P<who>.+)\."
)
_ORDERED = re.compile(
    rf"By (?P<value>{_SAID}) (?:in|among) {_AMONG}, (?:(?P<most>descending)|ascending): (?P<all>.+)\."
)
_WITHIN = re.compile(
    rf"In (?P<scope>.+?), the difference in (?P<value>{_SAID}) was {_SUM}: (?P<first>{_AMOUNT}) (?P<one>.+) against "
    rf"(?P<second>{_AMOUNT}) (?P<other>.+)\."
)
_ACROSS = re.compile(
    rf"(?P<value>(?i:{_SAID})) was (?P<first>{_AMOUNT}) (?P<one>.+) and (?P<second>{_AMOUNT}) (?P<other>.+): {_SUM}\."
)
_LISTED = re.compile(
    rf"(?P<count>\d+) trials? of (?P<group>.+?) with a (?P<value>{_SAID})"
    rf"(?: (?P<sign>above|below|of at least|of at most) (?P<bound>{_AMOUNT}))?: (?P<scope>.+)\."
)
_PLACES = {"second": 1, "third": 2}


def told_holds(text: str, support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether the sentence is a ranking, difference or list that the told figures bear out, each of them cited."""
    checks = (
        (_EXTREME, _ranks),
        (_PLACED, _ranks),
        (_ORDERED, _orders),
        (_WITHIN, _within),
        (_ACROSS, _across),
        (_LISTED, _lists),
    )
    for pattern, holds in checks:
        if match := pattern.fullmatch(text):
            return holds(match, support, ledger)
    return False


def is_of_figures(columns: tuple[str, ...]) -> bool:
    """Whether a table has a column of figures."""
    return any(heading in _HEADINGS for heading in columns)


def told_line_holds(line: Line, columns: tuple[str, ...], ledger: Ledger) -> bool:
    """Whether every figure of the line is that of its trial, treatment and heading, in a sentence that is cited."""
    cells = dict(zip(columns, line.cells, strict=True))
    trial, arm = cells.pop("Trial", ""), cells.pop("Treatment", "")
    if not cells.keys() <= _HEADINGS.keys() or not any(cells.values()):
        return False
    of_arm = [
        one for one in _all(ledger) if one.arm == arm and (trial in _names(one, ledger) if trial else not one.trial)
    ]
    for heading, said in cells.items():
        known = [one for one in of_arm if one.value == _HEADINGS[heading]]
        if [one.figure for one in known] != ([said] if said else []) or not _all_cited(known, line.support):
            return False
    return True


def _ranks(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether the figure has its place among all of the trials named, and whoever has it is named."""
    value, alone = _VALUES[match["value"]], len(_listed(match["scope"])) == 1
    ranked = _field(match, support, ledger)
    order = sorted({Decimal(one.figure) for one in ranked}, reverse=bool(match["most"]))
    place = _PLACES[match["rank"]] if "rank" in match.groupdict() else 0
    if place >= len(order):
        return False
    best = [one for one in ranked if Decimal(one.figure) == order[place]]
    said = match["who"].split(" and ")
    return (
        len(said) == len(best)
        and all(match["amount"] == f"{one.figure}{_UNITS[value]}" for one in best)
        and all(any(who in _phrases(one, ledger, alone) for who in said) for one in best)
        and len(set(said)) == len(said)
    )


def _field(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> list[Told]:
    """All figures of the trials named, each cited; none where one of the trials has none, or is not cited."""
    scope = _listed(match["scope"])
    field = [_of_study(name, _VALUES[match["value"]], ledger) for name in scope]
    if match["tested"]:
        field = [[one for one in arms if one.role == "active"] for arms in field]
    ranked = [one for arms in field for one in arms]
    if not all(field) or len(ranked) < 2 or not _all_cited(ranked, support):
        return []
    mixed = not match["tested"] and len(scope) > 1 and any(one.role == "control" for one in ranked)
    return [] if mixed else ranked


def _orders(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether every figure of the trials named stands in the order, once, with its arm."""
    ranked = _field(match, support, ledger)
    alone = len(_listed(match["scope"])) == 1
    said: list[Told] = []
    for part in match["all"].split("; "):
        said += [
            one
            for one in ranked
            if one not in said
            and any(part == f"{one.figure}{_UNITS[one.value]} {phrase}" for phrase in _phrases(one, ledger, alone))
        ][:1]
    amounts = [Decimal(one.figure) for one in said]
    whole = len(said) == len(ranked) == len(match["all"].split("; ")) > 1
    return whole and amounts == sorted(amounts, reverse=bool(match["most"]))


def _within(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> bool:
    arms = _of_study(match["scope"], _VALUES[match["value"]], ledger)
    return _subtracts(match, arms, True, support, ledger)


def _across(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> bool:
    value = {name.casefold(): value for name, value in _VALUES.items()}[match["value"].casefold()]
    return _subtracts(match, [one for one in _all(ledger) if one.value == value], False, support, ledger)


def _subtracts(
    match: re.Match[str], arms: Iterable[Told], alone: bool, support: tuple[Support, ...], ledger: Ledger
) -> bool:
    """Whether the two figures are those of the two arms named, and the result is what they differ by."""
    pair = []
    for figure, amount, who in (("more", "first", "one"), ("less", "second", "other")):
        known = [
            one
            for one in arms
            if who and match[who] in _phrases(one, ledger, alone)
            and match[figure] == one.figure
            and match[amount] == f"{one.figure}{_UNITS[one.value]}"
        ]  # fmt: skip
        pair += known[:1] if len(known) == 1 and _all_cited(known, support) else []
    if len(pair) != 2 or pair[0] == pair[1]:
        return False
    unit = "percentage points" if pair[0].value == "orr" else "months"
    rest = Decimal(match["more"]) - Decimal(match["less"])
    return match["unit"] == unit and rest == Decimal(match["rest"]) and rest > 0


def _lists(match: re.Match[str], support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether the list has every trial of the kind with the value (within the bound), and no other."""
    value = _VALUES[match["value"]]
    kinds = {entry.id for entry in ledger.lexicon.entries.values() if entry.name == match["group"]}
    fitting = [
        one
        for one in _all(ledger)
        if one.value == value and one.group in kinds and one.role != "control" and _is_beyond(one, match)
    ]
    names = _listed(match["scope"])
    studies = {one.trial or one.arm for one in fitting}
    unit = match["bound"] is None or match["bound"].endswith(_UNITS[value])
    return (
        unit
        and len(names) == len(set(names)) == len(studies) == int(match["count"])
        and all(any(name in _names(one, ledger) for one in fitting) for name in names)
        and _all_cited(fitting, support)
    )


def _is_beyond(one: Told, match: re.Match[str]) -> bool:
    if match["sign"] is None:
        return True
    figure, bound = Decimal(one.figure), Decimal(re.findall(_N, match["bound"])[0])
    fits = {"above": figure > bound, "below": figure < bound, "of at least": figure >= bound}
    return fits.get(match["sign"], figure <= bound)


def _all(ledger: Ledger) -> list[Told]:
    return [one for document in ledger.base.documents.values() for one in document.told]


def _of_study(name: str, value: str, ledger: Ledger) -> list[Told]:
    """The figures of the value of the study that is so called."""
    return [one for one in _all(ledger) if one.value == value and name in _names(one, ledger)]


def _names(one: Told, ledger: Ledger) -> frozenset[str]:
    """What a study may be called: the names of its trial; without one, its drug or the section that tells of it."""
    if not one.trial:
        return frozenset({one.arm} if one.role else {f"§{one.paragraph.rpartition('-p')[0]}"})
    entry = ledger.lexicon.entries[one.trial]
    names = {entry.name, *entry.also, *entry.exact}
    return frozenset(names | {name.removesuffix(" trial") for name in names} | {f"the {name}" for name in names})


def _phrases(one: Told, ledger: Ledger, alone: bool) -> set[str]:
    """How a sentence may say whose figure it is; the trial may be left out where the sentence names it alone."""
    arms = {f"with {one.arm}", f"in the {one.arm}", f"with the {one.arm}"} if one.arm else set()
    if not one.trial:
        return arms
    trials = {f"in {name}" for name in _names(one, ledger)}
    whole = {f"{arm} {trial}" for arm in arms for trial in trials} if arms else trials
    return whole | arms if alone else whole


def _all_cited(told: Iterable[Told], support: tuple[Support, ...]) -> bool:
    """Whether a sentence that has the figure is cited for each: the very one, where its number is known."""
    return all(any(_cites(place, one) for place in support) for one in told)


def _cites(place: Support, one: Told) -> bool:
    return place.passage.paragraph == one.paragraph and has_figure(place.quote, one)


def _listed(text: str) -> list[str]:
    """ "A, B and C" in parts."""
    return re.split(r", | and ", text)
