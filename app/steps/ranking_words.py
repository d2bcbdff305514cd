"""What a question says of a ranking, a list or a difference: the value, the end, how many, and of which arms."""

from __future__ import annotations

import re
from typing import Literal

from app.steps.evidence import EvidenceBase
from app.steps.select import asked_terms
from app.steps.understand import Question

Side = Literal["active", "control", "any"]

_MOST = re.compile(
    r"\b(?:longest|highest|best|greatest|largest|biggest|strongest|(?<!at )most|top|maximum|max|runner-up|next best|"
    r"commonest|deepest)\b",
    re.I,
)

_LEAST = re.compile(
    r"\b(?:shortest|lowest|worst|smallest|tiniest|weakest|(?<!at )least|fewest|poorest|minimum|min|rarest)\b", re.I
)

_ASCENDING = re.compile(
    r"\b(?:ascending|increasing|(?:shortest|lowest|smallest|worst)(?: \w+)? first|from (?:worst|shortest|lowest|"
    r"smallest)"
    r"|(?:worst|shortest|lowest|smallest) to)\b",
    re.I,
)

_RANKED = ("os", "pfs", "orr", "n")

_SIZE = re.compile(
    r"\b(?:largest|biggest|smallest|tiniest) (?:(?!OS|PFS|ORR|gain|benefit|diff)[\w-]+ ){0,3}?"
    r"(?:trials?|stud(?:y|ies)|sample|population|cohorts?)\b"
    r"|\bby (?:number|size)\b|\b(?:most|fewest) (?:patients|participants|people)\b",
    re.I,
)

TRIALS = r"(?:trials?|trails|stud(?:y|ies|ys)|RCTs?)"

_NOUN = (
    rf"(?:{TRIALS}|[\w-]*inhibitor(?:s|en)?|[\w-]*hemmer|partners|TKIs|antibodies|drugs?|agents?|compounds?|"
    rf"regimens?|treatments?|"
    r"therap(?:y|ies)|combinations?|medicines?|options|entries|rows)"
)

# "Which two negative trials …", "list all studies …", "how many of the drugs …".
LIST = re.compile(
    rf"\b(?:which|what|wich|name|list|enumerate|how many)\b(?: (?:of|all|the|me|are|were|other|any|in))*"
    rf"(?: [\w/+-]+){{0,5}}? {_NOUN}\b"
    rf"|\b{_NOUN}\b[^.?]{{0,80}}\b(?:which (?:ones?|of them)|which\?)|\b(?:complete|full|whole) (?:set|list) of "
    rf"{_NOUN}\b|\b{_NOUN}\b[^?]{{0,80}}[:,] w(?:hi|ih)ch (?:had|reached|showed|gave|were|have|are|improved|prolonged|"
    rf"failed|missed|met|ones?)\b"
    rf"|\b{_NOUN}\b[^.?]{{0,80}}\? *(?:and )?(?:which|what)(?: ones?)?\W*$"
    r"|\b(?:trials|studies|RCTs|drugs|agents|regimens)\b[^.?]{0,60}\b(?:of|for|in|by) each\b(?! (?:arm|group))"
    rf"|\b(?:[\w-]+ )?{_NOUN} (?:in which|where|with|w/|that|whose)(?!\w)"
    rf"|\bany (?:[\w-]+ ){{0,4}}?{_NOUN}\b[^.?]{{0,40}}\b(?:where|that|with)\b"
    rf"|\b(?:other|more|further) (?:RCTs|trials?|stud(?:y|ies)) (?:of|with|on|for)\b|\bname (?:them|all)\b|\ball "
    rf"(?:the )?(?:[\w/+-]+ ){{0,4}}?{_NOUN}\b|\bany of (?:the )?(?:[\w/+-]+ "
    rf"){{0,4}}?{_NOUN}\b"
    rf"|\b(?:every|each) (?:[\w/+-]+ ){{0,4}}?(?:RCT|trial|study|drug|agent|regimen)\b|\bnames\?\W*$"
    rf"|\b{_NOUN}\b[^.?]{{0,120}}\bfor which (?:was|were|did|is|of)\b|\bwhich ones\b",
    re.I,
)

_WHICH_ONE = (
    r"\b(?:which|wich) (?:of|one|(?:[\w-]+ ){0,3}?(?:trial|study|drug|agent|arm|regimen|treatment|sequence|order|dose|"
    r"combination|inhibitor|antibody))\b(?!s)"
)

# "Which of the two had the stronger effect": a ranking of two.
_COMPARATIVE = re.compile(
    rf"^(?=.*{_WHICH_ONE}).*\b(?P<more>longer|higher|better|greater|larger|stronger|bigger|more)\b(?! than)"
    rf"|^(?=.*{_WHICH_ONE}).*\b(?P<less>shorter|lower|worse|smaller|weaker|fewer)\b(?! than)",
    re.I | re.S,
)

