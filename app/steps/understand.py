"""From words to a question: what it names, which values it asks for, and whether it lies in the review's field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.patient.organs import folded, names_other_cancer
from app.steps.follow_up import Replied, taken_over
from app.steps.lead_in import lead_ins, without_premise
from app.steps.spelling import Spelling, is_english
from app.steps.trial_families import of_the_same_family
from index.lexicon import Lexicon, Mention

# Which table values the endpoints and statistics of the lexicon ask for.
_VALUES = {
    "os": "os", "pfs": "pfs", "orr": "orr", "qol": "qol", "sample_size": "n", "line_of_therapy": "line",
    "one_year_survival": "os_one_year",
}  # fmt: skip
_STATISTICS = {"hazard_ratio": "hr", "confidence_interval": "hr", "p_value": "p"}
# Kinds of names that the evidence has to bear on too.
_BINDING = frozenset({"drug", "trial", "regimen", "class", "marker", "adverse_event"})
_TEXTUAL = frozenset({"adverse_event", "topic"})
_LINES = frozenset({"second_line", "third_line", "fourth_line"})
# "bottom line", "in line with", "line up" name no line of therapy.
_FIGURE_OF_SPEECH = re.compile(r"\b(?:bottom|in|one|two|on|off|down the) lines?\b|\blines? (?:up|with)\b", re.I)
_LEFT_OUT = re.compile(
    r"\b(?:(?:do|does|did)(?: not|n['’]t) mean|not|except|without|but|apart from|excluding|other "
    r"than)\s+(?:in\s+|for\s+)?(?:the\s+)?$",
    re.I,
)
_ALONE = re.compile(r"\b(?:monotherapy|alone|single[- ]agent|as a single|on its own|by itself|solo)\b", re.I)
_EXCLUDED = re.compile(
    r"\b(?:(?<!why )not|excluding|other than|rather than|no|(?<!with and )(?<!with or )(?<!with/)without|minus|sans|"
    r"forget)\s+(?:in\s+)?(?:the\s+)?$",
    re.I,
)
_ASIDE = re.compile(r"(?: (?:and|or) [\w-]+(?: [\w-]+)?)?(?: drugs?| trials?| inhibitors?)? aside\b", re.I)
_NOT_MEANT = re.compile(r"\b(?:(?<!why )not|excluding|other than|rather than|forget)\s+(?:in\s+)?(?:the\s+)?$", re.I)
# Names of trials and drug codes as they are written: capitals, perhaps with a number.
# The same with letters that a slip put in lower case, and a number behind a hyphen.
_LIKE_NAME = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:[- ]?\d+)?\b|\b[A-Z]{2,}[a-z]*(?:[- ]?\d+)?\b")
_NAME = re.compile(r"\b(?:[A-Z][A-Za-z]*-?\d+[A-Za-z0-9]*|[A-Z]{4,}[a-z]?)\b")
# A rate at a point in time ("2-year OS"), which is not the median; a part of the patients ("older than 75").
_LANDMARK = re.compile(
    r"(?<![\d.])(?<!than )(?<!over )(?<!least )(?<!above )(?<!beyond )"
    r"\b(?P<span>\d+|one|two|three|four|five|six|nine|twelve|eighteen)[ -](?P<unit>year|month|yr|mo)s?\b"
    r"(?! (?:of|more|longer|gain|extra))[^.?,]{0,20}?"
    r"\b(?:survival|OS|PFS|rate|alive)\b(?! (?:gain|benefit|advantage|improvement|increase|extension|difference)s?\b)",
    re.I,
)
_PART = re.compile(
    r"\b(?:patients?|people|those|men|women|males?|females?|adults?)\b[^.?,]{0,12}"
    r"\b(?:older|younger|aged|over|under|above)\b|\b(?:older|younger) than\b|[<>≥≤]\s?\d{2}(?:\s?y\w*)?\b(?! ?%)"
    r"|\b(?:women|men|females?|males?) (?:only|alone|in)\b|\bsubgroup of\b"
    r"|\bwithout prior\b|\b(?:na[iï]ve)\b|\bpretreated with\b|\bwho had (?:\w+ ){0,2}?(?:received|had|been)\b"
    r"|\b(?:Japanese|Chinese|European|Western) (?:patients?|people|pts)\b",
    re.I,
)
_ASIAN_PART = re.compile(r"\bAsian (?:patients?|people|pts|subgroup)\b", re.I)
_SURVIVAL = re.compile(
    r"\bsurviv(?:e|es|ed|al|ing)\b|\b(?:months|weeks) of life\b|\bextra life\b|\bhow long\b[^.?!]{0,60}\b(?:live|"
    r"lives|lived|alive)\b|\blived\b",
    re.I,
)
# "how dose it work": the commonest slip for "does", and a word of the field.
_HOW_DOES = re.compile(r"\b(how|why|when|what|where) dose(?= (?:an?|the|it|this|that|one|they|tumou?rs?)\b)", re.I)
_AS_VERB = re.compile(r"respond\w*|shrink\w*|regress\w*", re.I)
_N_ALONE = re.compile(
    r"(?:[+,&:;]|\band|[-–—]\s)\s*[nN](?=\W*$|\s*[,;+&])|(?<=\w)\s[nN](?=\s*[,;+&])|^\W*[nN] (?:in|of)\b"
    r"|\b[nN](?:'s|s)?(?: (?:per|in (?:each|both)|of (?:each|both)) (?:arm|group)s?| each\b|\s?=\s?\?)"
)
# "HR for death and HR for progression"
_OF_PROGRESSION = re.compile(r"\b(?:HRs?|hazards?(?: ratios?)?)\b[^.?!]{0,40}\bprogress(?:ion|ing)\b(?![- ]free)", re.I)
_DEATHS = re.compile(r"\b(?:deaths?|die[ds]?|fatal\w*|mortality)\b", re.I)
_SECTIONS = (
    (re.compile(r"\babstract\b|\bsimple summary\b", re.I), "abstract"),
    (re.compile(r"\bintroduc(?:tion|tory)\b", re.I), "1"),
    (re.compile(r"\bdiscussion\b", re.I), "10"),
    (re.compile(r"\bconclusions?\b|\bclosing (?:section|remarks|words)\b|\bconclude overall\b", re.I), "11"),
    (re.compile(r"(?:\bsection|§)\s*(\d{1,2}(?:\.\d)?)", re.I), ""),
)
_TABLE = re.compile(r"\bt(?:ab(?:le|elle|el)?|bl)\.?\s*([1-5])\b|\bT([1-5])\b(?!-)", re.I)
_HER2_TABLE = re.compile(r"\bHER2 table\b", re.I)
_RESULTS = re.compile(r"\b(?:results?|outcomes?|efficacy|findings?|the numbers|figures|the data)\b", re.I)
_HOW_MUCH = re.compile(
    r"%|\bhow (?:many|much|often|rare|common|frequent\w*|large|long|big|high|low)\b"
    r"|\b(?:percentage|proportion|share|rate|fraction|number|frequency|prevalence|incidence|median)\b",
    re.I,
)
_SHARE = re.compile(
    r"%|\bhow (?:often|common|rare|frequent\w*)\b|\b(?:percentage|proportion|share|fraction|prevalence)\b", re.I
)
_ADVICE = re.compile(
    r"\btx\b|\bbest (?:(?:third|fourth|second|next|late)[- ]?line|3L|4L|2L|option|therapy|treatment|choice|drug|"
    r"regimen)\b"
    r"|\b(?:options?|recommend\w*|advis\w+|advice|suggest\w*|should|prefer\w*|propose\w*|what to do)\b",
    re.I,
)
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\breason(?:s|ing)?\b|\bwhat explains\b|\bexplain\w*|\brationale\b|\bmechanism\w*|\bhow "
    r"(?:does|do|did|is|"
    r"are|can)\b|\bwhat (?:is behind|makes|made|becomes)\b|\bwhere do\b|\bargument\b|\b(?:lies?|is|stands?) "
    r"behind\b|\bthinking behind\b"
    r"|\bwhat is (?:thought|believed)\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WHEN = re.compile(
    r"\bwhen\b|\bdates?\b|\b(?:approval|which) years?\b|\bwhat (?:year|date|month)\b"
    r"|\bwhich (?:year|date)\b|\bdate of\b|\bin what year\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What the last turn asks.

    `entities` holds every lexicon id it names (or takes over from an earlier turn), parts of regimens included;
    `values` the table values wanted ("os", "pfs", …), `statistics` of them ("hr", "p"). `context` is the earlier turn
    that it cannot be understood without. `strange` are names written like a trial's or a drug code's that the lexicon
    does not have.
    """

    text: str
    context: str
    search_text: str
    mentions: tuple[Mention, ...]
    entities: frozenset[str]
    named: tuple[str, ...]
    values: tuple[str, ...]
    statistics: tuple[str, ...]
    table: str | None
    section: str | None
    strange: tuple[str, ...]
    of_part: bool
    left_out: frozenset[str]
    alone: bool
    asks_results: bool
    asks_number: bool
    asks_date: bool
    asks_share: bool
    asks_advice: bool
    asks_why: bool
    compares: bool
    side_effects: bool
    other_cancer: bool


