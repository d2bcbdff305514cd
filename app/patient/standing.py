"""Whether a text speaks of a patient at all, and whether of one with metastatic colorectal cancer (rules §2)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from app.patient.findings import Finding
from app.patient.organs import folded
from app.patient.profile import Source
from app.patient.reading import Scope
from app.patient.spread import is_metastatic
from app.patient.subjects import (
    asks_for_evidence,
    asks_how,
    at_large,
    is_plain_question,
    names_one_person,
    signs_of_patient,
    speaks_of_nobody,
)
from app.patient.turns import Known, Turn

_TREATED = re.compile(
    r"\b(?:after|post|following|progress\w*|failed|pretreated|refractory|received|had|prior|previous\w*|s/p|then|given|"
    r"resistant|since|nach|puis|tras|efter|dopo|[1-5]l|pd|pr|sd)\b|→|->"
)
# What a patient has is corrected or found out: "New histology: …", "turns out the primary is …".
_FOUND_OUT = re.compile(
    r"\b(?:histolog\w*|patholog\w*|cytolog\w*|biops\w*|immuno\w*|ihc|diagnos\w*|primary|turns? out|turned out|actually|"
    r"correction|corrected|sorry|meant|mistake|wrong|not (?:a )?(?:colorectal|crc|colon|bowel|rectal)|revised|revision|"
    r"reviewed?|in fact|after all|it'?s|it is|this is|he has|she has|really)\b"
)
# Facts that tell of no colorectal cancer, of no patient where one is named, of no patient at all.
_OF_ANYONE = ("age", "sex", "ecog", "fit", "lines")
_OF_ANY_PATIENT = ("sex", "aim")
_OF_ANY_TEXT = ("sex", "aim", "age", "ecog", "fit")
# Words of notes: what else stands in them, beside drugs and markers, makes it prose.
_NOTE_WORDS = frozenset(
    """
    after and any are arm all also asap candidate chemo chemotherapy confirmed continued current currently
    cycles due duration eligible exhausted failed failure first for following fourth from given had has have
    intolerance intolerant left right line lines mg months mos new next not now off ongoing only option
    options or other over plus poor post previous previously prior progressed progressing progression
    progressive received receiving recommend refractory response rechallenge second sided since started
    stopped suggest systemic then therapies therapy third to today treated treatment try unknown until was
    weeks were what which with without yet years advice advise best please pls thanks left-sided resistant
    resistance tumour tumor positive negative mutant mutated mutation wild type wildtype amplified
    amplification fusion loss high low status stable unstable deficient proficient could can should offer give
    get the on in of at by a an no wt mut pd pr sd cr tested testing pending result results age fit tolerated
    well toxicity neuropathy maintenance adjuvant by biopsy rebiopsy ihc fish ngs panel liquid reported report found
    declined refused ordered shown shows
    """.split()
)
_NOTE_WORD = re.compile(r"[a-z]+")
_MARKER_WORD = re.compile(
    r"[kn]?ras\w*|b?raf\w*|her\w?|ntrk|ms[is]\w?|[dp]?mmr|erbb\w*|(?!(?:be|is|do|you|we|how|why|who|our|its|"
    r"may)$)[a-z]{1,3}"
)


def scope_of(known: Known, given: bool) -> Scope:
    """Whether there is a patient with metastatic colorectal cancer to judge; `given`: a profile was given beside the
    text (rules §2).
    """
    if _is_of_another_cancer(known):
        return "other_cancer"
    if not given and not _is_about_a_patient(known.turns):
        return "no_patient"
    return "patient" if is_metastatic(known.turns) else "not_metastatic"


def _is_of_another_cancer(known: Known) -> bool:
    """Whether another cancer is what the patient has: the last turn that names the patient's cancer counts; other
    cancers alone count too where no fact of a colorectal one is told.
    """
    standing: bool | None = None
    alone = False
    for number, turn in enumerate(known.turns):
        cancers, found_out = turn.cancers, bool(number and _FOUND_OUT.search(turn.message.plain))
        if cancers.other_alone or (found_out and cancers.other_is_diagnosis and not cancers.own):
            standing = alone = True
        elif cancers.own and not (alone and not found_out):
            standing = alone = False
        elif cancers.other_is_diagnosis and standing is None:
            standing = True
    if standing is None and any(turn.cancers.others for turn in known.turns):
        return not _telling(known.findings, _OF_ANYONE)
    return bool(standing)


def _telling(findings: Iterable[Finding], of_anyone: Container[str]) -> list[Finding]:
    """The findings but for those that anyone may have: of the names in `of_anyone`, or therapy that was not given."""
    return [
        finding
        for finding in findings
        if finding.name not in of_anyone and not (finding.name.startswith("prior.") and not finding.value)
    ]


def _is_about_a_patient(turns: Sequence[Turn]) -> bool:
    """Whether the messages together state facts of one patient, and something only a patient has. What they say of
    people at large counts for neither.
    """
    facts = signs = False
    for turn in turns:
        if speaks_of_nobody(turn.message):
            continue
        words, spans = _words_on_one(turn)
        facts_here = _states_facts(turn, spans) and not _only_asks(turn, words)
        facts = facts or facts_here
        signs = signs or _shows_a_patient(turn, words, facts_here)
    return facts and signs


def _words_on_one(turn: Turn) -> tuple[str, list[tuple[int, int]]]:
    """The message's folded words without its sentences on people at large, and where those stand in what was typed."""
    words, origin = folded(turn.message.plain), turn.message.origin
    spans = list(at_large(turn.message))
    for span in spans:
        words = f"{words[: span.start]}{' ' * (span.end - span.start)}{words[span.end :]}"
    return words, [(origin[span.start], origin[span.end]) for span in spans]


