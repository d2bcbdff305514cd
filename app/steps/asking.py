"""Whether a conversation states one patient, and whether its last turn asks about that patient or about the review.

Any marker or drug that is named could be a patient's; what tells one person from the field is how it is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from app.rules.consultation import Consultation
from app.steps.asking_clause import is_full_question, pieces
from app.steps.asks_evidence import asks_for_evidence
from app.steps.guard import changes_instructions
from app.steps.understand import understand
from index.lexicon import Lexicon

# One person: age and sex, he and she, "my patient", performance status, a course of treatment.
_PERSON = re.compile(
    r"\b\d{2}\s?-?(?:[MF]\b|yo\b|y/o\b|y\.\s?o\.|(?:-|\s)?years?(?:-|\s)old|yrs?\b)|\b[MF]\s?/\s?\d{2}\b|\bs/p\b"
    r"|\b(?:my|our|this) (?:[\w-]+ ){0,3}?(?:patient|pt|lady|gentleman|man|woman|case)\b"
    r"|\b(?:he|she|him|her|his|hers)\b|\b(?:ECOG|WHO|KPS)\s?(?:PS\s?)?[0-4]\b|\bPS\s?[0-4]\b"
    r"|^\W*(?:a |the )?(?:wo)?man\b|\b(?:a|the) (?:wo)?man\b(?! (?:keep|use|take|be|have to|still|avoid|wait))|"
    r"\b(?:wo)?man of \d{2}\b|\bfemale\b|\bmale\b"
    r"|\b(?:the|new|different) (?:patient|pt)\b(?!s)|\b(?:pt|patient):|\bcase (?:for|no|\d)|\bage:? \d{2}\b"
    r"|\b(?:got|have|see|seeing|for) (?:somebody|someone|one of (?:my|our) patients)\b|\bone of (?:my|our) patients\b"
    r"|\bI(?:'m| am)? (?:have|see|saw|treating|counselling) an? [^.?]{0,40}patient\b",
    re.I,
)
_THIS_ONE = re.compile(
    r"\b(?:my|our|this) (?:[\w-]+ ){0,3}?(?:patient|pt|lady|gentleman|man|woman|case)\b|"
    r"\b(?:somebody|someone|one of (?:my|our) patients|an? (?:new )?(?:patient|referral|case) (?:of mine|coming|"
    r"with|tomorrow|"
    r"today|in clinic))\b|\b(?:he|she)\b",
    re.I,
)
_HISTORY = re.compile(r"\b(?:received|prior|previous\w*|progressed|failed|had|given|\d\+? lines)\b", re.I)
_OTHERS = re.compile(r"\bpatients\b|\bpeople\b", re.I)
_LINES_TOLD = re.compile(r"\b(?:\d|one|two|three|four) (?:prior |previous |earlier )?lines?\b", re.I)
_COURSE = re.compile(r"->|→|⇒|=>|~>|\b[1-6]L\b|\b(?:[1-6](?:st|nd|rd|th)|first|second|third|fourth)[- ]line\b", re.I)
# What is wanted for a patient; without one these words ask what the authors say.
_WHAT_TO_DO = re.compile(
    r"\b(?:which|what) (?:one |option |drug )?(?:comes )?first\b|\b(?:options?|opts|next|now|what else|then|"
    r"recommend\w*|suggest\w*|advi[cs]e\w*|should|offer\w*|candidates?"
    r"|suitable|eligib\w+|qualif\w+|appropriate|treat\w*|therap\w+|try|give|rechallenge|role|tests?|order|why|[2-6]L)\b"
    r"|\bwhat to\b",
    re.I,
)
# A tumour or patient as such, of whom it is asked how or why something comes about.
_IN_GENERAL = re.compile(
    r"^\W*(?:how|why|by what mechanism) (?:does|do|can|could|may|might|is|are)\b[^.?!]{0,30}?\ban? "
    r"(?:[\w-]+ ){0,4}?(?:tumou?r|cancer|patient)\b",
    re.I,
)
_CLOSING = re.compile(
    r"\W*(?:(?:with|many|kind|kindest|best|warm|yours) )*(?:regards|wishes|thanks|yours|sincerely|faithfully|cheers|"
    r"greetings|mvh|mfg|cordialement)\b[^?]*$",
    re.I,
)
_SUPPOSES = re.compile(r"\bif\b|\b(?:suppos|hypothe|imagin|assum)\w*", re.I)
_QUESTION = re.compile(
    r"\?\W*$|^\W*(?:and |so |but )?(?:what|which|who|how|why|when|where|is|are|does|do|did|was|were|can|could|tell me"
    r"|explain|compare|list|give me|show|define|summari[sz]e|describe)\b",
    re.I,
)
_RESPONSE = re.compile(r"\b(?:PR|CR|SD|PD|partial|complete|stable|progressive)\b|\d\s?(?:mo|months?|m|wk|weeks?)\b")
# A regimen of two of these (FOLFOX, CAPIRI, …) is a line of somebody's treatment, not a drug of the review.
_BACKBONE = frozenset({"fluorouracil", "capecitabine", "s_1", "oxaliplatin", "irinotecan"})
_TRIAL_NAME = re.compile(
    r"\b(?!FOL|CAP|XEL|BRAF|KRAS|NRAS|HER|ECOG)[A-Z]{3,}[A-Za-z]*-?\d+\b|\b(?:trial|study|studies)\b"
)
_TRIALS_ASKED = re.compile(r"\b(?:which|what) (?:[\w/-]+ ){0,4}?(?:trials|studies)\b", re.I)
_TRIAL_ASKED = re.compile(r"\b(?:which|what) (?:trial|study)\b", re.I)
_NAMES_A_THERAPY = frozenset({"drug", "regimen", "class", "marker"})
# So many words a question in note form has at most ("PFS regorafenib").
_NOTE_FORM = 8


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns as the reader of patients is to see them (questions on the review blanked out, so that positions stay
    as they are), and whether the last one asks about the review; `asked` are the words of the last one that do, where
    it says something else before them.
    """

    turns: tuple[str, ...]
    asks_review: bool
    asked: str = ""


