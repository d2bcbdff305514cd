"""Whether a turn that speaks of a patient wants to know what is known in general: what the evidence says, why a drug
works, a subject on which no option turns (interactions, costs).
"""

from __future__ import annotations

import re

from app.rules.consultation import Consultation
from index.lexicon import Lexicon
from index.sentences import split_sentences

# "What do the authors suggest?" asks for options; "what do the data show?" does not.
_SOURCE = re.compile(
    r"\b(?:evidence|data|review|authors?|paper|article|literature|trials?|stud(?:y|ies))\b[^.?!]{0,25}"
    r"\b(?:says?|shows?|shown|tells?|reports?|reported|finds?|found|mentions?|discuss\w*|describes?)\b"
    r"|\banything (?:on \w+ )?in (?:the|this|your) (?:review|paper|article|literature)\b"
    r"|\bhow (?:many|common|often|rare)\b[^.?!]{0,20}\b(?:cancers|tumou?rs|patients|people|cases)\b"
    r"|\b(?:is|are|was|were)\b[^.?!]{0,30}\b(?:described|reported|published|mentioned|discussed)\b",
    re.I,
)
_BIOLOGY = re.compile(
    r"\b(?:biolog\w+|mechanis\w+|molecular basis|pharmacolog\w+)\b"
    r"|\bwhy (?:might|would|could|should|does|do|can|may)\b[^.?!]{0,60}\bwork",
    re.I,
)
_OPTIONS = re.compile(
    r"\b(?:options?|next|now|eligib\w+|candidates?|qualif\w+|recommend\w*|suggest\w*|advis\w+|offer\w*|"
    r"what (?:else|to do|would you|should|can)|which (?:drugs?|treatments?|therap\w+|regimens?))\b",
    re.I,
)
# A pronoun for a person: then the evidence is asked for in that person's case.
_THE_PERSON = re.compile(r"\b(?:he|she|him|her|for this|for my|for our)\b", re.I)
_FEW = 1
_PERSONAL = frozenset({"age", "sex"})


def asks_for_evidence(turn: str, consultation: Consultation, lexicon: Lexicon) -> bool:
    """Whether the turn's last question is a general one, and none of its sentences asks what to do."""
    sentences = [turn[start:end] for start, end in split_sentences(turn)]
    last = sentences[-1] if sentences else turn
    asked = re.split(r"[;:]\s", last)[-1]
    if (
        not _OPTIONS.search(asked)
        and not _THE_PERSON.search(asked)
        and (_SOURCE.search(asked) or _BIOLOGY.search(asked))
    ):
        return True
    if any(_OPTIONS.search(sentence) for sentence in sentences) or _facts(consultation) > _FEW:
        return False
    return any(lexicon.entries[mention.id].subject for mention in lexicon.find(turn) if mention.kind == "topic")


def _facts(consultation: Consultation) -> int:
    """How many facts were told of the patient, beside age and sex and what is only assumed."""
    reading = consultation.reading
    told = [fact for fact in reading.stored.facts if fact.source.kind != "assumed" and fact.field not in _PERSONAL]
    return len(told) + len(reading.hypothetical) + len(reading.contradictions)
