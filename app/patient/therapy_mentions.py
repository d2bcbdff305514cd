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

# Drugs and classes whose classes in the lexicon name no agent of the rules.
_AGENT_OF = {
    "liposomal_irinotecan": {"irinotecan"},
    "tyrosine_kinase_inhibitor": {"regorafenib", "fruquintinib"},
}
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
_SHORT_LIST = re.compile(r"\b(?:5-?fu|fp|ox|oxa|iri|bev|cet|pan)\b\s*[,/;]\s*\b(?:5-?fu|fp|ox|oxa|iri|bev|cet|pan)\b")
_MARKER_NOT_DRUG = re.compile(r"^\s*(?:mutat|mutant|fusion|amplif|status|wild|wt\b|express)")
# Abbreviations that are drugs only where joined to one: "FOLFIRI-pan".
_SHORT = re.compile(
    r"(?<=[a-z0-9])(?:\s?[/+-]\s?(?P<joined>pan|cet|ram|aflib?|bv|bevac)|\s(?P<apart>cet|aflib?|bv|bevac)|"
    r"\s?[/+-]\s?(?P<letter>[a-z])(?![a-z0-9/+-]|\.[a-z0-9]))(?![a-z])"
)
_SHORT_FOR = {
    "pan": "panitumumab", "cet": "cetuximab", "ram": "ramucirumab", "afli": "aflibercept", "aflib": "aflibercept",
    "bv": "bevacizumab",
    "bevac": "bevacizumab", "b": "bevacizumab", "p": "panitumumab", "c": "cetuximab",
}  # fmt: skip
# What takes back the drug before it.
_STRUCK = re.compile(
    r"\b(?:strike that|scratch that|correction|sorry|(?:i )?misspoke|"
    r"i mean\w*|make that|no wait|should (?:read|be|say)|was in fact)\b"
)
# What joins drugs of one course.
_JOINT = re.compile(r"\s*[/+&-]\s*|\s+(?:and|plus)\s+")


@dataclass(frozen=True, slots=True)
class Therapy:
    """One mention: the lexicon ids and agents it stands for, whether it is a chemotherapy backbone, its status;
    `uncertain`: whether its agents were given cannot be told from it (a trial's drug, "FOLFOX-A", "a doublet");
    `blinded`: one arm of a trial that nobody has unblinded.
    """

    ids: tuple[str, ...]
    agents: frozenset[str]
    backbone: bool
    start: int
    end: int
    status: Status = "given"
    hypothetical: bool = False
    chemotherapy: bool = False
    uncertain: bool = False
    blinded: bool = False


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
    found += _by_number(message, found)
    found += _unnamed_antibody(message, found)
    found += _three_letters(message, found)
    found += _lone_cape(message, lexicon, found)
    return sorted([*found, *_abbreviated(message, lexicon, found)], key=lambda therapy: therapy.start)


# "has had cape on its own": the short name by itself, where words of treatment stand before it.
_LONE_CAPE = re.compile(
    r"\b(?:had|got|on|given|received|just|only|some|with|then|of|managed|started|tried|and|any|"
    r"oral)[ (]+(?P<drug>cape)\b"
    r"(?! ?(?:town|verde|cod))|(?<=\()(?P<bare>cape)(?=\))"
)


def _lone_cape(message: Message, lexicon: Lexicon, found: Sequence[Therapy]) -> list[Therapy]:
    made = []
    for match in _LONE_CAPE.finditer(message.plain):
        start, end = match.span("drug" if match["drug"] else "bare")
        if not any(therapy.start < end and start < therapy.end for therapy in found):
            made.append(Therapy(("capecitabine",), _agents_of(lexicon, "capecitabine"), False, start, end))
    return made


# "triplet + bev", "a doublet": how many cytotoxic drugs, and for three of them which.
_BY_NUMBER = re.compile(
    r"(?<![a-z-])(?:(?P<three>triplets?)|(?P<two>doublets?))(?:[ -](?:chemo\w*|regimen|therapy|cytotoxics?))?(?![a-z-])"
)
_OF_TARGETED = re.compile(r"\b(?:braf|beacon|enco\w*|targeted|bini\w*|her-?2)\W{1,3}(?:\w+\W{1,3}){0,2}$")
_FOLFOXIRI = ("fluorouracil", "leucovorin", "oxaliplatin", "irinotecan")


