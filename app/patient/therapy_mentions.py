"""Which therapies a message names: drugs, regimens and classes of the lexicon, without what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.patient.profile import AGENTS, CHEMO_AGENTS
from app.patient.text import Message
from index.lexicon import Lexicon, Mention

Status = Literal["given", "not_given", "unsure", "planned", "asked", "contraindicated", "elsewhere"]

# Drugs whose classes in the lexicon name no agent of the rules.
_AGENT_OF = {"liposomal_irinotecan": {"irinotecan"}}
# No list of drugs is longer; longer ones are no clinical text.
LONGEST_LIST = 16
_KINDS = frozenset({"drug", "regimen", "class"})
_LATE = frozenset({"ftd_tpi", "regorafenib", "fruquintinib"})
# Short names that are also something else ("lap" resection, Ada, "met"): drugs only where joined to another drug.
_AMBIGUOUS = frozenset("ada lap tras ox met iri cape bini enco soto laro tuca fu io s-1 s1 ts-1 bev".split())
# Those of them that in notes on this disease are hardly anything else.
_ALWAYS_FINE = frozenset({"bev", "iri", "enco", "tuca", "laro", "io", "s-1", "ts-1", "cape", "fu"})
_TITLE = re.compile(r"\b(?:dr|mr|mrs|ms|prof|nurse|sister)\.?\s+$")
_JOINED_BEFORE = re.compile(r"[a-z0-9][/+&-]\s?$|[a-z] [/+&] $")
_JOINED_AFTER = re.compile(r"^\s?[/+&-]\s?[a-z]|^\s[/+&] [a-z]")
_MARKER_NOT_DRUG = re.compile(r"^\s*(?:mutat|mutant|fusion|amplif|status|wild|wt\b|express)")
# Abbreviations that are drugs only where joined to one: "FOLFIRI-pan".
_SHORT = re.compile(
    r"(?<=[a-z0-9])(?:\s?[/+-]\s?(?P<joined>pan|cet|ram|afli|bv|bevac)|\s(?P<apart>cet|afli|bv|bevac))(?![a-z])"
)
_SHORT_FOR = {
    "pan": "panitumumab", "cet": "cetuximab", "ram": "ramucirumab", "afli": "aflibercept", "bv": "bevacizumab",
    "bevac": "bevacizumab",
}  # fmt: skip
# What takes back the drug before it.
_STRUCK = re.compile(
    r"\b(?:strike that|scratch that|correction|sorry|i mean\w*|make that|no wait|should (?:read|be|say)|was in fact)\b"
)
# What joins drugs of one course.
_JOINT = re.compile(r"\s*[/+&-]\s*|\s+(?:and|plus)\s+")


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
    trial: bool = False


def named_therapies(message: Message, lexicon: Lexicon, mentions: Sequence[Mention]) -> list[Therapy]:
    """All therapies that the message names, in order, their status still open; `mentions` are all names of the lexicon
    in it.
    """
    found = [
        therapy
        for mention in mentions
        if mention.kind in _KINDS and _is_drug(message, mention) and (therapy := _therapy(mention, lexicon)) is not None
    ]
    found += [therapy for mention in mentions if (therapy := _trial_drug(message, mention))]
    return sorted([*found, *_abbreviated(message, lexicon, found)], key=lambda therapy: therapy.start)


# What a patient of the trial may have had, whichever arm.
_DRUG_OF_TRIAL = {
    "sunlight": "ftd_tpi", "recourse": "ftd_tpi", "terra": "ftd_tpi", "velo": "ftd_tpi", "correct": "regorafenib",
    "concur": "regorafenib", "fresco": "fruquintinib", "fresco_2": "fruquintinib", "beacon": "braf_inhibitor",
    "breakwater": "braf_inhibitor", "codebreak_300": "kras_g12c_inhibitor", "krystal_1": "kras_g12c_inhibitor",
    "krystal_10": "kras_g12c_inhibitor", "codebreak_100": "kras_g12c_inhibitor", "mountaineer": "anti_her2",
    "mountaineer_03": "anti_her2", "heracles_a": "anti_her2", "heracles_b": "anti_her2", "mypathway": "anti_her2",
    "triumph": "anti_her2", "tapur": "anti_her2", "destiny_crc01": "anti_her2", "destiny_crc02": "anti_her2",
    "keynote_177": "immunotherapy", "checkmate_142": "immunotherapy", "checkmate_8hw": "immunotherapy",
}  # fmt: skip
_TOOK_PART = re.compile(
    r"\b(?:in|on|within|had|received|entered|part of|enrolled in|randomi[sz]ed in)\s+(?:the\s+)?(?:phase \w+ )?$"
)


def _trial_drug(message: Message, mention: Mention) -> Therapy | None:
    """The drug that a patient may have had in a trial that the text says he took part in."""
    agent = _DRUG_OF_TRIAL.get(mention.id)
    before = message.plain[max(0, mention.start - 30) : mention.start]
    asked = message.words(message.sentence_at(mention.start)).rstrip().endswith("?")
    if agent is None or asked or not _TOOK_PART.search(before):
        return None
    return Therapy((mention.id,), frozenset({agent}), False, mention.start, mention.end, trial=True)


def is_struck_out(message: Message, found: Sequence[Therapy], number: int) -> bool:
    """Whether the drug `found[number]` is taken back by what follows it: "FOLFIRI-cetuximab (strike that, it was
    FOLFIRI-aflibercept)".
    """
    end = found[number].end
    for other in found[number + 1 : number + LONGEST_LIST]:
        between = message.plain[end : other.start]
        if _STRUCK.search(between) and len(between) < 50 and message.sentence_at(end).end >= other.start:
            return True
        if not _JOINT.fullmatch(between):
            return False
        end = other.end
    return False


def is_late_line(therapy: Therapy) -> bool:
    """Whether the drug is a line of its own even when named alone."""
    return bool(therapy.agents & _LATE)


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


def _therapy(mention: Mention, lexicon: Lexicon) -> Therapy | None:
    entry = lexicon.entries[mention.id]
    agents = _agents_of(lexicon, mention.id)
    chemotherapy = mention.id == "chemotherapy"
    anticancer = bool(entry.classes) and "supportive_medication" not in entry.classes
    if not agents and not chemotherapy and not (mention.kind == "drug" and anticancer):
        return None
    backbone = mention.kind == "regimen" and bool(agents & set(CHEMO_AGENTS))
    ids = entry.parts if mention.kind == "regimen" and entry.parts else (mention.id,)
    return Therapy(tuple(ids), agents, backbone, mention.start, mention.end, chemotherapy=chemotherapy)


def _agents_of(lexicon: Lexicon, name: str) -> frozenset[str]:
    """The agents of rules §1.2 that a drug, regimen or class of the lexicon stands for."""
    entry = lexicon.entries[name]
    own = ({name, *entry.classes} | _AGENT_OF.get(name, set())) & set(AGENTS)
    return frozenset(own.union(*(_agents_of(lexicon, part) for part in entry.parts)))


def _abbreviated(message: Message, lexicon: Lexicon, found: Sequence[Therapy]) -> list[Therapy]:
    ends = {therapy.end for therapy in found}
    return [
        Therapy((name,), _agents_of(lexicon, name), False, *match.span(match.lastgroup or 0))
        for match in _SHORT.finditer(message.plain)
        if match.start() in ends and (name := _SHORT_FOR[match[match.lastgroup or 0]]) in lexicon.entries
    ]