def _states_facts(turn: Turn, at_large_spans: Sequence[tuple[int, int]]) -> bool:
    def on_one(source: Source) -> bool:
        return not any(start <= (source.start or 0) < end for start, end in at_large_spans)

    of_anyone = _OF_ANY_PATIENT if turn.cancers.bowel else _OF_ANY_TEXT
    stated = [finding for finding in turn.findings if finding.value is not None and on_one(finding.source)]
    return bool(_telling(stated, of_anyone)) or (turn.told.names and not at_large_spans)


def _only_asks(turn: Turn, words: str) -> bool:
    """Whether the message only asks about the field: a question or a request with nobody's history in it."""
    if names_one_person(words):
        return False
    if asks_for_evidence(turn.message, words, turn.told.names):
        return True
    if is_plain_question(turn.message, words):
        return asks_how(words) or not (turn.told.names and _TREATED.search(words))
    return False


def _shows_a_patient(turn: Turn, words: str, facts: bool) -> bool:
    """Whether something stands in the words that only a patient has, or they are a history in note form."""
    if not words.strip():
        return False
    if signs_of_patient(words) or any(finding.name == "primary_side" for finding in turn.findings):
        return True
    if turn.cancers.bowel:
        return True
    treated = turn.told.names and bool(_TREATED.search(words))
    tested = any(not finding.name.startswith(("prior.", "lines")) for finding in turn.findings)
    return facts and (treated or (turn.told.regimen and tested)) and _is_a_note(turn)


def _is_a_note(turn: Turn) -> bool:
    """Whether hardly any word stands beside drugs, markers and the words of a history."""
    said = turn.message.said
    sources = [finding.source for finding in turn.findings]
    sources += [remark.source for remark in (*turn.told.asked, *turn.told.possible, *turn.told.contraindicated)]
    covered = [(source.start or 0, source.end or 0) for source in sources]
    found = list(_NOTE_WORD.finditer(folded(said.lower()) if len(said.lower()) == len(said) else turn.message.plain))
    strange = [
        word.group()
        for word in found
        if word.group() not in _NOTE_WORDS
        and not _MARKER_WORD.fullmatch(word.group())
        and not any(start <= word.start() < end for start, end in covered)
    ]
    return len(strange) <= max(1, len(found) // 8)
