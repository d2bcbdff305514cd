"""Stretches of a message that say nothing of this patient's tumour now: relatives, other cancers, what-ifs, plans for
another result, results taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.patient.text import Message, Span
from index.lexicon import Mention

Kind = Literal["relative", "other_cancer", "hypothetical", "conditional"]

RELATIVES = (
    r"mother|father|mum|mom|dad|parent|(?<!ward )(?<!nursing )(?<!night )sister|"
    r"brother|sibling|twin|aunt|uncle|cousin|niece|nephew|"
    r"grand(?:mother|father|parent|ma|pa|dad)|son|daughter|child(?:ren)?|wife|husband|spouse|partner|relative|"
    r"mother-in-law|neighbou?r|friend|room-?mate|boyfriend|girlfriend|half-brother|half-sister"
)
_RELATIVE = re.compile(
    rf"\b(?:(?P<who>{RELATIVES})s?\b(?:'s?)?|(?P<other>(?:lady|man|woman|chap|gentleman|guy|patient|person|people|"
    rf"bloke) (?:in the (?:next|other|"
    rf"opposite) bed|(?:in the bed )?next to (?:him|her)|next door|down the road|across the (?:road|ward)|(?:he|"
    rf"she) (?:met|knows|"
    rf"chatted)))|(?P<history>family (?:history|hx)|fhx?\b|fam(?:ily)? hx))"
)
# A relative who only comes along says nothing of a tumour.
_COMPANY = re.compile(
    r"accompan|attend|present (?:today|at|with)|with (?:his|her|the|their)\s*$|reports?\b|says|"
    r"asks?\b|asking|wants|lives|living|works|called|calls|phoned|visit|supports?|cares? for|carer|"
    r"is a (?:nurse|teacher|doctor|gp|pharmacist)|two |three |married|has read|read (?:about|online)|concerned|"
    r"worried|interpret|translat|(?:has|have) found|heard|mention|reviewed|seen"
)
_COMPANY_BEFORE = re.compile(
    r"accompan|attend|present (?:today|at|with)|with (?:his|her|the|their)\s*$|lives|living|supported|cared? for|"
    r"two |three |"
    r"works|married|visit|reported by|told by|according to|interpret|translat|asked by"
)
_PATIENT_AGAIN = re.compile(
    r"\b(?:the patient|patient's own|our patient|this patient|my patient|index patient|pt\b|"
    r"(?:(?:this|our|my|the) )?(?:lady|gentleman|woman|man|chap|gent|guy|fellow|lad)'s own|own (?:tumou?r|cancer)\b|"
    r"(?:his|her) own|(?:he|she) (?:himself|herself)|patient:|in (?:our|this|the) patient|"
    r"(?:his|her) (?:tumou?r|cancer|primary|disease|colon|mcrc))"
)
# A sentence that goes on about a relative's tumour.
_RELATIVE_AGAIN = re.compile(r"^\W*(?:(?:his|her|their) (?:tumou?r|cancer)|it |this )")
# Where, after a relative's clause, the patient is spoken of: "…; he is RAS wild-type".
_BACK_TO_PATIENT = re.compile(
    r"(?:[;,]|\bbut|\bwhile|\bwhereas)\s*(?:and\s+)?(?=(?:he|she|the patient)\b)"
    r"|;\s*(?=(?:ras|kras|braf|her2|msi|mss|s/p|fol\w*|cap\w*|xelox|prior|post|after)\b)"
)
_MEN = re.compile(r"father|dad|brother|uncle|nephew|grand(?:father|pa|dad)|son|husband|boyfriend|half-brother")
_WOMEN = re.compile(r"mother|mum|mom|sister|aunt|niece|grand(?:mother|ma)|daughter|wife|girlfriend|half-sister")
_A_WOMAN = re.compile(r"\b(?:mrs|ms|miss|woman|lady|female|she herself|her own)\b")
_A_MAN = re.compile(r"\b(?:mr|man|gentleman|male|he himself|his own)\b")
_OWN_AGAIN = re.compile(
    r"\b(?:(?:he|she) (?:himself|herself)|now|currently|mcrc|crc|colorectal|colon|rectal|rectum|sigmoid|bowel|caecal|"
    r"cecal|"
    r"the (?:present|current) (?:tumou?r|cancer|disease))\b"
)
_BACK_REFERENCE = re.compile(
    r"^\W*(?:for (?:this|that|which|it)|this was|that was|it was|this is|treated (?:with|by)|in remission|(?:he|"
    r"she) (?:was|had|received|got|underwent)[^.]{0,30}\b(?:for (?:this|that|it)|(?:at|back) (?:the|that|then)))"
)
# Where the words about another cancer end; where a colorectal cancer is named too, also at its markers.
_ENDS = re.compile(r";|\.\s|,\s*(?=(?:now|currently)\b)|\)")
_ENDS_AT_OWN = re.compile(r";|\.\s|,\s*(?=(?:ras|kras|braf|mss|msi|her2|s/p|now|currently)\b)|\)")
_BRACKET = re.compile(r"\s*\([^)]*\)")
_BEGINS = re.compile(r"[,;(:]|\band a? ?(?:history|hx)|\balso\b|\bwith (?:a )?(?:history|hx)")
_WHAT_IF = re.compile(
    r"\b(?:what if|what would (?:change|happen|be) if|how would (?:that|this|it|things|the options) change if|"
    r"would (?:that|this|it|things|anything|your answer|the options?) (?:change|differ|be different) if|"
    r"what (?:would|should|will) (?:you|we|one) (?:say|do|offer|give|recommend|suggest|advise) (?:if|had)|"
    r"what (?:we|you|one) (?:would|should) (?:say|do|offer|give|recommend) if|"
    r"\bhad (?:he|she|they|her|his)\b(?=[^.?]{3,60}\?)|and if|but if|if instead|"
    r"(?:(?<=^)|(?<=[.;,] ))(?:let'?s |let us |now )?suppos(?:e|ing)\b|^\W*suppos(?:e|ing)|imagine|hypothetically|"
    r"let'?s (?:say|assume|pretend)|assum(?:e|ing) (?:that )?(?:he|she|the|it|her|his|ras|braf|her2|mmr|msi)|"
    r"what about if|had (?:he|she) been|if (?:he|she|it|they|the \w+|her\b \w+|his \w+|\w+) (?:were|was|had been|"
    r"turns? out|turned out|comes? back|came back))"
)
# These suppose without a question mark too.
_SURE_WHAT_IF = re.compile(r"what|how|would|suppos|imagine|hypoth|let|assum")
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


def relatives_in(message: Message) -> Iterator[Scope]:
    """The stretches about the patient's relatives."""
    carried = False
    for sentence in message.sentences:
        words = message.words(sentence)
        if carried and _RELATIVE_AGAIN.match(words):
            yield Scope("relative", sentence)
            continue
        carried = False
        reached = 0
        for found in _RELATIVE.finditer(words):
            if found.start() < reached:
                continue
            after = words[found.end() : found.end() + 40]
            if found["who"] and (
                _COMPANY.search(after[:30]) or _COMPANY_BEFORE.search(words[max(0, found.start() - 24) : found.start()])
            ):
                continue
            again = _PATIENT_AGAIN.search(words, found.end())
            if again is None and found["who"]:
                again = _back_to_patient(message, words, found)
            end = sentence.start + again.start() if again else sentence.end
            carried = again is None
            reached = again.start() if again else len(words)
            yield Scope("relative", Span(sentence.start + found.start(), end))