def _by_number(message: Message, found: Sequence[Therapy]) -> list[Therapy]:
    made = []
    for match in _BY_NUMBER.finditer(message.plain):
        start, end = match.span()
        if any(therapy.start < end and start < therapy.end and therapy.agents for therapy in found):
            continue
        if _OF_TARGETED.search(message.plain[max(0, start - 30) : start]):
            continue
        if match["three"]:
            made.append(Therapy(_FOLFOXIRI, frozenset(CHEMO_AGENTS), True, start, end))
        elif not any(therapy.backbone and _is_beside(message, match, therapy) for therapy in found):
            made.append(Therapy(("doublet_chemotherapy",), frozenset(CHEMO_AGENTS), False, start, end, uncertain=True))
    return made


def _is_beside(message: Message, doublet: re.Match[str], regimen: Therapy) -> bool:
    """ "FOLFOX doublet", "doublet (CAPOX)": the regimen is the doublet."""
    between = message.plain[min(regimen.end, doublet.end()) : max(regimen.start, doublet.start())]
    return bool(re.fullmatch(r"[ -]?|\s?[(:=]\s?|,? (?:with|of|i\.e\.) ", between))


# "there was an antibody with one of them": which class, nobody says.
_AN_ANTIBODY = re.compile(
    r"\b(?:an|one|some|some (?:kind|sort) of|the) (?:antibody|biologic\w*|monoclonal|mab)\b(?! ?(?:test|stain|naive|"
    r"free))"
)
_ANTIBODIES = frozenset({"anti_vegf", "anti_egfr"})


def _unnamed_antibody(message: Message, found: Sequence[Therapy]) -> list[Therapy]:
    made = []
    for match in _AN_ANTIBODY.finditer(message.plain):
        sentence = message.sentence_at(match.start())
        if not any(therapy.agents & _ANTIBODIES and sentence.holds(therapy.start, therapy.end) for therapy in found):
            made.append(Therapy(("antibody",), _ANTIBODIES, False, *match.span(), uncertain=True))
    return made


# FFX is FOLFOX to some and FOLFIRINOX to others: what both hold was given, irinotecan perhaps. FFI is FOLFIRI.
_FFX = re.compile(r"(?<![a-z])m?ff(?:x|(?P<iri>i))(?![a-z])")


def _three_letters(message: Message, found: Sequence[Therapy]) -> list[Therapy]:
    made = []
    for match in _FFX.finditer(message.plain):
        if not any(therapy.start < match.end() and match.start() < therapy.end for therapy in found):
            if match["iri"]:
                folfiri = ("fluorouracil", "leucovorin", "irinotecan")
                made.append(Therapy(folfiri, frozenset({"fluoropyrimidine", "irinotecan"}), True, *match.span()))
                continue
            agents = frozenset({"fluoropyrimidine", "oxaliplatin"})
            made.append(Therapy(_FOLFOXIRI[:3], agents, True, *match.span()))
            made.append(Therapy(("irinotecan",), frozenset({"irinotecan"}), False, *match.span(), uncertain=True))
    return made


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
# All arms of these had it.
_GIVEN_IN_ALL_ARMS = frozenset(
    "mountaineer heracles_a heracles_b destiny_crc01 destiny_crc02 codebreak_100 krystal_1 checkmate_142".split()
)
_TOOK_PART = re.compile(
    r"\b(?:in|on|within|had|received|entered|part of|enrolled in|randomi[sz]ed in)\s+(?:the\s+)?(?:phase \w+ )?$"
)
# "then MOUNTAINEER for nine months", "FRESCO-2, control arm"
_HAD_A_TIME = re.compile(
    r"\s*(?:trial |study |regimen )?\(?(?:for (?:\w+ ){1,2}(?:months?|weeks?|cycles?)\b|x ?\d|\d+ (?:cycles|months|"
    r"weeks)\b|"
    r",? ?(?:the )?(?:\w+ )?arm\b|,? (?:until|till) |(?:from |in )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)\w* "
    r"(?:to|until|-) )"
)