def understand(
    turns: tuple[str, ...], lexicon: Lexicon, spelling: Spelling | None = None, replied: Replied | None = None
) -> Question:
    """Reads the last turn, in the light of the earlier ones where it leans on them; `spelling` puts slips right,
    `replied` says what earlier turns were answered with.
    """
    turns = tuple(_HOW_DOES.sub(r"\g<1> does", turn) for turn in turns)
    if spelling is not None:
        turns = tuple(map(spelling.corrected, turns))
    text = turns[-1]
    found = lexicon.find(text)
    left_out = {mention.id for mention in found if mention.kind == "trial" and _LEFT_OUT.search(text[: mention.start])}
    earlier = taken_over(turns, lexicon, replied, spelling.knows if spelling is not None else None)
    left_out -= {one.id for one in earlier.named}
    dropped = left_out | earlier.instead_of
    mentions = tuple(mention for mention in found if mention.id not in dropped and not _is_excluded(mention, text))
    mentions = (*without_premise(text, _without_lead_ins(text, mentions)), *_trials_misspelt(text, found, lexicon))
    mentions = (*mentions, *of_the_same_family(text, mentions, lexicon))
    named = tuple(dict.fromkeys([*(mention.id for mention in mentions), *(one.id for one in earlier.named)]))
    further = [one.words for one in earlier.named if one.words.casefold() not in earlier.context.casefold()]
    search_text = " ".join([text, earlier.context, *further]).strip()
    whole = f"{earlier.context} {text}".strip()
    values = tuple(dict.fromkeys(_VALUES[name] for name in named if name in _VALUES))
    if _N_ALONE.search(text):
        values = (*values, "n") if "n" not in values else values
    if "pfs" not in values and _OF_PROGRESSION.search(text):
        values = (*values, "pfs")
    if not values and _SURVIVAL.search(text):
        values = ("os",)
    if _WHY.search(text) and not _HOW_MUCH.search(text):
        verbs = {mention.id for mention in mentions if _AS_VERB.fullmatch(text[mention.start : mention.end])}
        values = tuple(value for value in values if not (value == "orr" and "orr" in verbs))
    landmarks, values = _landmarks(text, values)
    if any(mention.kind == "adverse_event" for mention in mentions):
        of_deaths = bool(_DEATHS.search(text))
        values = tuple(value for value in values if value != "n" and not (of_deaths and value == "os"))
    if not values and _LINES & set(named) and not any(mention.kind in _TEXTUAL for mention in mentions):
        values = ("line",)
    statistics = tuple(dict.fromkeys(_STATISTICS[name] for name in named if name in _STATISTICS))
    table = _TABLE.search(text)
    return Question(
        text=text,
        context=earlier.context,
        search_text=search_text,
        mentions=mentions,
        entities=frozenset(named).union(*(lexicon.entries[name].parts for name in named)),
        named=named,
        values=values,
        statistics=statistics,
        table=table.group(1) or table.group(2) if table else "5" if _HER2_TABLE.search(text) else None,
        section=_section(text),
        strange=(*_strange(text, mentions), *landmarks),
        of_part=bool(_PART.search(text)) or _asian_part(text, named, lexicon),
        left_out=frozenset(left_out),
        alone=bool(_ALONE.search(text)) or any(mention.kind == "drug" and mention not in mentions for mention in found),
        asks_results=bool(_RESULTS.search(text)),
        asks_number=bool(_HOW_MUCH.search(whole)),
        asks_date=bool(_WHEN.search(whole)) or ("approval" in named and bool(_YEAR.search(text))),
        compares=bool({"versus", "comparison"} & set(named)),
        side_effects=any(mention.kind == "adverse_event" for mention in mentions),
        asks_advice=bool(_ADVICE.search(whole)),
        asks_why=bool(_WHY.search(text)),
        asks_share=not _ADVICE.search(whole) and ("prevalence" in named or bool(_SHARE.search(whole))),
        other_cancer=_other_cancer(text, named, lexicon),
    )


