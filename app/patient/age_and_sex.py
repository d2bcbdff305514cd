"""A patient's age and sex, from a message's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.patient.findings import Finding
from app.patient.profile import Value
from app.patient.text import Message

_AGE = re.compile(
    r"(?<![\d.])(?P<age>\d{2,3})\s?-?\s?(?:y/?o\b|y\.o\.?|yrs?\b|years?\b(?:[ -]old|[ -]of[ -]age)?|yo(?=[mf]\b)|"
    r"y\b(?:[ -]old)?|jahre|j\.|ans\b|a[nñ]os\b|anni\b|[åa]r\b(?= ?(?:gammel|gammal|,|\.)))(?!\s*(?:ago|later|"
    r"before|earlier|after|survival|history|of (?:treatment|therapy)|smok|"
    r"pack))|(?<![\d.])(?P<before_sex>\d{2,3})\s?-?(?:m|f|male|female|♂|♀)(?![a-z0-9])|\b(?P<sex_first>m|"
    r"f)\s?/?\s?(?P<after_sex>\d{2})(?![\d.%/])|\b(?:age[d]?:?\s*(?:is |of )?|now (?:aged? )?(?=\d{2}\)|\d{2},|\d{2} )|"
    r"(?:(?:fe)?male|woman|man|lady|gent(?:leman)?|fellow|chap|guy|bloke|lad|girl|fem\.?)(?:,? | / ?|,? (?:of|"
    r"aged) )|\b[mf](?:, ?|"
    r" ?/ ?))(?P<aged>\d{2,3})\b(?!\s*(?:mg|%|cycles|months|weeks|days))|(?:patient|pt|bloke(?:'s)?|man(?:'s)?|"
    r"woman(?:'s)?|"
    r"lady(?:'s)?|(?:mrs?|ms|miss)\.? [a-z]+|"
    r"gent(?:leman)?(?:'s)?|guy(?:'s)?|chap(?:'s)?|fellow|lad|who(?:'s)?|this one(?:'s)?|he(?:'s)?|she(?:'s)?|himself|"
    r"herself)[,:]? ?\(?(?:(?:he|she|who) )?(?:is |"
    r"was )?(?:aged? )?(?P<of>\d{2})(?=[,;) !]|\.(?:\s|$)|$)(?! ?(?:cycles?|months?|weeks?|days|doses|times|mg|lines))|"
    # In apposition: "a retired fireman, 68, with …", "the lady I'm seeing (49, …", "72, colon with …".
    r"(?:^|(?<=[^\d,], )|(?<=[.!?:] )|(?<=[a-z\d] \())(?P<apposed>[2-9]\d)(?=,? ?\)|, [a-z]|\. [a-z])(?!,? (?:cycles|"
    r"months|"
    r"and \d))|"
    r"(?<![\d./-])(?P<listed>\d{2})(?=, ?(?:fe)?male\b|, ?[fm]\b| ?/ ?(?:[fmw]\b|(?:fe)?male\b))"
)
_SEX = (
    (
        "female",
        re.compile(
            r"\b(?:female|woman|lady|wom\.|gentlewoman|girl|femme|kvinde|kvinna|frau|mujer|donna|madame|fru|frau|signora|se[nñ]ora|mme|"
            r"fem(?=\.? ?,? ?\d)|women(?= ?,? ?\d)|w(?= ?\d{2} ?[yj]))\b|"
            r"j\.?, ?w\b|/ ?f ?/|(?<![a-z0-9.])\d{2}\s?-?,?\s?f\b|"
            r"\d\s?y/?o\.?\s?f\b|\byo ?f\b|\bf\s?/?\s?\d{2}\b|\bsex\b[^:=.\n]{0,6}[:=.]*\s*f(?:emale)?\b|"
            r"(?:yrs?|years?|y/o|yo|y),?\s+f\b|\bf,? ?\d{2}(?!\d)|\d{2} ?/ ?[fw]\b|\bweiblich\b|♀"
        ),
    ),
    (
        "male",
        re.compile(
            r"\b(?:male|man|homme|mann|mand|var[oó]n|hombre|uomo|monsieur|"
            r"herr|signor|se[nñ]or|gent|gentleman|guy|bloke|chap|lad|fellow(?= of\b|,))\b|"
            r"/ ?m ?/|\bm\., ?\d|"
            r"(?<![a-z0-9.])\d{2}\s?-?,?\s?m\b(?!\s*(?:ago|later|on\b|"
            r"of\b|pfs))|\d\s?y/?o\.?\s?m\b|\byo ?m\b|\bm\s?/?\s?\d{2}\b|\bsex\b[^:=.\n]{0,6}[:=.]*\s*m(?:ale)?\b|"
            r"(?:yrs?|years?|y/o|yo|y),?\s+m\b|\bm,? ?\d{2}(?!\d)|\d{2} ?/ ?m\b|\bmännlich\b|♂"
        ),
    ),
    ("other", re.compile(r"\bsex(?: \w+){0,2}: ?(?:other|diverse|non-?binary)\b|\bnon-?binary\b")),
)
_PRONOUNS = {"he": "male", "his": "male", "him": "male", "she": "female", "her": "female"}
_PRONOUN = re.compile(r"\b(?:he|his|him|she|her)\b(?! ?-?[234])")
# "Mr Olsen", where no other word tells.
_TITLE = re.compile(r"(?<!dear )\b(?:(?P<male>mr)|mrs|ms|miss)\b\.? [a-z]")
_CORRECTION = re.compile(r"\b(?:sorry|correction|correct is|i mean|strike that|scratch that|no, wait|rather)\b")

Ignored = Callable[[int, int], bool]


def age_and_sex_in(message: Message, ignored: Ignored) -> Iterator[Finding]:
    """Findings on age and sex; `ignored(start, end)` tells stretches about somebody else."""
    for found in after_correction(message, list(_AGE.finditer(message.plain))):
        text = (
            found["age"]
            or found["before_sex"]
            or found["after_sex"]
            or found["aged"]
            or found["listed"]
            or found["of"]
            or found["apposed"]
        )
        if not ignored(found.start(), found.end()) and 15 <= int(text) <= 110:
            yield finding_at(message, "age", int(text), found)
            break
    said = [(found.start(), sex, found) for sex, pattern in _SEX for found in pattern.finditer(message.plain)]
    # A noun before a pronoun: "he" may also be somebody else.
    pronouns = [(found.start(), _PRONOUNS[found.group()], found) for found in _PRONOUN.finditer(message.plain)]
    titles = [(found.start(), "male" if found["male"] else "female", found) for found in _TITLE.finditer(message.plain)]
    for _, sex, found in [*sorted(said, key=lambda item: item[0]), *pronouns, *titles]:
        if not ignored(found.start(), found.end()):
            yield finding_at(message, "sex", sex, found)
            break


def finding_at(message: Message, name: str, value: Value, match: re.Match[str]) -> Finding:
    """The finding whose words are those of the match."""
    return Finding(name, value, message.source(match.start(), match.end()))


def after_correction(message: Message, found: list[re.Match[str]]) -> list[re.Match[str]]:
    """What stands behind a correction, where one parts two values: "left-sided (sorry: right-sided)"."""
    for number in range(len(found) - 1, 0, -1):
        if _CORRECTION.search(message.plain, found[number - 1].end(), found[number].start()):
            return found[number:]
    return found
