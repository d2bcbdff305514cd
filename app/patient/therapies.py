"""Which therapies a message names, and what became of each: given, not given, planned, uncertain, ruled out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.patient.profile import AGENTS
from app.patient.scopes import Scope
from app.patient.text import Message, Span
from app.patient.therapy_words import AFTER, CUES, DENIAL_FILL, ELSEWHERE, PLACEBO, UNBLINDED
from index.lexicon import Lexicon, Mention

Status = Literal["given", "not_given", "unsure", "planned", "asked", "contraindicated", "elsewhere"]

# Drugs whose classes in the lexicon name no agent of the rules.
_AGENT_OF = {"liposomal_irinotecan": {"irinotecan"}}
_KINDS = frozenset({"drug", "regimen", "class"})
# Short names that are also something else ("lap" resection, Ada, "met"): drugs only where joined to another drug.
_AMBIGUOUS = frozenset(
    {
        "ada",
        "lap",
        "tras",
        "ox",
        "met",
        "iri",
        "cape",
        "bini",
        "enco",
        "soto",
        "laro",
        "tuca",
        "fu",
        "io",
        "s-1",
        "s1",
        "ts-1",
        "bev",
    }
)
_ALWAYS_FINE = frozenset({"bev", "iri", "enco", "tuca", "laro", "io", "s-1", "ts-1", "cape", "fu"})
_TITLE = re.compile(r"\b(?:dr|mr|mrs|ms|prof|nurse|sister)\.?\s+$")
_JOINED_BEFORE = re.compile(r"[a-z0-9][/+&-]\s?$|[a-z] [/+&] $")
_JOINED_AFTER = re.compile(r"^\s?[/+&-]\s?[a-z]|^\s[/+&] [a-z]")
_MARKER_NOT_DRUG = re.compile(r"^\s*(?:mutat|mutant|fusion|amplif|status|wild|wt\b|express)")
_QUESTION_START = re.compile(
    r"^\W*(?:is|are|would|should|can|could|does|do|did|may|might|what|which|how|any|has anyone|who|when|where|"
    r"why|please|pls|advise|thoughts|options?|recommend)\b"
)
_LATE = frozenset({"ftd_tpi", "regorafenib", "fruquintinib"})


@dataclass(frozen=True, slots=True)
class Therapy:
    """One mention: the lexicon ids and agents it stands for, whether it is a chemotherapy backbone, its status."""

    ids: tuple[str, ...]
    agents: frozenset[str]
    backbone: bool
    start: int
    end: int
    status: Status = "given"
    hypothetical: bool = False
    chemotherapy: bool = False


def therapies_in(
    message: Message, lexicon: Lexicon, mentions: Sequence[Mention], scopes: Sequence[Scope]
) -> list[Therapy]:
    """All therapies that the message names of this patient, in order, each with its status."""
    found = [
        therapy
        for mention in mentions
        if mention.kind in _KINDS and _is_drug(message, mention) and (therapy := _therapy(mention, lexicon)) is not None
    ]
    found = sorted([*found, *_abbreviated(message, lexicon, found)], key=lambda therapy: therapy.start)
    placed: list[Therapy] = []
    for number, therapy in enumerate(found):
        if _is_corrected(message, found, number):
            continue
        scope = next((scope for scope in scopes if scope.span.holds(therapy.start, therapy.end)), None)
        if scope and scope.kind in ("relative", "other_cancer", "conditional"):
            continue
        status = _status(message, therapy, found, number)
        placed.append(replace(therapy, status=status, hypothetical=scope is not None))
    return placed


def agents_of(lexicon: Lexicon, name: str) -> frozenset[str]:
    """The agents of rules §1.2 that a drug, regimen or class of the lexicon stands for."""
    entry = lexicon.entries[name]
    own = ({name, *entry.classes} | _AGENT_OF.get(name, set())) & set(AGENTS)
    return frozenset(own.union(*(agents_of(lexicon, part) for part in entry.parts)))


def _therapy(mention: Mention, lexicon: Lexicon) -> Therapy | None:
    entry = lexicon.entries[mention.id]
    agents = agents_of(lexicon, mention.id)
    chemotherapy = mention.id == "chemotherapy"
    anticancer = bool(entry.classes) and "supportive_medication" not in entry.classes
    if not agents and not chemotherapy and not (mention.kind == "drug" and anticancer):
        return None
    backbone = mention.kind == "regimen" and bool(agents & {"fluoropyrimidine", "oxaliplatin", "irinotecan"})
    ids = entry.parts if mention.kind == "regimen" and entry.parts else (mention.id,)
    return Therapy(tuple(ids), agents, backbone, mention.start, mention.end, chemotherapy=chemotherapy)


# Abbreviations that are drugs only where joined to one: "FOLFIRI-pan".
_SHORT = re.compile(r"(?<=[a-z0-9])\s?[/+-]\s?(?P<name>pan|cet|ram|afli|bv|bevac)(?![a-z])")
_SHORT_FOR = {
    "pan": "panitumumab", "cet": "cetuximab", "ram": "ramucirumab", "afli": "aflibercept", "bv": "bevacizumab",
    "bevac": "bevacizumab",
}  # fmt: skip
_STRUCK = re.compile(
    r"\b(?:strike that|scratch that|correction|sorry|i mean\w*|make that|no wait|should (?:read|be|say)|was in fact)\b"
)


def _abbreviated(message: Message, lexicon: Lexicon, found: Sequence[Therapy]) -> list[Therapy]:
    ends = {therapy.end for therapy in found}
    return [
        Therapy((name,), agents_of(lexicon, name), False, match.start("name"), match.end("name"))
        for match in _SHORT.finditer(message.plain)
        if match.start() in ends and (name := _SHORT_FOR[match["name"]]) in lexicon.entries
    ]


def _is_corrected(message: Message, found: Sequence[Therapy], number: int) -> bool:
    """Whether the drug is taken back by what follows it: "FOLFIRI-cetuximab (strike that, it was FOLFIRI-aflibercept)"."""
    end = found[number].end
    for other in found[number + 1 :]:
        between = message.plain[end : other.start]
        if _STRUCK.search(between) and len(between) < 50 and message.sentence_at(end).end >= other.start:
            return True
        if not re.fullmatch(r"\s*[/+&-]\s*|\s+(?:and|plus)\s+", between):
            return False
        end = other.end
    return False


def _is_drug(message: Message, mention: Mention) -> bool:
    word = message.plain[mention.start : mention.end]
    before, after = message.plain[: mention.start], message.plain[mention.end : mention.end + 14]
    if mention.kind == "class" and _MARKER_NOT_DRUG.match(after):
        return False
    if word not in _AMBIGUOUS:
        return True
    if _TITLE.search(before[-12:]):
        return False
    joined = bool(_JOINED_BEFORE.search(before[-4:]) or _JOINED_AFTER.match(after))
    return joined or (word in _ALWAYS_FINE and not (word == "cape" and after.startswith(" town")))


def _status(message: Message, therapy: Therapy, others: Sequence[Therapy], number: int) -> Status:
    sentence = message.sentence_at(therapy.start)
    clause = message.clause_at(therapy.start)
    words = message.words(clause)
    if ELSEWHERE.search(words):
        return "elsewhere"
    if not therapy.backbone and _is_blinded(message, sentence, clause, therapy):
        return "unsure"
    if after := _after(message, sentence, therapy, others, number):
        return after
    return _before(message, sentence, therapy, others)


def _is_blinded(message: Message, sentence: Span, clause: Span, therapy: Therapy) -> bool:
    said = message.words(sentence)
    if UNBLINDED.search(said):
        return False
    around = message.plain[max(sentence.start, therapy.start - 60) : min(sentence.end, therapy.end + 60)]
    return bool(PLACEBO.search(message.words(clause)) or (PLACEBO.search(around) and not _crosses(around)))


def _crosses(words: str) -> bool:
    return bool(re.search(r"→|;|->|\bthen\b|, (?:then|followed)", words))


def _after(message: Message, sentence: Span, therapy: Therapy, others: Sequence[Therapy], number: int) -> Status | None:
    """What stands behind the drug or behind the list that it is part of: "irinotecan and bevacizumab contraindicated"."""
    end = therapy.end
    for other in others[number + 1 :]:
        between = message.plain[end : other.start]
        if other.start >= sentence.end or not re.fullmatch(
            r"\s*(?:/|\+|&|and|or|nor|plus|vs\.?|v|versus)?\s*(?:the\s+)?", between
        ):
            break
        if re.search(r"and|or|nor", between) is None and therapy.backbone:
            return None  # "FOLFOX/bev declined" is said of bevacizumab
        end = other.end
    found = AFTER.match(message.plain[end : sentence.end])
    if not found or not found.lastgroup:
        return "not_given" if _BUT_NEVER.match(message.plain[end : _next_start(others, number, sentence)]) else None
    listed = end != therapy.end
    if listed and _history_in_clause(message, therapy):
        return None
    if found.lastgroup == "unsure" and (
        re.search(r"\bvs?\b|\bor\b", message.plain[therapy.start : end]) or _is_plan(message, sentence)
    ):
        return "planned"  # "(regorafenib v fruquintinib?)"
    if found.lastgroup == "plan" and message.plain[end : sentence.end].lstrip().startswith("-"):
        return None
    return _STATUS[found.lastgroup]


# "… was prescribed but never collected", "… when it was offered she turned it down", "…, he hasn't had it".
_BUT_NEVER = re.compile(
    r"^[^.;]{0,70}?(?:\b(?:but|yet|which|it|he|she|and|they)\b)[^.;]{0,25}?\b(?:never (?:\w+ ){0,2}(?:given|"
    r"started|collected|dispensed|taken|received|had|begun|used|reached|arrived)|(?:hasn't|has not|had not|"
    r"hadn't|didn't|did not) (?:yet )?(?:had|have|take|taken|receive|received|get|got|start|started|begin|begun) "
    r"(?:it|any|one)?\b|(?:turned|turns) it down|declined|refused|has not received a dose|not received a dose|"
    r"never happened)"
)


def _next_start(others: Sequence[Therapy], number: int, sentence: Span) -> int:
    following = others[number + 1].start if number + 1 < len(others) else sentence.end
    return min(following, sentence.end)


def _history_in_clause(message: Message, therapy: Therapy) -> bool:
    clause = message.clause_at(therapy.start)
    return any(cue.lastgroup == "history" for cue in CUES.finditer(message.plain, clause.start, therapy.start))


_WEAK_IN_QUESTIONS = frozenset(
    {"with", "on", "under", "then", "→", "prior to", "adjuvant", "neoadjuvant", "adj", "maintenance"}
)
_STATUS: dict[str, Status] = {
    "neg": "not_given", "decline": "not_given", "contra": "contraindicated", "plan": "planned", "unsure": "unsure",
    "history": "given",
}  # fmt: skip


def _before(message: Message, sentence: Span, therapy: Therapy, others: Sequence[Therapy]) -> Status:
    """The nearest words on the left that reach the drug; where there are none, a history names what was given, and a
    question asks for what may be given.
    """
    plain = message.plain
    asked = _is_asked(message, sentence, therapy)
    start = sentence.start
    if asked and not _QUESTION_START.match(message.words(sentence)):
        # Only the end of the sentence asks ("…, FOLFIRI/bev 1L, Lonsurf 2L?"): words of the history do not reach it.
        breaks = list(re.finditer(r"[,;:]|→|->|\s-\s", plain[sentence.start : therapy.start]))
        start = sentence.start + breaks[-1].end() if breaks else start
    before = [
        cue
        for cue in CUES.finditer(plain, sentence.start, sentence.end)
        if start <= cue.start() and cue.end() <= therapy.start
    ]
    for cue in reversed(before):
        kind = cue.lastgroup or "history"
        between = plain[cue.end() : therapy.start]
        if kind == "history":
            if asked and cue.group() in _WEAK_IN_QUESTIONS:
                continue
            return "given"
        if kind == "plan":
            short = cue.group() in ("before", "prior to", "may", "might", "start", "could", "should", "can i", "can we")
            if re.search(r"[;→]|->|\b(?:hence|later|had|received|got)\b", between) or (
                short and len(between.strip()) > 12
            ):
                continue
            return "planned"
        if kind == "unsure" and cue.group() == "?" and _is_plan(message, sentence):
            return "planned"
        if _reaches(between, plain, cue.end(), sentence, therapy, others):
            return _STATUS[kind]
    return "asked" if asked else "given"


def _reaches(between: str, plain: str, start: int, sentence: Span, therapy: Therapy, others: Sequence[Therapy]) -> bool:
    """Whether a denial reaches the drug: nothing but other drugs between, and over commas only in an "or" list."""
    bare = between
    for other in others:
        if start <= other.start and other.end <= therapy.start:
            bare = bare.replace(plain[other.start : other.end], " ")
    if re.search(r"[;→.]|->|\b(?:but|then|however|although|followed|so|due|since|progress\w*|pd)\b", bare):
        return False
    if DENIAL_FILL.sub("", bare).strip():
        return False
    if "," not in bare:
        return (
            not re.search(r"\band\b", bare)
            or bool(re.search(r"\b(?:or|nor|any|no|anti)\b", between))
            or bare.count("and") == 1
        )
    rest = plain[start : sentence.end]
    return bool(re.search(r"\b(?:or|nor)\b", rest.split(";")[0]))


def _is_plan(message: Message, sentence: Span) -> bool:
    return bool(
        re.match(
            r"^\W*(?:plan|next|proposal|consider|options?|question|q|ask|for discussion)\b", message.words(sentence)
        )
    )


def _is_asked(message: Message, sentence: Span, therapy: Therapy) -> bool:
    """Whether the sentence, or the end of it that the drug stands in, is a question."""
    words = message.words(sentence).rstrip()
    if not words.endswith("?"):
        return bool(re.match(r"^\W*(?:plan|next|proposal|consider|options?|question|q|ask)\b\W*[:?-]", words))
    if _QUESTION_START.match(words):
        return True
    tail = re.split(r"[,;:]|→|->|\s-\s|\bpd\b", message.plain[therapy.end : sentence.end])
    return len(tail) == 1


def is_late_line(therapy: Therapy) -> bool:
    """Whether the drug is a line of its own even when named alone."""
    return bool(therapy.agents & _LATE)


def given(therapies: Iterable[Therapy]) -> list[Therapy]:
    """Those that were given."""
    return [therapy for therapy in therapies if therapy.status == "given"]
