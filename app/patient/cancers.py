"""Which cancer a message is about: the patient's colorectal one or another one of the patient's (rules §2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.patient.organs import Tumour, folded, tumours_in
from app.patient.scopes import Scope
from app.patient.text import Message
from index.lexicon import Lexicon, Mention

# An organ's name by itself; with one of the words below beside it, a tumour.
_BARE_ORGANS = ("colon", "rectal", "colorectal", "colorectum")
_BOWEL = re.compile(r"\b(?:[ck]olon|re[ck]tum|rectal|sigmoid|ca?ecum|caecal)\b")
_TUMOUR_AFTER = re.compile(
    r"[ -]*(?:\(?(?:primary|left|right|l|r)\)?[ ,-]*)?(?:cancer|ca\b|c/?a\b|carcinoma|adeno|tumou?r|malig|neoplas|"
    r"primary|met|crc|disease|liver|lung|stage|sided|nodal|peritoneal|hepatic|with (?:\w+ )?met)"
)
_TUMOUR_BEFORE = re.compile(
    r"(?:cancer|carcinoma|\bca\b|adeno\w*|tumou?r|primary|mets?|metasta\w*|"
    r"malignan\w*)[: ]*(?:(?:in|of|from|is|was|at)[: ]*)?(?:the |his |her )?(?:left |right |sigmoid |ascending |"
    r"descending |transverse |distal |proximal )?$"
)
# Organs that the lexicon takes for their cancer, where they are only near it.
_BARE_OTHERS = ("prostate", "ovarian", "endometrium")
_REACHED = re.compile(r"\b(?:inva\w+|involv\w+|infiltrat\w+|adher\w+|into|abut\w*|reach\w*|and|or|to)(?: the)? $")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|without|negative for|screen\w* for|exclud\w*|rule[sd]? out|risk of|fear of|rather than|"
    r"instead of|isn't|wasn't|nor|against)\s+(?:(?:an?|any|the|her|his|evidence of|signs? of|history of|from|primary|"
    r"suspicion of|with|for|second|other|known) ?)*(?:[a-z]+ or )?(?:primary )?$"
)
_DENIED_AFTER = re.compile(
    r"\W{0,2}(?:syndrome )?(?:was |were |is |has been |have been )?(?:excluded|ruled out|unlikely|not confirmed|"
    r"not (?:seen|found))\b|\?\s*no\b"
)
# What was believed before it was known better.
_ONCE_BELIEVED = re.compile(
    r"\b(?:initially|at first|first|previously|originally|was|were|long)\b[^.;]{0,24}\b(?:thought|suspected|believed|"
    r"presumed|considered|misdiagnosed|diagnosed|treated|labelled|taken)\b(?: \w+){0,4} $|\btold (?:\w+ ){0,4}$"
)
# The same of the own cancer: "from what was thought to be colon cancer".
_OWN_BELIEVED = re.compile(
    r"\b(?:initially|at first|first|previously|originally|was|were)\b[^.;]{0,16}\b(?:thought|believed|presumed|assumed|"
    r"misdiagnosed|labelled)\b(?: \w+){0,4} $"
)
_KNOWN_LATER = re.compile(
    r"[, (]{1,3}(?:but |and )?(?:was |is )?(?:later|subsequently|then|now|eventually) (?:\w+ ){0,2}(?:identified|found|"
    r"shown|prove[dn]|recogni[sz]ed|colo|rect|sigm)"
)
_LIKE = re.compile(r"\b(?:like|as for|as if|as an?|resembl\w+|similar to) (?:an? |the )?$")
# "your experience with Krazati in bowel cancer", "approved in colorectal cancer": nobody's.
_KNOWN_IN = re.compile(
    r"\b(?:experience|used?|using|approved|licensed|indicated|works?|worked|data|evidence|results|trials?|standard|"
    r"established|effective)\b(?: \w+){0,5} (?:in|for) $"
)
_LONG_PAST = re.compile(r"\b(?:history of|previous|prior|past|cured|years ago|in remission)\b")
_PRESENT = re.compile(r"metast|mets|stage iv|now\b|mcrc")
# An earlier or a second cancer, not the one that the text is about.
_PAST_CANCER = re.compile(
    r"\b(?:history|hx|previous\w*|prior|past|former\w*|earlier|ago|cured|remission|since 20[01]\d|in (?:19|20)\d\d|"
    r"(?:19|20)[01]\d|202[0-2]|resected|excised|removed|mastectomy|prostatectomy|lumpectomy|second (?:cancer|"
    r"malignancy|"
    r"primary)|also|incidental\w*|comorbid\w*|pmh|radiotherapy|no (?:recurrence|relapse)|synchronous|metachronous|"
    r"active surveillance|years before)\b"
)
_SPREAD_BESIDE = re.compile(r"\b(?:metasta\w+|stage (?:iv|4)|mets)\b(?! (?:to|from) the (?:colon|rectum))")
# "lung tumours" beside a colorectal cancer are often its metastases.
_TUMOUR_OF_ORGAN = re.compile(r"\b(?:liver|lung|brain|bone|ovarian|peritoneal|adrenal)\b.*\btumou?rs?$")
_METASTASES_NEXT = re.compile(r"\W{0,2}(?:mets|metast|invasion|involvement)")
_NOT_OURS = re.compile(
    r"(?:\bnot|n't) (?:a |an |of )?(?:colo-?rectal|crc|colon|bowel|colonic)\b(?!,? but)(?! (?:primary )?(?:screen|"
    r"prevention|alone|only))"
)
# "the mets are from his prostate": other organs' cells, whatever was said of the bowel.
_SPREAD_FROM = re.compile(
    r"\b(?:mets|metastas[ei]s|lesions?|deposits) (?:are|were|is|was|come|comes|came|stem|originate)s? (?:\w+ )?"
    r"(?:from|of) (?:his|her|the|an?) (?:known |old |previous )?(?:prostate|breast|lung|gastric|stomach|pancrea|kidney|"
    r"renal|melanoma|ovar|thyroid|bladder)"
)
_SPREAD_OF = re.compile(r"\b(?:metastas[ei]s|mets) (?:of|from) (?:an? |the |his |her )?$")
_SPREAD_NEXT = re.compile(r" (?:mets|metastas[ei]s|deposits)\b")
_METASTATIC_BEFORE = re.compile(r"\b(?:metasta\w+|stage (?:iv|4)|disseminated) (?:[a-z0-9+-]+ )?$")
_OWN_SPREAD = re.compile(
    r"\bm(?:crc|krk)\b|\bcrlm\b|metasta\w+ (?:\w+ )?(?:crc|colo\w*|rect\w*|sigm\w*|bowel|ca?ec\w*)|(?:crc|colorectal) "
    r"(?:\w+ )?met|stage (?:iv|4) (?:crc|colo|rect)|(?:colon|rectal|bowel|crc|sigmoid)[^.;]{0,30}\b(?:mets|metast|"
    r"stage iv)"
)


@dataclass(frozen=True, slots=True)
class Cancers:
    """The cancers that a message names. `others` are the mentions of other ones than colorectal; `other_is_diagnosis`
    whether one of them is what the patient has now, `other_alone` whether that is so whatever else is named (a tumour
    of the bowel that is no colorectal cancer, or the one that has spread); `own` whether a colorectal cancer of the
    patient's is named, `bowel` whether the patient's
    colon or rectum is named at all.
    """

    others: tuple[Mention, ...]
    other_is_diagnosis: bool
    other_alone: bool
    own: bool
    bowel: bool


def cancers_in(message: Message, lexicon: Lexicon, mentions: Sequence[Mention], elsewhere: Sequence[Scope]) -> Cancers:
    """Which cancers the message names. `mentions` are all names of the lexicon in it, `elsewhere` the stretches about
    relatives and suppositions: what is named there is no cancer of the patient's.
    """

    def of_patient(start: int, end: int) -> bool:
        return not any(scope.span.touches(start, end) for scope in elsewhere)

    tumours = list(tumours_in(folded(message.plain)))
    others = _others(message, lexicon, mentions, tumours)
    current = [cancer for cancer in others if of_patient(cancer.start, cancer.end) and not _is_past(message, cancer)]
    named = (mention for mention in mentions if mention.kind == "cancer" and lexicon.entries[mention.id].in_scope)
    places = [(mention.start, mention.end) for mention in named]
    places += [(tumour.start, tumour.end) for tumour in _from(tumours, "own")]
    return Cancers(
        others=others,
        other_is_diagnosis=bool(current),
        other_alone=_is_another_alone(message, tumours, current, of_patient),
        own=any(of_patient(start, end) and _is_own(message, start, end) for start, end in places),
        bowel=any(of_patient(start, end) for start, end in places)
        or any(of_patient(*found.span()) for found in _BOWEL.finditer(folded(message.plain))),
    )


def _from(tumours: Iterable[Tumour], origin: str) -> Iterator[Tumour]:
    return (tumour for tumour in tumours if tumour.origin == origin)


def _others(
    message: Message, lexicon: Lexicon, mentions: Iterable[Mention], tumours: Iterable[Tumour]
) -> tuple[Mention, ...]:
    """The mentions of other cancers, in order, each stretch once; without metastases and what is denied."""
    found = [
        mention
        for mention in mentions
        if mention.kind == "cancer" and not lexicon.entries[mention.id].in_scope and not _is_near(message, mention)
    ]
    found += [
        Mention("cancer_of_organ", "cancer", tumour.start, tumour.end) for tumour in tumours if tumour.origin != "own"
    ]
    return tuple(
        sorted(
            (cancer for cancer in found if not _is_metastasis(message, cancer) and not _is_denied(message, cancer)),
            key=lambda cancer: cancer.start,
        )
    )


def _is_near(message: Message, mention: Mention) -> bool:
    """Whether only the organ is named, which the patient's own tumour touches."""
    bare = message.plain[mention.start : mention.end] in _BARE_OTHERS
    return bare and bool(_REACHED.search(message.plain[max(0, mention.start - 30) : mention.start]))


