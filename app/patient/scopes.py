"""Stretches of a message that say nothing of this patient's tumour now: relatives, other cancers, what-ifs, plans for
another result, results taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.patient.text import Message, Span
from index.lexicon import Mention

Kind = Literal["relative", "other_cancer", "hypothetical", "conditional"]

_RELATIVES = (
    r"mother|father|mum|mom|dad|parent|sister|brother|sibling|twin|aunt|uncle|cousin|niece|nephew|grand(?:mother|"
    r"father|parent|ma|pa|dad)"
    r"|son|daughter|child(?:ren)?|wife|husband|spouse|partner|relative|mother-in-law|half-brother|half-sister"
)
_RELATIVE = re.compile(
    rf"\b(?:(?P<who>{_RELATIVES})s?\b(?:'s?)?|(?P<history>family (?:history|hx)|fhx?\b|fam(?:ily)? hx))"
)
# A relative who only comes along says nothing of a tumour.
_COMPANY = re.compile(
    r"accompan|attend|present (?:today|at|with)|with (?:his|her|the|their)\s*$|reports?\b|says|asks?\b|asking|"
    r"wants|lives|living|works|called|calls|phoned"
    r"|visit|supports?|cares? for|carer|is a (?:nurse|teacher|doctor|gp|pharmacist)|two |three |married|has read|"
    r"read (?:about|online)"
    r"|concerned|worried|interpret|translat|(?:has|have) found|heard|mention|reviewed|seen"
)
_PATIENT_AGAIN = re.compile(
    r"\b(?:the patient|patient's own|our patient|this patient|my patient|index patient|pt\b|(?:his|her) own|"
    r"(?:he|she) (?:himself|herself)"
    r"|patient:|in (?:our|this|the) patient|(?:his|her) (?:tumou?r|cancer|primary|disease|colon|mcrc))"
)
_HE_SHE = re.compile(r"\b(?:he|she|they|mr|mrs|ms)\b")
_OWN_AGAIN = re.compile(
    r"\b(?:now|currently|mcrc|crc|colorectal|colon|rectal|rectum|sigmoid|bowel|caecal|cecal|the (?:present|"
    r"current) (?:tumou?r|cancer|disease))\b"
)
_BACK_REFERENCE = re.compile(
    r"^\W*(?:for (?:this|that|which|it)|this was|that was|it was|this is|treated (?:with|by)|in remission|(?:he|"
    r"she) (?:was|had|received|got|underwent)[^.]{0,30}\b(?:for (?:this|that|it)|(?:at|back) (?:the|that|then)))"
)
_HISTORY_LINE = re.compile(r"^\W*(?:family (?:history|hx)|fhx?|fam hx)\b\s*[:\-]?")

_WHAT_IF = re.compile(
    r"\b(?:what if|what would (?:change|happen|be) if|how would (?:that|this|it|things|the options) change if|"
    r"would (?:that|this|it|things|anything|your answer|the options?) (?:change|differ|be different) if"
    r"|what (?:would|should|will) (?:you|we|one) (?:say|do|offer|give|recommend|suggest|advise) (?:if|had)|what "
    r"(?:we|you|one) (?:would|should) (?:say|do|offer|give|recommend) if|\bhad (?:he|she|they|her|"
    r"his)\b(?=[^.?]{3,60}\?)|and if|but if|if instead|(?:(?<=^)|(?<=[.;,] ))(?:let'?s |let us |now )?suppos(?:e|"
    r"ing)\b|^\W*suppos(?:e|ing)|imagine|hypothetically|let'?s (?:say|assume|pretend)|assum(?:e|ing) (?:that "
    r")?(?:he|she|the|it|her|his|ras|braf|her2|mmr|msi)|what about if|had (?:he|she) been|if (?:he|she|it|they|"
    r"the \w+|her\b \w+|his \w+|\w+) (?:were|was|had been|turns? out|turned out|comes? back|came back))"
)
_CONDITION = re.compile(
    r"\b(?:if|in case(?: of)?|should (?:the|it|he|she|her|his|her2|ras|braf|msi|ntrk|testing|"
    r"results?)\b[^.,;?]{0,40}\b(?:be|show|come|turn|prove)|provided(?: that)?|unless|once we know|in the event|"
    r"pending confirmation of)\b"
)
_NOT_CONDITION = re.compile(
    r"^if (?:possible|any|so|not|needed|required|appropriate|necessary|available|feasible|ok|you|i\b|we\b|there|"
    r"tolerated|eligible|fit)\b"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch that is about something else, and what."""

    kind: Kind
    span: Span


