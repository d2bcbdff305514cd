"""Patients as they may be told or read, and what is said of them: what the tests of advice and its answers share."""

from __future__ import annotations

import re
from typing import Any

from app.answer import Answer
from app.patient.profile import AGENTS, Profile, Source, profile_of
from app.patient.reading import Reading, Remark, Remarks
from app.rules import notes, tests_to_order
from app.rules.advice import cautions_for
from app.rules.case import Note
from app.rules.engine import evaluate
from app.rules.records import Verdict

CHEMO: dict[str, object] = {"prior.fluoropyrimidine": True, "prior.oxaliplatin": True, "prior.irinotecan": True}
REFRACTORY: dict[str, object] = {**CHEMO, "prior.anti_vegf": True, "lines": 2, "ras": "mutant"}
WILD: dict[str, object] = {"ras": "wild_type", "braf_v600e": False, "braf_other": False}
ALWAYS = 3  # notes: a trial, all drugs, availability


def said(words: str) -> Source:
    return Source("text", words, 0, 0, len(words))


def remark(*names: str, words: str = "") -> Remark:
    return Remark(names, said(words or names[-1]))


def reading(facts: dict[str, object], **remarks: Any) -> Reading:
    profile = profile_of(facts)
    return Reading("patient", profile, profile, remarks=Remarks(**remarks))


def notes_for(facts: dict[str, object], **remarks: Any) -> tuple[Note, ...]:
    read = reading(facts, **remarks)
    return notes.notes_on(read, evaluate(read.considered))


def with_words(found: tuple[Note, ...], *words: str) -> list[Note]:
    return [note for note in found if all(word in note.text for word in words)]


def ordered_for(facts: dict[str, object], **remarks: Any) -> dict[str, tests_to_order.Test]:
    read = reading(facts, **remarks)
    return {test.name: test for test in tests_to_order.tests_to_order(read, evaluate(read.considered))}


def verdict_on(id_: str, profile: Profile) -> Verdict:
    return next(verdict for verdict in evaluate(profile) if verdict.id == id_)


def cautions(id_: str, facts: dict[str, object], **remarks: Any) -> tuple[str, ...]:
    read = reading(facts, **remarks)
    return cautions_for(verdict_on(id_, read.considered), read)


EVERYTHING = Remarks(
    contraindicated=(remark("irinotecan"), remark("anti_egfr", "cetuximab")),
    adjuvant_only=("oxaliplatin",),
    last_line=("anti_egfr",),
    possible=(remark("regorafenib"),),
    other_markers=(remark("tmb", words="TMB high"),),
    asked=(remark("nintedanib"),),
    braf_allele_unknown=True,
)
PATIENTS: tuple[dict[str, object], ...] = (
    {"age": 70},
    {**REFRACTORY, "fit": False, "her2": "positive"},
    {**CHEMO, "her2": "positive", "braf_v600e": True, "mmr": "deficient"},
    {"ras": "mutant", "braf_v600e": True, "prior.oxaliplatin": True},
    {**WILD, "her2": "positive", "prior.anti_egfr": True, "anti_egfr_response": True},
    {**WILD, "braf_other": True, "prior.oxaliplatin": True},
    {"mmr": "deficient", "lines": 0, **dict.fromkeys([f"prior.{agent}" for agent in AGENTS], False)},
    {"ras": "wild_type", "prior.irinotecan": False, "prior.oxaliplatin": True},
)

# --- patients in words, and their answers -----------------------------------------------------------------------------

EXAMPLE = "68M L-sided mCRC, RASwt BRAFwt MSS HER2-, s/p FOLFOX/bev -> FOLFIRI/cetux (PR 8mo) -> PD, ctDNA RAS/BRAF wt"
TOLD = {
    "example": [EXAMPLE],
    "chemotherapy first": ["55F mCRC, KRAS G12C, FOLFOX/bev progressed, never had irinotecan. Options?"],
    "unfit": ["70M mCRC, ECOG 3, KRAS G12D, s/p FOLFOX, FOLFIRI, bev, MSS, HER2 unknown"],
    "two targets": ["mCRC, BRAF V600E, MSI-H, s/p FOLFOX. Nintedanib?"],
    "HER2 and RAS": ["60M mCRC HER2 3+, KRAS G12D, s/p FOLFOX, FOLFIRI and bevacizumab"],
    "unknown markers": ["My patient with mCRC had FOLFOX and FOLFIRI, RAS wt"],
    "contradiction": ["mCRC, MSI-H and pMMR, s/p FOLFOX"],
    "what if": [EXAMPLE, "what if he were MSI-H?"],
    "nothing left": [
        "62M mCRC RAS wt BRAF wt MSS HER2 negative NTRK negative, FOLFOX-bev, FOLFIRI-cetuximab (best response PD), "
        "Lonsurf + bev, regorafenib, fruquintinib, all progressed"
    ],
    "HER2, RAS unknown": ["60M mCRC HER2 3+, s/p FOLFOX, FOLFIRI and bevacizumab"],
    "contraindicated": ["71F mCRC KRAS G12V, MSS, FOLFIRI + bev, oxaliplatin contraindicated because of neuropathy"],
    "velo": [EXAMPLE, "FTD/TPI + panitumumab?"],
}
MARKS = re.compile(r"(?: ?\[\d+\])+")


def option_of(answer: Answer, name: str) -> dict[str, Any]:
    return next(option for option in answer.options or () if option["id"] == name)


def marks_in(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\[(\d+)\]", text)}


def used_numbers(answer: Answer) -> set[int]:
    """Every number that the answer's text, options, tests and figures cite."""
    used = marks_in(answer.answer)
    for option in answer.options or ():
        used |= {*option["citations"], *option["evidence"]} | marks_in(" ".join(option["key_figures"]))
        used |= {number for criterion in option["criteria"] for number in criterion["citations"]}
    return used.union(*(test["citations"] for test in answer.tests))


def unmarked(answer: Answer) -> str:
    return MARKS.sub("", answer.answer)


def paragraphs(answer: Answer) -> list[str]:
    return unmarked(answer).split("\n\n")


def numbered(answer: Answer) -> list[str]:
    """The paragraphs on the open options."""
    return [part for part in paragraphs(answer) if re.match(r"\d+\. ", part)]


def items_under(heading: str, answer: Answer) -> list[str]:
    parts = paragraphs(answer)
    return parts[parts.index(heading) + 1].split("\n") if heading in parts else []