_LISTING = frozenset(
    "median month patient arm control control-arm signific longer better surviv respons rate trial studi drug agent "
    "phase two three both all unselect random test use versus against bsc progress improv prolong effect show shown "
    "enrol onli publish year includ report investig compar evalu arm had with name "
    "benefit chemo refractori mcrc treatment therapi combin regimen activ singl alon mono give gave given got get each "
    "time second again one group late line".split()
)

_DIFFERENCE = re.compile(
    r"\b(?:difference|differ(?:s|ed)?|delta|gap|by how (?:much|many)|how (?:many|much) (?:more |longer|months)|"
    r"(?:absolute |net )?(?:gain|increment|prolongation|benefit in months)|months (?:gained|more|longer|"
    r"separate)|separates?|"
    r"apart|gained|add(?:s|ed)? (?:how|to (?:median )?(?:survival|OS|PFS))|extra months?|forskel\w*|"
    r"unterschied\w*|(?:by )?what margin|bought|improvement in (?:median )?(?:survival|OS|PFS)|"
    r"how (?:many|much) [^?]{0,60}(?:buy|win|add|gain|extra)|worked out|subtract\w*|diffs?)\b|Δ",
    re.I,
)

_GAIN = re.compile(
    r"\b(?:gains?|improvements?|increments?|prolongation|differences?|deltas?|absolute benefits?|benefits?|"
    r"adds? (?:the )?most|added (?:the )?most|most added)\b",
    re.I,
)

# Said of what a treatment does for patients: a difference that may be chance is none.
OF_BENEFIT = re.compile(r"\b(?:gain\w*|benefit\w*|improve\w*|add(?:s|ed)?|advantage|helped?|bought|buys?)\b", re.I)

_NO_DIFFERENCE = re.compile(r"\b(?:significan\w+|no) differ\w*|\bdiffer\w*[^.?!]{0,40}\bsignifican", re.I)

# The size of the difference is asked for, whatever is asked of its significance beside.
_SIZED = re.compile(
    r"\bin (?:months|percentage points)\b|\bhow (?:many (?:\w+ )?months|much|large|big)\b|\babsolute\b"
    r"|\bsize of\b",
    re.I,
)

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}

_ORDINAL = re.compile(
    r"\b(?:(?P<place>second|2nd|third|3rd)[- ](?:best|most|longest|highest|lowest|shortest|largest|worst)|runner-up|"
    r"next best|comes? second)\b",
    re.I,
)

ORDERED = re.compile(
    r"^\W*(?:please |pls |can you |could you )?(?:order|rank|sort)\b|\b(?:order|rank|sort)(?:ed)? (?:these |them |the "
    r"\w+ )?(?:by|from)\b|\bin (?:descending |ascending )?order of\b",
    re.I,
)

WHOLE = 12

_TOP = re.compile(
    r"\btop[- ](?:(?P<digit>[2-5])|(?P<word>two|three|four|five))\b"
    r"|\b(?P<more>two|three|four|five|[2-5]) (?:best|longest|highest|lowest|shortest|largest|worst)\b",
    re.I,
)

SEVERAL_TRIALS = re.compile(r"\b(?:trials|studies|studys|RCTs|drugs|agents|regimens|treatments|combinations)\b", re.I)

_GROUPS_OF_PATIENTS = (
    r"(?:alteration|marker|biomarker|subgroup|mutation|target|aberration|group|driver|finding|subset|profile)s?"
)

_HOW_COMMON = re.compile(
    r"\b(?:rank|order|sort|list)\b[^?]{0,60}\bby (?:how )?(?:common|frequen\w+|prevalen\w+|rare)\b|"
    rf"\b{_GROUPS_OF_PATIENTS}\b[^?.]{{0,20}}\bby (?:how )?(?:common|frequen\w+|prevalen\w+|rar\w+)\b|"
    rf"\b(?:rarest|commonest|(?:most|least) (?:common|frequent|prevalent))\b[^?.]{{0,40}}\b"
    rf"{_GROUPS_OF_PATIENTS}\b",
    re.I,
)

# "In most studies", "most tumours", "most of them", "the most important point": of no ranking over figures.
_QUANTIFIER = re.compile(
    r"(?:^\W*|\b(?:do|does|did|are|were|in|for|among|by|of|will|would|can|could|should) )most (?=\w+s\b)|"
    r"\bmost (?=(?:of|tumou?rs?|cancers?|cases|lesions|individuals|clinicians|doctors|oncologists|physicians|centres|"
    r"guidelines|other|recent|recently|important|appropriate|suitable|relevant|(?:often|likely|commonly|"
    r"frequently|probably) \w+)\b)"
    r"|(?<!the )(?<!with )(?<!had )(?<!included )(?<!enrolled )(?<!recruited )\bmost "
    r"(?=(?:\w+ )?(?:patients|pts|people)\b)",
    re.I,
)

_STRONG_EFFECT = re.compile(
    r"\b(?:biggest|largest|greatest|highest|most) (?:\w+ ){0,2}?(?:effect|benefit|reduction)\b", re.I
)