def _back_to_patient(message: Message, words: str, relative: re.Match[str]) -> re.Match[str] | None:
    """Where the words behind a relative come back to the patient: "he" does not, where the relative is a man and the
    patient a woman.
    """
    man, woman = _MEN.match(relative["who"]), _WOMEN.match(relative["who"])
    same = "he" if man and _A_WOMAN.search(message.plain) else "she" if woman and _A_MAN.search(message.plain) else ""
    for again in _BACK_TO_PATIENT.finditer(words, relative.end()):
        if not same or not re.match(rf"{same}\b", words[again.end() :]):
            return again
    return None


# "patients who had FOLFOX and bevacizumab": of people in general.
_PEOPLE = re.compile(
    r"(?<!one of )(?<!one of the )(?<!one of my )(?<!one of our )(?<!one of your )(?<!one of those )(?<!one of these )"
    r"\b(?:patients|people|pts|those|anyone|anybody|someone|somebody|everyone|others)\s+(?:who|that|whose|with|"
    r"having|on|"
    r"after|treated|given)\b"
)
_HIMSELF = re.compile(
    r"\b(?:he|she|his|her|him|my patient|this (?:\w+ )?(?:man|woman|lady|gentleman|patient|chap|guy))\b"
)
_BACK_TO_HIM = re.compile(
    r"[,;.-]\s*(?:so |but |and |whereas |while )?(?=(?:he|she|his|her|mine|my (?:patient|lady|man|chap)|"
    r"this (?:patient|lady|"
    r"man|gentleman|chap|woman))\b)"
)


