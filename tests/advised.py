"""Patients as they may have been read, and what the rules say of them: what the tests of advice share."""

from __future__ import annotations

from typing import Any

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