def _is_excluded(mention: Mention, text: str) -> bool:
    """Whether the words before it say that it is not meant; "no" says so of a drug only."""
    before = text[: mention.start]
    if mention.id == "line_of_therapy" and any(
        one.start() <= mention.start and mention.end <= one.end() for one in _FIGURE_OF_SPEECH.finditer(text)
    ):
        return True
    if _ASIDE.match(text, mention.end):
        return True
    if mention.kind == "endpoint" and text[mention.end :].lstrip(" ,").casefold().startswith(("benefit", "gain")):
        return False
    return bool((_EXCLUDED if mention.kind == "drug" else _NOT_MEANT).search(before))


def _without_lead_ins(text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions without the topics that tell who is asking and what for."""
    spans = lead_ins(text)
    return tuple(
        one for one in mentions if one.kind != "topic" or not any(a <= one.start and one.end <= b for a, b in spans)
    )


def _asian_part(text: str, named: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether the Asian patients of a trial are asked about that was not one of Asian patients."""
    trials = [lexicon.entries[name] for name in named if lexicon.entries[name].kind == "trial"]
    worldwide = [trial for trial in trials if not any("Asian" in words for words in trial.expand)]
    return bool(worldwide and _ASIAN_PART.search(text))


def binding_names(question: Question, lexicon: Lexicon) -> tuple[str, ...]:
    """The ids that evidence must bear on: drugs, trials, markers, side effects, topics; not endpoints or phrases."""
    return tuple(name for name in question.named if lexicon.entries[name].kind in _BINDING)


def _trials_misspelt(text: str, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Mention, ...]:
    """Trials behind names in capitals that are one slip away from one trial's name ("CORECT", "REVERSE")."""
    found = []
    for match in _LIKE_NAME.finditer(text):
        if any(mention.start < match.end() and match.start() < mention.end for mention in mentions):
            continue
        if (trial := lexicon.trial_like(match.group())) is not None:
            found.append(Mention(trial, "trial", *match.span(), spelled=True))
    return tuple(found)


def _landmarks(text: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rates at a point in time that no table has, and the values without the medians that they are not."""
    found = [match for match in _LANDMARK.finditer(text) if "median" not in match.group().casefold()]
    if not found:
        return (), values
    one_year = {"1 year", "one year", "12 month", "twelve month", "1 yr", "one yr", "12 mo", "twelve mo"}
    others = [match.group() for match in found if f"{match['span']} {match['unit']}".casefold() not in one_year]
    rest = tuple(value for value in values if value not in ("os", "pfs"))
    return tuple(others), rest if others else (*(value for value in rest if value != "os_one_year"), "os_one_year")


def _section(text: str) -> str | None:
    for pattern, section in _SECTIONS:
        if found := pattern.search(text):
            return section or found.group(1)
    return None


def _strange(text: str, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    if text.isupper():
        return ()
    spans = [(mention.start, mention.end) for mention in mentions]
    names = [
        match for match in _NAME.finditer(text) if not any(a < match.end() and match.start() < b for a, b in spans)
    ]
    words = (match.group() for match in names if len(match.group()) > 3)
    return tuple(dict.fromkeys(word for word in words if not (word.isalpha() and is_english(word.casefold()))))


def _other_cancer(text: str, named: tuple[str, ...], lexicon: Lexicon) -> bool:
    cancers = [lexicon.entries[name] for name in named if lexicon.entries[name].kind == "cancer"]
    if any(cancer.in_scope for cancer in cancers):
        return False
    return bool(cancers) or names_other_cancer(folded(text.lower()))