_BED = re.compile(r"\b(?:bed|bay|room|side room)\s?(?P<number>\d{1,2})\b")


def people_in(message: Message) -> Iterator[Scope]:
    """The stretches about people in general, where another sentence speaks of the patient, and those about who lies in
    another bed.
    """
    beds = list(_BED.finditer(message.plain))
    for bed in beds:
        if bed["number"] != beds[0]["number"]:
            yield Scope("relative", Span(bed.start(), message.sentence_at(bed.start()).end))
    for sentence in message.sentences:
        found = _PEOPLE.search(message.plain, sentence.start, sentence.end)
        elsewhere = message.plain[: sentence.start] + " " + message.plain[sentence.end :]
        if found is None or not _HIMSELF.search(elsewhere):
            continue
        again = _BACK_TO_HIM.search(message.plain, found.end(), sentence.end)
        yield Scope("relative", Span(found.start(), again.start() if again else sentence.end))


def other_cancers_in(message: Message, cancers: Sequence[Mention], own_cancer: bool) -> Iterator[Scope]:
    """The stretches about other cancers than colorectal. `cancers` are their mentions, in order; `own_cancer` whether
    the message names a colorectal one.
    """
    last_end = -1
    for cancer in cancers:
        if cancer.start < last_end:
            continue
        sentence = message.sentence_at(cancer.start)
        start = _start_of_other(message, sentence, cancer)
        last_end = _end_of_other(message, sentence, cancer, start, own_cancer)
        yield Scope("other_cancer", Span(start, last_end))
        if last_end == sentence.end:
            yield from _going_on(message, sentence)


def _start_of_other(message: Message, sentence: Span, cancer: Mention) -> int:
    """Where the words about another cancer begin: behind the last comma, semicolon or bracket, or a "history of"."""
    before = message.plain[sentence.start : cancer.start]
    return sentence.start + max((found.end() for found in _BEGINS.finditer(before)), default=0)


def _end_of_other(message: Message, sentence: Span, cancer: Mention, start: int, own_cancer: bool) -> int:
    """Where they end: where the own cancer is named, or at a boundary; a bracket right behind is about the other."""
    plain = message.plain
    again = _OWN_AGAIN.search(plain, cancer.end, sentence.end)
    ends = [again.start()] if again else []
    at_own = own_cancer and _OWN_AGAIN.search(message.words(sentence))
    if boundary := (_ENDS_AT_OWN if at_own else _ENDS).search(plain, cancer.end, sentence.end):
        inside = plain.count("(", start, cancer.start) > plain.count(")", start, cancer.start)
        if inside or boundary.group() != ")":
            ends.append(boundary.start())
    end = min(ends, default=sentence.end)
    if bracket := _BRACKET.match(plain[cancer.end : sentence.end]):  # "(HER2+, trastuzumab 2012)"
        behind = cancer.end + bracket.end()
        return behind if again and again.start() <= behind else max(end, behind)
    return end


def _going_on(message: Message, sentence: Span) -> Iterator[Scope]:
    """The next sentence, where it goes on about the other cancer: "Treated with …", "For this …"."""
    following = next((other for other in message.sentences if other.start >= sentence.end), None)
    if following is None or _OWN_AGAIN.search(message.words(following)):
        return
    if _BACK_REFERENCE.search(message.words(following)):
        yield Scope("other_cancer", following)


def suppositions_in(message: Message) -> Iterator[Scope]:
    """What-ifs ("hypothetical") and what is to be done in a certain case ("conditional")."""
    for sentence in message.sentences:
        words = message.words(sentence)
        asked = words.rstrip().endswith("?")
        found = _WHAT_IF.search(words)
        if found and (asked or _SURE_WHAT_IF.match(found.group())):
            yield Scope("hypothetical", Span(sentence.start + found.start(), sentence.end))
            continue
        for found in _CONDITION.finditer(words):
            if not _NOT_CONDITION.match(words[found.start() :]):
                yield Scope("conditional", Span(sentence.start + found.start(), sentence.end))
                break
