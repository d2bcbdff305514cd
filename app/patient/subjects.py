"""Of whom a message speaks: of one person, of people at large, or of nobody's tumour.

A text is a patient only by something said in favour of it (a person, a tumour, a course of treatment); what speaks
against it is told by grammar: plural subjects, documents and bodies as subjects, a request for a text, animals, cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.patient.organs import folded
from app.patient.text import Message, Span

_RELATIVE = r"(?:mother|father|mum|mom|dad|husband|wife|partner|brother|sister|son|daughter|friend|aunt|uncle|grand\w+)"
# One person: pronouns, age and sex, "our patient", titles, and the same in other languages.
_PERSON = re.compile(
    r"\b(?:he|she|him|her(?!\W?2)|his|hers|himself|herself|mr|mrs|ms\.|frau|herr|monsieur|madame|senora?)\b|"
    r"\b(?:my|our|this|index|one of (?:my|our|the)|another of (?:my|our)) (?:[a-z0-9+-]+ ){0,4}?(?:patients?|pts?|"
    r"lady|gentleman|woman|man|case|chap)\b|"
    rf"\bmy (?:[a-z]+ )?{_RELATIVE}\b|\bi (?:have|had|am on|was on|got)\b(?! an? question| question)|\bmy (?:tumou?r|"
    rf"cancer|oncologist|chemo)\b|"
    r"(?<![\d.,-])\d{2}\s?-?(?:yo\b|y/o|y\.? ?o\b|yrs?\b|years?[ -]old|jahre?\b|j\.|jahrig\w*|ans\b|anos\b|anni\b|ar\b|"
    r"year[ -]old|y\b(?! ?(?:os|pfs|surv))|f\b|m\b(?! ?(?:os|pfs|g)))|\b(?:fe)?male\b|\b[mf] ?[/,]? ?\d{2}\b|"
    r"\b(?:lady|gentleman|chap|patientin|patiente|paciente|paziente|mand|kvinde|homme|femme|hombre|mujer|uomo|donna)\b|"
    r"\b(?:a|the|this|old|young|fit|frail|elderly|^) ?(?:\w+ )?(?:wo)?man\b|\b(?:wo)?man (?:with|who|aged|of)\b"
)
# Signs of a clinical note, which stand in criteria and labels too.
_NOTE = re.compile(
    r"\bs/p\b|\b(?:ecog|ps|who|kps)\W{0,3}(?:ps ?)?[0-4]|\b(?:pt|pat|pts)\b|\bpatient\b|→|->|=>|\b(?:wo)?man\b"
)
_SPREAD = re.compile(
    r"metasta|\bmets?\b|\bstage (?:iv|4)|\bm1[abc]?\b|carcinomatos|carcinosis|peritoneal (?:disease|deposits)|"
    r"hemicolectom|\bsecondaries\b|chemo-?refr|unresectable|\bprimary\b|\bresect(?:ed|ion)\b|\brecurren|"
    r"\brelapsed?\b|\br0\b|"
    r"\b(?:stage|stade|stadium|uicc|dukes'?) (?:i|[1-4]|[abc]\b)"
)
# A text about a text, or a request for one: whatever it names is nobody's.
_NOBODY_HEAD = re.compile(
    r"\W*(?:(?:system|assistant|user|developer)\s?:|(?:you are|act as|behave as) (?:an?|the|now)\b|(?:please |"
    r"can you |could you |kindly )*(?:translate|proofread|rephrase|paraphrase|rewrite|spell-?check|copy-?edit|"
    r"format|pretend|role-?play|repeat after)\b|(?:the |an? |my |our |new |board |sample |practice )*(?:exam|"
    r"examination|homework|quiz|mcq|multiple choice|osce|viva|essay|lecture|slides?|flashcards?|invoice|"
    r"poster|abstract|syllabus|press release|ethics)(?: (?:question|item|application|next \w+|case|"
    r"\d+))*\s?(?:[:.\-?]|\d)|(?:(?:key |main |trial |study )*(?:inclusion|exclusion|eligibility)(?: criteria)?|"
    r"(?:trial |study )?arm [a-d1-4]|definition[\w -]*|glossary)\s?:)"
)
# Animals, cells, goods, somebody healthy, attempts to command.
_NOBODY = re.compile(
    r"\b(?:(?:ignore|disregard|override|forget) (?:all |any |the |your |every )*(?:previous|prior|above|rules|"
    r"instructions?|guardrails)|cell[- ]?lines?\b|(?:hct-?\d+|ht-?29|sw-?\d{3}|caco-?\d|dld-?1|lovo|colo-?\d{3}|"
    r"rko|ls174t?) ?(?:cells?|xeno|:|,|with|was|were|is|are)|xenograft|pdx\b|(?:mouse|murine|rat) models?\b|"
    r"(?:mice|rats|zebrafish)\b|organoids? (?:from|of|with|were|was|are|derived|lines?)\b|in vitro\b|(?:my|our|a|"
    r"the|this|neighbou?r's) (?:[a-z-]+ )?(?:dog|cat|horse|labrador|rabbit|poodle|pony|mare|gelding|"
    r"bitch)(?! (?:breeder|owner|bite|scratch|allerg|trainer))\b(?= ?(?:has|had|with|is|was|:|,|who|gets?|got))|"
    r"years?[ -]old (?:[a-z]+ )?(?:labrador|dog|cat|horse|retriever|terrier|poodle|spaniel|beagle)\b|veterinar|"
    r"canine\b|healthy (?:[a-z0-9-]+ ){0,3}?(?:volunteer|control|donor|man|woman|person|individual|\d{2} ?(?:yo|"
    r"y/o|year|f\b|m\b))|and healthy\b|i'?m (?:an? )?(?:\w+ and )?healthy\b|(?:packs|bags|tablets|pallets) of\b|"
    r"(?:boxes|vials|kits)\b|(?:invoice|purchase order|stock list|reimbursement form)\b)"
)
# A text is to be written; with a person in it, it is about him.
_WRITING = re.compile(
    r"^\W*(?:please |can you |could you |kindly |help me (?:to )?)*(?:write|draft|compose|output|print|mark)\b"
)
_ASKED_FOR_ONE = re.compile(r"[^:]{0,40}\b(?:options?|advice|plan)\s?:")
_REQUEST = re.compile(
    r"^\W*(?:please |can you |could you |kindly |help me (?:to )?)*(?:summari[sz]e|"
    r"create|generate|prepare|make|order|deliver|send|list|explain|describe|define|compare|show|tell me|give me)\b"
)
_PEOPLE = (
    r"(?:patients|pts|people|adults|individuals|participants|subjects|cases|persons|carriers|women|men|responders)"
)
# People at large as those of whom something is said.
_MANY = re.compile(
    rf"\b{_PEOPLE} (?:with|who|whose|that|harbou?ring|carrying|after|treated|previously|pre-?treated|on|in|receiving|"
    rf"must|should|can|may|need|had|have|were|are|get)\b|^\W*{_PEOPLE}\s?:|"
    rf"\b(?:in|for|among|of|all|most|many|some|few|these|those|which|\d+|n ?= ?\d+) (?:[a-z0-9/+-]+ ){{0,4}}"
    rf"{_PEOPLE}\b|\b(?:most|all|many|some|few|these|which|half of|\d+ ?%|^) ?(?:[a-z0-9/+-]+ ){{0,3}}(?:tumou?rs|"
    rf"cancers|"
    r"crcs) (?:with|that|harbou?r\w*|carry\w*|are|have|progress|respond)\b|\bwe (?:usually |always |never )?(?:treat|"
    r"enrol\w*|include[ds]?|randomi[sz]ed|recruit\w*)\b|\b(?:every|each) (?:[a-z]+ ){0,3}(?:patient|cancer|tumou?r|"
    r"case)\b|"
    r"\b(?:when|whenever|if|once) (?:an?|any|the average|some) (?:[\w/+-]+ ){0,5}(?:patient|pt)\b|\b(?:a |the |our )?"
    r"(?:cohort|series|registry|population) of\b|\bdo (?:you|we|people|clinicians|doctors|oncologists) (?:usually |"
    r"normally )?(?:use|give|treat|offer|do|prefer)\b|\bfor everyone\b|\b(?:inhibitors|antibodies|drugs|agents|"
    r"mutations) (?:[a-z]+ )?(?:work|are|have|cause|can|should|may|show|improve|occur)\b"
)
_BODY = (
    r"(?:esmo|nccn|nice|asco|fda|ema|chmp|mhra|smc|g-?ba|iqwig|who guidelines?|guidelines?|label|smpc|package insert|"
    r"law|regulations?|act|directive|insur\w+|medicare|medicaid|nhs|(?:reimbursement|advisory|appraisal|review) "
    r"(?:board|committee|body)|committee|agency|authorit\w+|protocol|trial|study|review|paper|article|authors?|"
    r"meta-?analysis|registry|book|textbook|website|hospital|pharmacy|company|manufacturer|criteria|consensus)"
)
# Documents and bodies that say, allow or pay for something; and what holds by them.
_OFFICIAL = re.compile(
    rf"\b{_BODY}(?: [\w./-]+){{0,4}}? (?:says?|said|recommend\w*|allow\w*|approv\w*|requires?|states?|rejected|rejects|"
    rf"permits?|covers?|includes?|lists?|suggests?|advises?|pays?|paid|licen[sc]ed?|indicates?|prefers?|bought|buys|"
    rf"showed|"
    rf"shows|found|demonstrated|reported|has approved|is for|accepts?|accepted|names)\b|\b(?:according to|under|"
    rf"as per) "
    rf"(?:the |our |a |new |current )*(?:\w+ )?{_BODY}\b|^\W*(?:the )?(?:fda|ema|eu|us|nice) (?:label|approval|"
    rf"indication)|"
    r"^\W*(?:the )?(?:[a-z]+ ){0,2}(?:label|smpc|indication|protocol|eligibility|criteria|law|prices?|"
    r"policy)\b[^.;\n]{0,24}:|\b(?:is|are) (?:licen[sc]ed|approved|indicated|reimbursed|recommended) (?:for|in|"
    r"after)\b|\bin (?:our|the|this) (?:trial|"
    rf"study|cohort|series|review|analysis)\b(?!,? (?:he|she|got|received))|\bdoes (?:our |the |my )?{_BODY}\b|"
    r"^\W*(?:an? |our |the )?phase (?:i{1,3}|[1-3])b? (?:trial|study|in)\b"
)
_ABOUT_EVIDENCE = re.compile(
    r"\b(?:the review|this review|the (?:paper|article|authors?)|trials?\b(?! drug)|stud(?:y|ies)\b(?! drug)|"
    r"evidence (?:for|of|on|behind)|data (?:for|on|of)|guidelines?|tables?\b|median (?:os|pfs|overall|progression)|"
    r"overall survival|hazard ratio|response rates?|prevalence|how (?:common|often|frequent)|mechanism|occurs? in|"
    r"is found in|are found in|percent of|% of|per cent)\b"
)
_ASKS = re.compile(
    r"^\W*(?:what|which|how|why|when|where|who|is|are|does|do|did|was|were|can|could|should|would|will)\b"
)
_OF_HOW = re.compile(
    r"^\W*(?:how|why|when|where|(?:please |(?:could|can|would) you )*(?:explain|describe|define|tell me))\b"
)


def speaks_of_nobody(message: Message) -> bool:
    """Whether the whole message is about a text, an animal, cells, goods or somebody healthy."""
    words = folded(message.plain)
    return bool(_NOBODY_HEAD.match(words) or _NOBODY.search(words)) or bool(
        _WRITING.match(words) and not names_one_person(words)
    )


def names_one_person(words: str) -> bool:
    """Whether folded words speak of one person."""
    return bool(_PERSON.search(words))


def at_large(message: Message) -> Iterator[Span]:
    """The stretches that speak of people at large or of what documents and bodies say, and of no person."""
    words = folded(message.plain)
    for sentence in message.sentences:
        said = words[sentence.start : sentence.end]
        if names_one_person(said):
            continue
        if found := _MANY.search(said) or _OFFICIAL.search(said):
            # "mCRC, FOLFOX; NICE does not pay for it": what stands before the semicolon is about one.
            yield Span(sentence.start + said.rfind(";", 0, found.start()) + 1, sentence.end)


def is_plain_question(message: Message, words: str) -> bool:
    """Whether one sentence only asks or requests something of the reader, and speaks of no person."""
    if len(message.sentences) != 1 or names_one_person(words):
        return False
    return bool(
        (_REQUEST.match(words) and not _ASKED_FOR_ONE.match(words))
        or (_ASKS.match(words) and words.rstrip().endswith("?"))
    )


def asks_how(words: str) -> bool:
    """Whether it is asked how, why or when something is done, which is asked of the field."""
    return bool(_OF_HOW.match(words))


def asks_for_evidence(message: Message, words: str, named: bool) -> bool:
    """Whether trials, studies or figures are asked or spoken of; `named`: a therapy that was given is named."""
    if not _ABOUT_EVIDENCE.search(words):
        return False
    asked = len(message.sentences) == 1 and words.rstrip().endswith("?")
    return bool(not named or asked or _ASKS.match(words) or _REQUEST.match(words))


def signs_of_patient(words: str) -> bool:
    """Whether something stands in folded words that only a patient has: a person, metastases, a note's signs."""
    return bool(_PERSON.search(words) or _SPREAD.search(words) or _NOTE.search(words))