def _trial_drug(message: Message, mention: Mention) -> Therapy | None:
    """The drug that a patient may have had in a trial that the text says he took part in."""
    agent = _DRUG_OF_TRIAL.get(mention.id)
    before = message.plain[max(0, mention.start - 30) : mention.start]
    asked = message.words(message.sentence_at(mention.start)).rstrip().endswith("?")
    after = message.plain[mention.end : mention.end + 40]
    if agent is None or asked or not (_TOOK_PART.search(before) or _HAD_A_TIME.match(after)):
        return None
    uncertain = mention.id not in _GIVEN_IN_ALL_ARMS
    return Therapy((mention.id,), frozenset({agent}), False, mention.start, mention.end, uncertain=uncertain)


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
    if word.startswith("triplet t") and not _OF_TARGETED.search(before[-30:]):
        return False
    if mention.kind == "class" and _MARKER_NOT_DRUG.match(after):
        return False
    if word not in _AMBIGUOUS:
        return True
    if _TITLE.search(before[-12:]):
        return False
    joined = bool(_JOINED_BEFORE.search(before[-4:]) or _JOINED_AFTER.match(after)) or _is_listed(message, mention)
    return joined or (word in _ALWAYS_FINE and not (word == "cape" and after.startswith(" town")))


def _is_listed(message: Message, mention: Mention) -> bool:
    """ "prior FP, OX, IRI, BEV": in a list of other short names."""
    return bool(_SHORT_LIST.search(message.plain, max(0, mention.start - 8), mention.end + 8))


def _therapy(mention: Mention, lexicon: Lexicon) -> Therapy | None:
    entry = lexicon.entries[mention.id]
    agents = _agents_of(lexicon, mention.id)
    chemotherapy = mention.id == "chemotherapy"
    anticancer = bool(entry.classes) and "supportive_medication" not in entry.classes
    if not agents and not chemotherapy and not (mention.kind == "drug" and anticancer):
        return None
    backbone = mention.kind == "regimen" and bool(agents & set(CHEMO_AGENTS))
    ids = entry.parts if mention.kind == "regimen" and entry.parts else (mention.id,)
    vague = mention.id == "tyrosine_kinase_inhibitor"
    return Therapy(tuple(ids), agents, backbone, mention.start, mention.end, uncertain=vague, chemotherapy=chemotherapy)


def _agents_of(lexicon: Lexicon, name: str) -> frozenset[str]:
    """The agents of rules §1.2 that a drug, regimen or class of the lexicon stands for."""
    entry = lexicon.entries[name]
    own = ({name, *entry.classes} & set(AGENTS)) | _AGENT_OF.get(name, set())
    return frozenset(own.union(*(_agents_of(lexicon, part) for part in entry.parts)))


def _abbreviated(message: Message, lexicon: Lexicon, found: Sequence[Therapy]) -> list[Therapy]:
    ends = {therapy.end: therapy for therapy in found}
    made = []
    for match in _SHORT.finditer(message.plain):
        group = match.lastgroup or "joined"
        before = ends.get(match.start())
        if before is None or (group == "letter" and not before.backbone):
            continue
        name = _SHORT_FOR.get(match[group])
        # "FOLFOX-B" is a habit; behind a slash the letter may stand for anything.
        slashed = group == "letter" and message.plain[match.start() : match.end()].lstrip().startswith("/")
        if name in lexicon.entries and not slashed:
            made.append(Therapy((name,), _agents_of(lexicon, name), False, *match.span(group)))
        elif group == "letter":  # an antibody, but which?
            antibodies = frozenset({"anti_vegf", "anti_egfr"})
            made.append(Therapy(("monoclonal_antibody",), antibodies, False, *match.span(group), uncertain=True))
    return made