def states_patient(turns: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether any of the turns speaks of one person."""
    return any(_states_patient(turn, lexicon) and not changes_instructions(turn) for turn in turns)


def conversation(turns: tuple[str, ...], lexicon: Lexicon) -> Conversation:
    """What of the turns is about a patient, and what about the review."""
    kept = []
    of_patient = False
    for turn in turns:
        of_patient = _states_patient(turn, lexicon)
        if changes_instructions(turn):
            kept.append("")
            continue
        kept.append(_without_questions(turn, lexicon, of_patient))
    parts = [(turns[-1][start:end], is_asked) for start, end, is_asked in _parted(turns[-1], lexicon, of_patient)]
    # What a letter closes with asks nothing.
    parts = list(takewhile(lambda part: not _CLOSING.match(part[0]), parts)) or parts
    beside = [part for part, is_asked in parts if not is_asked]
    apart = beside and not any(_is_of_the_question(part, lexicon, of_patient) for part in beside)
    asked = " ".join(part for part, is_asked in parts if is_asked) if apart else ""
    return Conversation(tuple(kept), bool(parts and parts[-1][1]), asked)


def _is_of_the_question(part: str, lexicon: Lexicon, of_patient: bool) -> bool:
    """Whether words beside the questions may say what these are about: a trial or, where they tell of no patient, a
    therapy ("adagrasib alone: what was the response rate?").
    """
    return bool(_TRIAL_NAME.search(part)) or (not of_patient and _names_therapy(part, lexicon))


def asks_of_patient(turns: tuple[str, ...], seen: Conversation, consultation: Consultation, lexicon: Lexicon) -> bool:
    """Whether the last turn wants the patient weighed: it states or supposes facts, or asks what to do or what fits."""
    text = turns[-1]
    if seen.asks_review or changes_instructions(text) or asks_for_evidence(text, consultation, lexicon):
        return False
    if consultation.reading.scope == "patient" and not _knows_anything(consultation) and _names_therapy(text, lexicon):
        return False
    if _states_facts(consultation, len(turns) - 1) or _PERSON.search(text) or _WHAT_TO_DO.search(text):
        return True
    return _names_therapy(text, lexicon)


def _names_therapy(text: str, lexicon: Lexicon) -> bool:
    return any(mention.kind in _NAMES_A_THERAPY for mention in lexicon.find(text))


def _knows_anything(consultation: Consultation) -> bool:
    """Whether any fact of the patient was told beside age and sex, not only assumed."""
    reading = consultation.reading
    facts = (*reading.stored.facts, *reading.hypothetical)
    told = [fact for fact in facts if fact.source.kind != "assumed" and fact.field not in ("age", "sex")]
    return bool(told or reading.contradictions)


def asks_without_facts(turns: tuple[str, ...], seen: Conversation, lexicon: Lexicon) -> bool:
    """Whether it is asked what to do for a patient with colorectal cancer of whom nothing else is said."""
    said = " ".join(turns)
    own = any(lexicon.entries[mention.id].in_scope for mention in lexicon.find(said) if mention.kind == "cancer")
    return own and not seen.asks_review and bool(_THIS_ONE.search(said) and _WHAT_TO_DO.search(turns[-1]))


def _states_facts(consultation: Consultation, turn: int) -> bool:
    reading = consultation.reading
    if reading.contradictions or reading.hypothetical:
        return True
    sources = [fact.source for fact in reading.stored.facts]
    sources += [remark.source for remark in (*reading.remarks.asked, *reading.remarks.contraindicated)]
    return any(source.turn == turn for source in sources)


def _states_patient(turn: str, lexicon: Lexicon) -> bool:
    """Whether the turn speaks of one person: in so many words, or as a case is noted down (markers and regimens)."""
    general = _IN_GENERAL.match(turn) and not (_THIS_ONE.search(turn) or _WHAT_TO_DO.search(turn))
    person = _PERSON.search(turn)
    if general or person or _TRIAL_ASKED.search(turn):
        return bool(person and not general)
    mentions = lexicon.find(turn)
    regimens = {mention.id for mention in mentions if _is_backbone(mention.id, lexicon)}
    if len(regimens) > 1:
        return True
    if any(mention.kind == "trial" for mention in mentions) or _OTHERS.search(turn):
        return False
    markers = {mention.id.split("_")[0] for mention in mentions if mention.kind == "marker"}
    if regimens and (markers or _COURSE.search(turn) or _WHAT_TO_DO.search(turn)):
        return True
    asked = _QUESTION.search(turn)
    if not asked and _LINES_TOLD.search(turn) and any(lexicon.entries[mention.id].in_scope for mention in mentions):
        return True
    if asked and not _WHAT_TO_DO.search(turn):
        return False
    several = len(markers) > 1 or (bool(markers) and not asked and bool(_HISTORY.search(turn) or _COURSE.search(turn)))
    return several and not _measures(turn, lexicon)


def _without_questions(turn: str, lexicon: Lexicon, of_patient: bool) -> str:
    """The turn with spaces for every sentence, or end of one, that asks about the review."""
    for start, end, is_asked in _parted(turn, lexicon, of_patient):
        if is_asked:
            turn = f"{turn[:start]}{' ' * (end - start)}{turn[end:]}"
    return turn


@lru_cache(maxsize=8)
def _parted(turn: str, lexicon: Lexicon, of_patient: bool) -> tuple[tuple[int, int, bool], ...]:
    """The sentences of the turn, or ends of them, and whether each asks about the review. The same turn is looked at
    several times for one answer.
    """
    return tuple((start, end, _is_of_review(turn[start:end], lexicon, of_patient)) for start, end in pieces(turn))


def _is_of_review(sentence: str, lexicon: Lexicon, of_patient: bool) -> bool:
    """Whether the sentence asks for what a trial, a table or the text says, and tells or supposes nothing of a person.

    `of_patient`: it stands among facts of a patient, where only a question in full form asks about the review.
    """
    asked = bool(_QUESTION.search(sentence))
    full = sentence.rstrip().endswith("?") or is_full_question(sentence)
    if of_patient and ("\n" in sentence.strip() or not full):
        return False
    if not asked and len(sentence.split()) > _NOTE_FORM:
        return False
    if _PERSON.search(sentence) or _SUPPOSES.search(sentence) or (not asked and _RESPONSE.search(sentence)):
        return False
    return _measures(sentence, lexicon)


def _measures(sentence: str, lexicon: Lexicon) -> bool:
    """Whether it names a trial, a table, a date or a value to be looked up."""
    question = understand((sentence,), lexicon)
    if any(_is_backbone(mention.id, lexicon) for mention in question.mentions):
        return False
    named = any(one.kind == "trial" for one in question.mentions) or bool(_TRIALS_ASKED.search(sentence))
    placed = bool(question.table or question.section or named)
    valued = bool({*question.values} - {"line"} or question.statistics or question.asks_date or question.side_effects)
    return placed or valued or question.asks_share


def _is_backbone(name: str, lexicon: Lexicon) -> bool:
    return len(_BACKBONE & {*lexicon.entries[name].parts}) > 1