def _is_metastasis(message: Message, mention: Mention) -> bool:
    """Whether an organ's tumour is a metastasis of the colorectal cancer rather than a second cancer."""
    words = message.plain[mention.start : mention.end]
    if _TUMOUR_OF_ORGAN.search(words):
        return "primary" not in words
    after = message.plain[mention.end : mention.end + 14]
    return bool(_METASTASES_NEXT.match(after)) and words in _BARE_OTHERS


def _is_denied(message: Message, cancer: Mention) -> bool:
    sentence = message.sentence_at(cancer.start)
    before = message.plain[max(sentence.start, cancer.start - 50) : cancer.start]
    after = message.plain[cancer.end : cancer.end + 40]
    denied = _DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after)
    return bool(denied) or _was_believed(message, cancer)


def _was_believed(message: Message, cancer: Mention) -> bool:
    """Whether it was taken for this cancer until it was known better."""
    sentence = message.sentence_at(cancer.start)
    before = message.plain[max(sentence.start, cancer.start - 70) : cancer.start]
    return bool(_ONCE_BELIEVED.search(before) or _KNOWN_LATER.match(message.plain, cancer.end, sentence.end))


def _is_another_alone(
    message: Message,
    tumours: Iterable[Tumour],
    current: Sequence[Mention],
    of_patient: Callable[[int, int], bool],
) -> bool:
    """Whether the tumour is none of colon or rectum, also where they are named."""
    plain = message.plain
    if any(of_patient(*found.span()) for found in _NOT_OURS.finditer(plain)) or _SPREAD_FROM.search(plain):
        return True
    kinds = {(kind.start, kind.end) for kind in _from(tumours, "kind")}
    if any((cancer.start, cancer.end) in kinds for cancer in current):
        return True
    return not _OWN_SPREAD.search(plain) and any(_has_spread(message, cancer) for cancer in current)