def scopes_of(message: Message, cancers: tuple[Mention, ...], own_cancer: bool) -> tuple[Scope, ...]:
    """All such stretches; `cancers` are the mentions of other cancers than colorectal, `own_cancer` whether the message
    names a colorectal one.
    """
    return (
        *_relatives(message),
        *_other_cancers(message, cancers, own_cancer),
        *_suppositions(message),
    )


def _relatives(message: Message) -> Iterator[Scope]:
    carried = False
    for sentence in message.sentences:
        words = message.words(sentence)
        if (
            carried
            and not re.match(
                r"^\W*(?:the patient|patient|pt\b|he |she |our|molecular|histology|treatment|therapy|prior|plan|"
                r"pmh|ecog|ras|kras|on examination|impression|diagnosis|\d)",
                words,
            )
            and re.match(r"^\W*(?:(?:his|her|their) (?:tumou?r|cancer)|it |this )", words)
        ):
            yield Scope("relative", sentence)
            continue
        carried = False
        for found in _RELATIVE.finditer(words):
            after = words[found.end() : found.end() + 40]
            if found["who"] and (
                _COMPANY.search(after[:30]) or _COMPANY.search(words[max(0, found.start() - 24) : found.start()])
            ):
                continue
            again = _PATIENT_AGAIN.search(words, found.end()) or (
                None if found["history"] else _after_clause(words, found.end())
            )
            end = sentence.start + again.start() if again else sentence.end
            carried = again is None
            yield Scope("relative", Span(sentence.start + found.start(), end))
            break


def _after_clause(words: str, start: int) -> re.Match[str] | None:
    """Where, after a relative's clause, the patient is spoken of again: "…; he is RAS wild-type"."""
    boundary = re.compile(
        r"(?:[;,]|\bbut|\bwhile|\bwhereas)\s*(?:and\s+)?(?=(?:he|she|the patient|ras|kras|braf|her2|msi|mss)\b)"
    ).search(words, start)
    return boundary


def _other_cancers(message: Message, cancers: tuple[Mention, ...], own_cancer: bool) -> Iterator[Scope]:
    last_end = -1
    for cancer in cancers:
        sentence = message.sentence_at(cancer.start)
        if cancer.start < last_end:
            continue
        start = _clause_start(message, sentence, cancer.start)
        again = _OWN_AGAIN.search(message.plain, cancer.end, sentence.end)
        here = own_cancer and _OWN_AGAIN.search(message.words(sentence))
        restart = r"ras|kras|braf|mss|msi|her2|s/p|" if here else ""
        boundary = re.compile(rf";|\.\s|,\s*(?=(?:{restart}now|currently)\b)|\)").search(
            message.plain, cancer.end, sentence.end
        )
        inside = message.plain.count("(", start, cancer.start) > message.plain.count(")", start, cancer.start)
        ends = [
            match.start()
            for match in (again, boundary if inside or (boundary and boundary.group()[0] != ")") else None)
            if match
        ]
        end = min(ends) if ends else sentence.end
        # "(HER2+, trastuzumab 2012)" right behind the other cancer is about it.
        bracket = re.match(r"\s*\([^)]*\)", message.plain[cancer.end : sentence.end])
        if bracket:
            end = (
                max(end, cancer.end + bracket.end())
                if not again or again.start() > cancer.end + bracket.end()
                else cancer.end + bracket.end()
            )
        yield Scope("other_cancer", Span(start, end))
        last_end = end
        if end == sentence.end:
            following = next((other for other in message.sentences if other.start >= sentence.end), None)
            if (
                following
                and _BACK_REFERENCE.search(message.words(following))
                and not _OWN_AGAIN.search(message.words(following))
            ):
                yield Scope("other_cancer", following)


def _clause_start(message: Message, sentence: Span, position: int) -> int:
    """Where the words about another cancer begin: behind the last comma, semicolon or bracket, or a "history of"."""
    before = message.plain[sentence.start : position]
    cut = max(
        (
            match.end()
            for match in re.finditer(r"[,;(:]|\band a? ?(?:history|hx)|\balso\b|\bwith (?:a )?(?:history|hx)", before)
        ),
        default=0,
    )
    return sentence.start + cut


def _suppositions(message: Message) -> Iterator[Scope]:
    for sentence in message.sentences:
        words = message.words(sentence)
        asked = words.rstrip().endswith("?")
        if found := _WHAT_IF.search(words):
            sure = re.match(r"what|how|would|suppos|imagine|hypoth|let|assum", found.group())
            if asked or sure:
                yield Scope("hypothetical", Span(sentence.start + found.start(), sentence.end))
                continue
        for found in _CONDITION.finditer(words):
            if not _NOT_CONDITION.match(words[found.start() :]):
                yield Scope("conditional", Span(sentence.start + found.start(), sentence.end))
                break
