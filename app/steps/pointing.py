"""Trials that a turn points at without their name: by where they were done, or by what tells them from another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from index.lexicon import Entry, Lexicon

# "the big international confirmation trial", "that Chinese one", "the B study".
_DESCRIBED = re.compile(
    r"\b(?P<not>not\s+|instead of\s+|rather than\s+)?(?:the|that|this)\s+(?P<how>(?:[\w-]+\s+){1,4}?)"
    r"(?P<head>ones?|trials?|study|studies|RCTs?|version|paper)\b",
    re.I,
)
# "the other Heracles", "the original FRESCO": what stands before a trial's name.
_BEFORE_NAME = re.compile(r"\bthe\s+(?P<how>other|original|first|earlier|older|newer|later|second|sister)\s+$", re.I)
# "and A?", "02 then?": nothing but the mark that tells it from the trial spoken of.
_MARK_ALONE = re.compile(
    r"^\W*(?:(?:ok|and|so|then|now|what about|how about|same for|for|in)\W+)*(?:the )?(?P<how>[A-C]|0?\d)"
    r"(?:\W+(?:then|too|please|pls|one|trial|study))*\W*$",
    re.I,
)
_PLACE_IN_NAME = {"first": "1", "second": "2"}
_OTHER = frozenset({"other", "sister", "companion"})
_EARLIER = frozenset({"original", "earlier", "older", "oldest"})
_LATER = frozenset(
    "newer newest later latest recent confirmation confirmatory confirming follow-on follow-up subsequent "
    "sequel".split()
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3"}
_CONTROLS = frozenset({"placebo", "best_supportive_care"})
# More trials than this are not "the other one".
_FEW = 2


@dataclass(frozen=True, slots=True)
class PointedAt:
    """The trials meant, and the ids that the describing words name by themselves, which are not asked about."""

    trials: tuple[str, ...] = ()
    instead_of: frozenset[str] = frozenset()


def pointed_at(text: str, spoken: tuple[str, ...], treatments: Iterable[str], lexicon: Lexicon) -> PointedAt:
    """The trials that `text` describes, `spoken` being those of the turn before and `treatments` its drugs."""
    known = _alike(spoken, frozenset(treatments), lexicon)
    described = list(_descriptions(text, lexicon))
    for words, _, _ in described:
        meant = _fitting(words, known, spoken, lexicon) if words else []
        if meant:
            inside = (
                one.id
                for one in lexicon.find(text)
                if any(start <= one.start and one.end <= end for _, start, end in described)
            )
            return PointedAt(tuple(entry.id for entry in meant), frozenset(inside) - {entry.id for entry in meant})
    return PointedAt()


def tested_in(trial: Entry, lexicon: Lexicon) -> frozenset[str]:
    """The drugs of the trial, as the lexicon has them beside its name."""
    names = lexicon.entity_ids(" ".join(trial.expand), misspelled=False)
    return frozenset(name for name in names if lexicon.entries[name].kind == "drug") - _CONTROLS


def _descriptions(text: str, lexicon: Lexicon) -> Iterator[tuple[list[str], int, int]]:
    """The describing words and where they stand; no words for a description of what is not meant."""
    for match in _DESCRIBED.finditer(text):
        yield [] if match["not"] else match["how"].casefold().split(), match.start("how"), match.end()
    if mark := _MARK_ALONE.match(text):
        yield [mark["how"].casefold()], mark.start("how"), mark.end("how")
    for mention in lexicon.find(text):
        if mention.kind == "trial" and (before := _BEFORE_NAME.search(text[: mention.start])):
            how = before["how"].casefold()
            yield [_PLACE_IN_NAME.get(how, how)], before.start("how"), mention.end


def _fitting(words: list[str], known: list[Entry], spoken: tuple[str, ...], lexicon: Lexicon) -> list[Entry]:
    """Of the trials known, or of all where one is told by its place alone, those that every telling word fits."""
    tests = [test for word in words if (test := _test(word, spoken, known))]
    if not tests:
        return []
    fitting = [entry for entry in known if all(test(entry) for test in tests)]
    if fitting:
        return fitting if len(fitting) <= _FEW else []
    placed = [entry for entry in _trials(lexicon) if any(word in entry.settings for word in words)]
    return placed if len(placed) == 1 and not _OTHER & set(words) else []


def _test(word: str, spoken: tuple[str, ...], known: list[Entry]) -> Callable[[Entry], bool] | None:
    """What the word says of a trial; None where it tells none from another."""
    if any(word in entry.settings for entry in known):
        return lambda entry: word in entry.settings
    if word in _OTHER:
        return lambda entry: entry.id not in spoken
    years = [entry.year for entry in known if entry.year]
    if word in _EARLIER and years:
        return lambda entry: entry.year == min(years)
    if word in _LATER and years:
        return lambda entry: entry.year == max(years)
    mark = _ROMAN.get(word, word).lstrip("0")
    family = {_stem(entry) for entry in known if entry.id in spoken}
    if any(_mark(entry) == mark for entry in known) and len(mark) == 1:
        return lambda entry: _mark(entry) == mark and _stem(entry) in family
    return None


def _alike(spoken: tuple[str, ...], treatments: frozenset[str], lexicon: Lexicon) -> list[Entry]:
    """The trials spoken of, those with the same name but for its last mark, and those that tested the same drugs."""
    entries = [lexicon.entries[name] for name in spoken]
    stems = {_stem(entry) for entry in entries}
    drugs = {tested_in(entry, lexicon) for entry in entries} or {treatments}
    return [
        trial
        for trial in _trials(lexicon)
        if trial.id in spoken or _stem(trial) in stems or (tested_in(trial, lexicon) or None) in drugs
    ]


def _trials(lexicon: Lexicon) -> list[Entry]:
    return [entry for entry in lexicon.entries.values() if entry.kind == "trial" and entry.expand]


def _stem(trial: Entry) -> str:
    """ "HERACLES-A" → "heracles", "DESTINY-CRC01" → "destiny-crc"."""
    return re.sub(r"(?:-[a-z]|-?\d+)$", "", trial.name.casefold().removesuffix(" trial"))


def _mark(trial: Entry) -> str:
    """ "HERACLES-A" → "a", "DESTINY-CRC01" → "1"; "1" where the name has none."""
    name = trial.name.casefold().removesuffix(" trial")
    return name[len(_stem(trial)) :].lstrip("-0") or "1"