def _has_spread(message: Message, cancer: Mention) -> bool:
    """Whether metastases are said to be this cancer's: "breast cancer metastases", "metastatic pancreatic cancer"."""
    before = message.plain[max(0, cancer.start - 40) : cancer.start]
    return bool(
        _SPREAD_NEXT.match(message.plain, cancer.end) or _SPREAD_OF.search(before) or _METASTATIC_BEFORE.search(before)
    )


def _is_own(message: Message, start: int, end: int) -> bool:
    """Whether a name of colorectal cancer is a tumour that is there now, and not an organ, a denial or a history."""
    before = message.plain[max(0, start - 50) : start]
    if _DENIED_BEFORE.search(before) or _LIKE.search(before) or _OWN_BELIEVED.search(before):
        return False
    if _KNOWN_IN.search(before):
        return False
    bare = message.plain[start:end] in _BARE_ORGANS
    if bare and not (_TUMOUR_AFTER.match(message.plain, end) or _TUMOUR_BEFORE.search(before)):
        return False
    around = _around(message, start, end, 40)
    return not _LONG_PAST.search(around) or bool(_PRESENT.search(around))


def _is_past(message: Message, cancer: Mention) -> bool:
    """Whether the cancer is an earlier one; one that has spread is not."""
    return not _SPREAD_BESIDE.search(_around(message, cancer.start, cancer.end, 24)) and bool(
        _PAST_CANCER.search(_around(message, cancer.start, cancer.end, 60))
    )


def _around(message: Message, start: int, end: int, reach: int) -> str:
    """Up to `reach` characters on either side, within the sentence."""
    sentence = message.sentence_at(start)
    return message.plain[max(sentence.start, start - reach) : min(sentence.end, end + reach)]
