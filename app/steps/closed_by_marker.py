"""Whether a marker closes a therapy, for questions without a patient: the rules' verdict on that marker alone (§2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.patient.profile import Value, profile_of
from app.patient.reading import Reading
from app.rules.case import listed
from app.rules.consultation import OptionAdvice, advise
from app.rules.records import Cite, Judged
from app.steps.advise_words import failing_criteria, in_running_text, why_closed
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.option_evidence import CATALOGUE
from app.steps.places import supports
from app.steps.prose import kinds_listed
from app.steps.replies import reply
from app.steps.understand import Question

_MUTANT: dict[str, Value] = {"ras": "mutant"}
_MEASURED = frozenset({"os", "pfs", "orr", "qol", "n"})
# What a marker of the lexicon states of a profile; an allele of KRAS that has no entry here is another than G12C.
_FACTS: dict[str, Mapping[str, Value]] = {
    "ras_mutant": _MUTANT,
    "kras_mutant": _MUTANT,
    "kras_g12c": {**_MUTANT, "kras_g12c": True},
    "ras_wild_type": {"ras": "wild_type", "kras_g12c": False},
    "kras_wild_type": {"kras_g12c": False},
    "braf_v600e": {"braf_v600e": True, "braf_other": False},
    "braf_non_v600e": {"braf_v600e": False, "braf_other": True},
    "braf_wild_type": {"braf_v600e": False, "braf_other": False},
    "pmmr_mss": {"mmr": "proficient"},
    "her2_negative": {"her2": "negative"},
}
_RAS_MUTATED = re.compile(r"\b[KN]?RAS\b(?: gene)?(?: is| was| are| turns out| shows? a)? (?:also )?mutat\w+", re.I)
_WHY_NOT = re.compile(r"\bwhy (?:not|can['’]?t|shouldn['’]?t|don['’]?t|isn['’]?t)\b", re.I)
_WHY_NOT = re.compile(r"\bwhy (?:not|can['’]?t|shouldn['’]?t|don['’]?t|isn['’]?t)\b", re.I)
_ALLELE = re.compile(r"kras_[agq]\d+\w*|ras_q61")
_ASKS_MORE = re.compile(
    r"\b(?:how many|how often|prevalen\w+|common|frequen\w+|mechanism\w*|resist\w*|trials?|stud(?:y|ies)|predict\w*|"
    r"prognos\w*|approv\w+|dos(?:e|age|ing)|side effects?|tox\w*|respon\w+|surviv\w*|compar\w+|versus|vs|table|"
    r"develop\w*|"
    r"achiev\w*|what did|results?|outcomes?|"
    r"emerg\w*|acquir\w*|appear\w*|during|after|sequence\w*|how (?:do|does|did|is|are)|what happens)\b",
    re.I,
)


def closed_by_marker(question: Question, base: EvidenceBase) -> Statement | None:
    """That the therapy asked about is closed to tumours with the marker named; None where it is not, or where the
    question asks for something else.
    """
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    if (
        (question.asks_why and not _WHY_NOT.search(question.text))
        or "trial" in kinds
        or _MEASURED & set(question.values)
        or question.statistics
        or question.asks_date
        or question.asks_share
    ):
        return None
    facts = _facts(question, base)
    if not facts or kinds_listed(question.text) or _ASKS_MORE.search(question.text):
        return None
    wanted = set(_options(question, base))
    profile = profile_of(facts)
    options = [option for option in advise(Reading("patient", profile, profile)).options if option.id in wanted]
    if not options or any(option.verdict != "not_eligible" for option in options):
        return None
    names = [option.name.partition(" (")[0] for option in options]
    required = any(_required(option) for option in options)
    text = reply(
        "closed_by_marker" if required else "barred_by_marker",
        options="; ".join(map(in_running_text, names)),
        reasons=why_closed(options[0], profile, in_full=True),
        needs=listed(dict.fromkeys(judged.criterion.text for option in options for judged in _required(option))),
    )
    return Statement(text, supports(_grounds(options), base), ruled=text)


def _facts(question: Question, base: EvidenceBase) -> dict[str, Value]:
    """What the markers named say of a profile; empty where two of them say different things."""
    known: dict[str, Value] = {}
    said = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    said += ["ras_mutant"] if _RAS_MUTATED.search(question.text) else []
    for name in said:
        allele = {**_MUTANT, "kras_g12c": False} if _ALLELE.fullmatch(name) and name != "kras_g12c" else {}
        for field, value in (_FACTS.get(name) or allele).items():
            if known.setdefault(field, value) != value:
                return {}
    return known


def _options(question: Question, base: EvidenceBase) -> Iterator[str]:
    """The options that the therapies named belong to; a drug belongs to those that lead with it or with its class."""
    named = set(question.entities)
    named |= {kind for name in question.entities for kind in base.lexicon.entries[name].classes}
    if "rechallenge" in named or "anti_egfr_rechallenge" in named:
        yield "anti_egfr_rechallenge"
        return
    combined = named & {"braf_inhibitor", "kras_g12c_inhibitor"}
    for option in CATALOGUE.values():
        if option.drugs and option.drugs[0] in (combined or named):
            yield option.id


def _required(option: OptionAdvice) -> list[Judged]:
    """What the option requires and the marker fails."""
    return [judged for judged in failing_criteria(option) if judged.kind == "required"]


def _grounds(options: list[OptionAdvice]) -> list[Cite]:
    return [cite for option in options for judged in failing_criteria(option) for cite in judged.criterion.basis]