_CLAUSE_END = re.compile(r"[,;?]|\s(?:and|but|while)\s")
_OF_VALUE = {"sample_size": "n"}
_FAVOURABLE = frozenset({"best", "greatest", "strongest", "most", "lowest", "smallest", "shortest"})

_CONTROL_ARM = re.compile(
    r"\b(?:placebo|control|comparator|BSC|best supportive care)(?: arms?| groups?)\b|\bon (?:placebo|BSC)\b"
    r"|\b(?:placebo|control) (?:medians?|recipients|takers|outcomes?)\b"
    r"|\b(?:placebo|control|comparator) (?:patients|survival|OS|PFS)\b",
    re.I,
)

ACTIVE_ARM = re.compile(r"\b(?:active|experimental|treatment|tested|investigational) arms?\b", re.I)

MEASURED = frozenset({"os", "pfs", "orr"})


def asks_difference(question: Question) -> bool:
    sized = bool(_SIZED.search(question.text))
    return bool(_DIFFERENCE.search(question.text)) and (sized or not _NO_DIFFERENCE.search(question.text))


def further_words(question: Question, base: EvidenceBase) -> bool:
    """Whether the question has ordinary words of the corpus that no condition on trials accounts for."""
    words = {term for term in asked_terms(question, base) if not term.startswith("=") and base.is_known(term)}
    return len(words - _LISTING) > 1


def plain_words(question: Question) -> str:
    """The text without the names in it: "best supportive care" asks for no best."""
    text = _QUANTIFIER.sub(lambda found: " " * len(found.group()), question.text)
    for mention in reversed(question.mentions):
        if mention.kind not in ("endpoint", "term"):
            text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def comparative_sign(text: str, value: str) -> int:
    found = _COMPARATIVE.search(text)
    if not found:
        return 0
    sign = 1 if found["more"] else -1
    good = (found["more"] or "").casefold() in ("better", "stronger", "longer")
    return (-1 if good else sign) if value.startswith("hr_") else sign


def ranked_value(question: Question) -> str:
    if _HOW_COMMON.search(question.text):
        return "prevalence"
    if _SIZE.search(question.text):
        return "n"
    values = _nearest_first(question, [value for value in question.values if value in _RANKED])
    if _GAIN.search(question.text) and "hr" not in question.statistics and (not values or values[0] in MEASURED):
        return f"gain_{values[0] if values else 'os'}"
    if "hr" in question.statistics:
        return f"hr_{values[0]}" if values and values[0] in ("os", "pfs") else "hr_os"
    return values[0] if values else ""


def _nearest_first(question: Question, values: list[str]) -> list[str]:
    """The values in the order of how soon they are named after the superlative: "with OS benefit … the longest PFS"."""
    extreme = _MOST.search(question.text) or _LEAST.search(question.text)
    if extreme is None or len(values) < 2:
        return values
    places = {value: _place_after(question, value, extreme.start()) for value in values}
    return sorted(values, key=lambda value: places[value])


def _place_after(question: Question, value: str, start: int) -> int:
    """How far the value is named behind the superlative in its clause; else how far on either side, counted as more."""
    end = _CLAUSE_END.search(question.text, start)
    last = end.start() if end else len(question.text)
    found = [one.start for one in question.mentions if one.id == value or _OF_VALUE.get(one.id) == value]
    behind = [place - start for place in found if start <= place < last]
    return min(behind, default=len(question.text) + min((abs(place - start) for place in found), default=start))


def sign_of(text: str, value: str) -> int:
    """+1 where the largest figure is asked for, −1 for the smallest; the best hazard ratio is the smallest."""
    most, least = _MOST.search(text), _LEAST.search(text)
    if ORDERED.search(text):
        return -1 if bool(_ASCENDING.search(text)) != value.startswith("hr_") else 1
    if bool(most) == bool(least):
        return 1 if most else 0
    if value.startswith("hr_"):
        words = most or least
        good = words is not None and (words.group().casefold() in _FAVOURABLE or bool(_STRONG_EFFECT.search(text)))
        return -1 if good else 1
    return 1 if most else -1


def side_of(text: str) -> Side:
    if _CONTROL_ARM.search(text):
        return "control"
    return "active" if ACTIVE_ARM.search(text) else "any"


def positions(text: str) -> tuple[int, int]:
    """The place asked for ("second longest") and how many ("top three"); the first alone where neither is said."""
    if ORDERED.search(text) or (_MOST.search(text) and _LEAST.search(text)):
        return 1, WHOLE
    place = _ORDINAL.search(text)
    several = _TOP.search(text)
    count = (several["digit"] or several["word"] or several["more"]).casefold() if several else "1"
    third = bool(place) and (place["place"] or "").casefold() in ("third", "3rd") if place else False
    return (3 if third else 2) if place else 1, _NUMBERS.get(count) or int(count)
