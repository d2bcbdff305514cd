"""Whether one message speaks of several patients, who are never to be read as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.patient.text import Message, Span

_MALE = r"male|man|gentleman|gent|mann|m"
_FEMALE = r"female|woman|lady|frau|f"
_PERSON = re.compile(
    rf"(?<![\d./%-])(?P<age>[1-9]\d)\s?-?\s?(?:(?:y/?o|yo|yrs?|y|years?|year)\b[ -]?(?:old)?\s?,?\s?)?"
    rf"(?:(?P<male>{_MALE})|(?P<female>{_FEMALE})|(?P<any>patient|pt)|(?<=old) (?=with|has|after))(?![a-z0-9])|"
    rf"\b(?:(?P<male2>{_MALE})|(?P<female2>{_FEMALE})|(?P<any2>patient|pt))\s?[,(/]?\s?(?:aged |of )?"
    r"(?P<age2>[1-9]\d)(?![\d.%/]|\s?(?:mg|months|mo\b|cycles|weeks|g\b|mm|cm))"
)
# "PFS 18m", "stable for 24 m": months.
_MONTHS_BEFORE = re.compile(
    r"\b(?:pfs|os|ttp|for|after|at|over|x|sd|pr|pd|cr|since|median|of|duration|lasted|ctdna|cycles?|approx\.?|age|~)"
    r"[ :(~]*$"
)
_DRUG_BEFORE = re.compile(
    r"(?:fol\w+|cap\w+|xel\w+|bev\w*|cet\w*|pan\w*|rego\w*|fruq\w*|lonsurf|tas-?\w*|mab|nib|tan|tin)[ (]+$"
)
_MONTHS_AFTER = re.compile(r"\s?(?:ago|later|on\b|pfs|os\b|of (?:folf|cap|bev|therapy|treatment)|\))")
# The same person at two times, or a slip put right.
_SAME = re.compile(
    r"\b(?:sorry|correction|correct|actually|i mean|i meant|rather|not|typo|at diagnosis|at dx|diagnosed|when|"
    r"at (?:the )?age|now|currently|today|then|formerly|or|i\.e|strike that|scratch that|make that)\b"
)
# Before a new person stands no more than a number, "and a", "this is", "patient B:".
_BEGINS = re.compile(r"(?:^|[.;\n|•?!)]|\band|\bvs\.?|\bversus|\bplus|→)[^.;\n|•?!]{0,34}$")
_LABEL = re.compile(
    r"\b(?:pt|pts|patient|pat\.?|case)\s?#?\s?(?P<name>[a-d]|[1-9])\b(?!\s?(?:of\b|/|-\d|\.\d|%|m\b|yo\b))"
)
_ANOTHER = re.compile(
    r"(?:[.;\n!?]\s*|\band )(?:and |also |then )?(?:(?:an|one|my|the|our) ?)?(?:other|another|next|second|new|"
    r"different)"
    r" (?:patient|pt|case)\b(?! (?:conference|presentation|series|report))(?!'?s\b)"
)
_SEVERAL = re.compile(
    r"\b(?:(?:i|we) (?:have|see|saw|got)|about|discuss\w*|advice (?:on|for)|options for|help with|here are|for|"
    r"regarding) (?:my |our |these |the )?(?:two|three|four|2|3|4|several) (?:[a-z-]+ ){0,2}(?:patients|pts|cases)\b"
)
_OF_TUMOUR = re.compile(
    r"ras\b|raf\b|v600|g12|msi|mss|mmr|her-?2|ntrk|fol|cap(?:ox|iri)|xelox|mcrc|colon|rect|bev|cetux|panitum|lonsurf|"
    r"tas-|rego|chemo|tumou?r|cancer|sigmoid|ca?ec"
)

# "what about a 62-year-old man … who had FOLFOX?": what is told of the person in the question is his history.
_ABOUT_A_PERSON = re.compile(
    r"\W*(?:(?:ok|okay|so|and|sorry|hi|hello|also|me again|right|well|hey)\W+)*(?:what|how) (?:about|would you|should "
    r"(?:i|we)|do (?:you|we)|can (?:i|we)|to) (?:(?:do|offer|give|suggest|recommend|make)\W+)?(?:(?:with|for|to|"
    r"about|of)\W+)?"
    r"(?:an?|this|the|my|our) (?:[\w'-]+ ){0,5}?(?:man|woman|lady|gent\w*|patient|pt|chap|guy|lad|fellow|girl|[mf])\b"
)
_TOLD_OF = re.compile(r"\b(?:who|whose|where|has|had|after|with|then|on|progress\w*|fail\w*|got|received)\b")


@dataclass(frozen=True, slots=True)
class _Person:
    age: int
    sex: str
    start: int
    end: int


def speaks_of_several(message: Message, ignored: Callable[[int, int], bool]) -> bool:
    """Whether the message tells of more than one patient; `ignored(start, end)` tells stretches about relatives,
    other cancers and suppositions.
    """
    plain = message.plain
    persons = list(_persons(message, ignored))
    if _tells_two(plain, persons):
        return True
    labels = {found["name"] for found in _LABEL.finditer(plain) if not ignored(*found.span())}
    if len(labels) > 1:
        return True
    if _SEVERAL.search(plain) and (len(persons) > 1 or len(_OF_TUMOUR.findall(plain)) > 2):
        return True
    another = _ANOTHER.search(plain)
    return bool(another and _OF_TUMOUR.search(plain[: another.start()]) and _OF_TUMOUR.search(plain[another.end() :]))


def asks_about_a_person(message: Message, sentence: Span, place: int) -> bool:
    """Whether the sentence asks about a person of whom `place` tells: "what about a man who …?"."""
    person = _ABOUT_A_PERSON.match(message.plain, sentence.start, sentence.end)
    return bool(person) and bool(_TOLD_OF.search(message.plain, person.end() if person else 0, place))


def names_a_person(message: Message, ignored: Callable[[int, int], bool]) -> bool:
    """Whether the message introduces a patient by age and sex."""
    return any(True for _ in _persons(message, ignored))


def _persons(message: Message, ignored: Callable[[int, int], bool]) -> Iterator[_Person]:
    for found in _PERSON.finditer(message.plain):
        before = message.plain[max(0, found.start() - 16) : found.start()]
        months = found["male"] == "m" and (
            _DRUG_BEFORE.search(before)
            or _MONTHS_BEFORE.search(before)
            or _MONTHS_AFTER.match(message.plain[found.end() : found.end() + 16])
        )
        if months or ignored(*found.span()):
            continue
        sex = "male" if found["male"] or found["male2"] else "female" if found["female"] or found["female2"] else ""
        yield _Person(int(found["age"] or found["age2"]), sex, found.start(), found.end())


def _tells_two(plain: str, persons: Sequence[_Person]) -> bool:
    """Two persons of different age, each introduced, with something on a tumour told of both."""
    for number, first in enumerate(persons):
        for other in persons[number + 1 :]:
            between = plain[first.end : other.start]
            if other.age == first.age or not _BEGINS.search(between):
                continue
            near = plain[max(0, first.start - 16) : first.end + 24] + " | " + plain[other.start - 24 : other.end + 16]
            told_of_both = _OF_TUMOUR.search(between) and _OF_TUMOUR.search(plain[other.end :])
            if told_of_both and not _SAME.search(near):
                return True
    return False
