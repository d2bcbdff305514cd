"""Courses spoken of by their place ("the second gave her a PR", "number 3 he never started"), put into their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.patient.history import Told
from app.patient.references import Correction
from app.patient.text import Message

_WHICH = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_PLACES = {
    "first": 1, "1st": 1, "1": 1, "second": 2, "2nd": 2, "2": 2, "third": 3, "3rd": 3, "3": 3, "fourth": 4, "4th": 4,
    "4": 4, "one": 1, "two": 2, "three": 3, "four": 4,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\bthe (?P<which>{_WHICH})(?: (?:one|regimen|treatment|therapy|combination|combo|chemo\w*|drugs?|(?:palliative )?"
    r"line(?: of \w+)?))?(?=\s*(?:[,;.:)!]|-\s|$)|\s+(?:he|she|they|we|was|were|is|had|has|gave|worked|did|didn't|"
    r"never|not|at all|achieved|brought|led|made|produced|showed|with|then|nothing|failed|stopped|helped|seemed|could|"
    r"would|wasn't|hasn't|but|and|resulted|ended|shrank|kept|for|after|until)\b)|"
    r"\b(?:number|no\.|nr\.?|line|item)\s?(?P<number>[1-4]|one|two|three|four)(?=\s*(?:[,;:]|-\s)|\s+(?:he|she|they|we|"
    r"was|never|has|had|did|didn't|hasn't|wasn't|is)\b)|(?<!\w)#(?P<hash>[1-4])\b"
)
# What is said of a course by its place: how it worked, or that it was not given.
_SAID_OF_IT = re.compile(
    r"\b(?:respon\w*|pr|cr|sd|pd|partial|complete|remission|shr[aiu]nk\w*|shrinkage|regress\w*|benefit\w*|worked|"
    r"stable|"
    r"progress\w*|never|not|cannot|nobody|no one|declined|refused|cancelled|planned|skipped|dropped|scrap\w*|delete)\b|"
    r"n't\b"
)

_IT = re.compile(
    r"\b(?:started|commenced|begun|began|had|taken|took|received|been (?:on|given)|gone on(?:to)?|got|tried)(?: on)? "
    r"(?P<it>it|them|that(?! (?:was|is|the|he|she|they|in|for|one)\b))(?=\s*(?:[,;.!]|$)|\s+(?:and|but|for|since|in|"
    r"last|from|"
    r"with|three|two|four|until|now|already|yet|after)\b)"
)


def ordinals_in(message: Message, own: Told, earlier: Sequence[tuple[Message, Told]]) -> list[Correction]:
    """The ordinals that stand for a course, with its name, as corrections of the text as typed: (start, end, name).

    The courses are those named before in the message itself (`own`), where there are two, else those of the last
    message among `earlier` that names two.
    """
    return sorted(_named(message, own, earlier))


def antecedents_in(message: Message, own: Told, earlier: Sequence[tuple[Message, Told]]) -> list[Correction]:
    """ "it" of a message that names no therapy ("she's since started it"), with the therapy that the message before
    asked about or told of, where that is one alone.
    """
    found = _IT.search(message.plain)
    if found is None or not earlier or own.names or own.asked or own.courses:
        return []
    before, told = earlier[-1]
    spans = [(remark.source.start or 0, remark.source.end or 0) for remark in told.asked]
    spans = spans or [(before.origin[start], before.origin[end]) for start, end, _ in told.courses]
    joined = all(other[0] - one[1] <= len(" with the ") for one, other in pairwise(spans))
    if not spans or not joined or (len(told.courses) > 1 and not told.asked):
        return []
    name = before.said[spans[0][0] : spans[-1][1]]
    return [(message.origin[found.start("it")], message.origin[found.end("it")], name)]


def _named(message: Message, own: Told, earlier: Sequence[tuple[Message, Told]]) -> Iterator[Correction]:
    for found in _ORDINAL.finditer(message.plain):
        sentence = message.sentence_at(found.start())
        if not _SAID_OF_IT.search(message.plain, sentence.start, sentence.end):
            continue
        names = _names(message, own, found.start()) or next(
            (made for other, told in reversed(earlier) if (made := _names(other, told, len(other.text)))), {}
        )
        which = found["which"] or found["number"] or found["hash"]
        name = names.get(max(names, default=0) if which == "last" else _PLACES[which])
        if name and not _is_its_label(own, found):
            yield message.origin[found.start()], message.origin[found.end()], name


def _names(message: Message, told: Told, until: int) -> dict[int, str]:
    """The courses named before `until` by their place: as labelled, where all are, else in the order of the text."""
    courses = [course for course in told.courses if course[1] <= until]
    if len(courses) < 2:
        return {}
    labels = [line for _, _, line in courses]
    labelled = None not in labels and len(set(labels)) == len(labels)
    places = labels if labelled else range(1, len(courses) + 1)
    return {place or 0: message.text[start:end] for place, (start, end, _) in zip(places, courses, strict=True)}


def _is_its_label(own: Told, found: re.Match[str]) -> bool:
    """ "the second was FOLFIRI": the name follows by itself."""
    return any(0 <= start - found.end() < 12 for start, _, _ in own.courses)
