"""Which therapies a message names, and what became of each: given, not given, planned, uncertain, ruled out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.patient.asked import is_adviser, is_asked, start_of_question, tells_what_happened
from app.patient.blinding import had_placebo, is_blinded
from app.patient.denials import is_beside_an_illness, is_for_a_medical_reason, without_excepted
from app.patient.doubts import doubted
from app.patient.never_begun import is_never_begun, was_given_later
from app.patient.of_another import is_of_another
from app.patient.other_uses import is_for_another_disease
from app.patient.restated import restated
from app.patient.scopes import Scope
from app.patient.swaps import with_swaps
from app.patient.taken_back import without_taken_back
from app.patient.text import Message, Span
from app.patient.therapy_mentions import LONGEST_LIST, Status, Therapy, is_struck_out, named_therapies
from app.patient.therapy_words import AFTER, CUES, DENIAL_FILL
from index.lexicon import Lexicon, Mention

_STATUS: dict[str, Status] = {
    "neg": "not_given", "decline": "not_given", "contra": "contraindicated", "plan": "planned", "unsure": "unsure",
    "history": "given",
}  # fmt: skip
# Of a drug in words about another cancer.
_WAS_FOR = re.compile(
    r"\W{0,2}(?:was|were|had been) (?:actually |really |only |in fact |all )*(?:given |used |meant )?for (?:his|her|"
    r"the|an?)\b"
)
_INTENDED = re.compile(
    r"\b(?:meant|intended|supposed|hoped|wanted|planned|agreed|due|was|were) to (?:be )?(?:\w+ ){0,3}$|"
    r"\b(?:intention|plan|idea|aim) (?:was|is|had been) (?:to )?(?:\w+ ){0,3}$"
)
_OF_RESPONSE = re.compile(r"\b(?:respon\w+|benefit\w*|remission|regression|shrinkage|pr|cr)\b[^;]*$")
_IN_A_TRIAL = re.compile(r"\b(?:in|within|of) (?:an? |the )?(?:[\w-]+ ){0,3}$")
_OFFERED = re.compile(
    r"\b(?:offered|prescribed|proposed|booked|ordered|scheduled|recommended|suggested|advised|planned)\b[^,;.]{0,24}$"
)
_PARTNER = re.compile(r"\s*(?:[+/&-]|plus|with|together with|in combination with)\s*")
# Headings of what is still to come.
_PLAN_START = re.compile(r"^\s*\?\s?[a-z]|^\W*(?:plan|next|proposal|consider|options?|question|q|ask|for discussion)\b")
# Words that in a question go with what is asked for: "would she do well on cetuximab?"
_WEAK_IN_QUESTIONS = frozenset(
    {"with", "on", "under", "then", "→", "prior to", "adjuvant", "neoadjuvant", "adj", "maintenance"}
)
# Words of a plan that reach no further than the next words.
_SHORT_PLANS = frozenset({"before", "prior to", "may", "might", "start", "could", "should", "can i", "can we"})
_UNTRUE = re.compile(r"\b(?:not true|untrue|not correct|not the case|incorrect|false)\b[^;]{0,50}\bthat\b[^;]*$")
# "when it was offered after FOLFOX she turned it down": what was refused is another one.
_AFTER_IT = re.compile(r"\b(?:after|following|post|since)\s$")
_VERSUS_NEXT = re.compile(r"^(?:[/+-][a-z]+)? (?:vs?\.?|versus) (?!bsc|best)")
_VERSUS_BEFORE = re.compile(r"[a-z] (?:vs?\.?|versus) (?:[a-z0-9]+[/+-])?$")
_LISTED = re.compile(r"\s*(?:/|\+|&|and|or|nor|plus|vs\.?|v|versus)?\s*(?:the\s+)?")
_LISTED_IN_WORDS = re.compile(r"and|or|nor")
_ALTERNATIVES = re.compile(r"\bvs?\b|\bor\b")
_PLAN_ENDS = re.compile(
    r"[;→]|->|\b(?:hence|therefore|thus|instead|went ahead|later|gave|had|received|got|ended up|but (?:(?:then|"
    r"in the end|finally) )?(?:he|she|they|was|were|ended|only|gave|given))\b"
)
_DENIAL_ENDS = re.compile(
    r"[;→.]|->|\b(?:but|then|instead|went ahead|however|although|followed|so|therefore|hence|thus|due|since|"
    r"progress\w*|pd)\b"
)
_AND = re.compile(r"\band\b")
_OR = re.compile(r"\b(?:or|nor)\b")
_THERE_WAS = re.compile(r"(?<!n't )(?<!never )(?<!not )\b(?:there was|had|got|been|given|on|with) $")
_DENIES_ALL = re.compile(r"\b(?:or|nor|any|no|anti)\b")
# These say nothing of this patient's tumour.
_NOT_OWN = ("relative", "other_cancer", "conditional")


def therapies_in(
    message: Message, lexicon: Lexicon, mentions: Sequence[Mention], scopes: Sequence[Scope]
) -> list[Therapy]:
    """All therapies that the message names of this patient, in order, each with its status (rules §1.2).

    `mentions` are all names of the lexicon in the message; what stands in a what-if among `scopes` is hypothetical.
    """
    found = named_therapies(message, lexicon, mentions)
    statuses = _Statuses(message, found)
    placed: list[Therapy] = []
    for number, therapy in enumerate(found):
        if is_struck_out(message, found, number):
            continue
        scope = next((scope for scope in scopes if scope.span.holds(therapy.start, therapy.end)), None)
        if scope is None or scope.kind not in _NOT_OWN:
            status = statuses.of(number)
            blinded = status == "unsure" and is_blinded(message, therapy)
            told = replace(therapy, status=status, hypothetical=scope is not None, blinded=blinded)
            if told.status == "given" and is_beside_an_illness(message, told):
                told = replace(told, status="unsure")
            denied = told.status in ("not_given", "planned") and is_for_a_medical_reason(message, told, found)
            placed.append(replace(told, status="contraindicated") if denied else told)
        elif message.turn and _WAS_FOR.match(message.plain, therapy.end):
            placed.append(replace(therapy, status="not_given"))
    settled = restated(message, with_swaps(message, doubted(message, without_excepted(message, placed))))
    return without_taken_back(message, settled)


class _Statuses:
    """What became of each of one message's therapies."""

    def __init__(self, message: Message, therapies: Sequence[Therapy]) -> None:
        self._message = message
        self._plain = message.plain
        self._therapies = therapies
        self._cues: dict[Span, list[re.Match[str]]] = {}

    def of(self, number: int) -> Status:
        """The status of one therapy: what is said behind it, else what the nearest words before it say."""
        therapy = self._therapies[number]
        sentence = self._message.sentence_at(therapy.start)
        if therapy.uncertain:
            said = self._after(sentence, number) or self._before(sentence, therapy)
            return "unsure" if said == "given" or not self._may_be_denied(sentence, therapy) else said
        if self._is_alternative(therapy):
            return "planned"
        if is_for_another_disease(self._message, therapy, self._until_next(sentence, number)):
            return "elsewhere"
        if had_placebo(self._message, therapy, self._therapies):
            return "not_given"
        if is_blinded(self._message, therapy):
            return "unsure"
        return self._after(sentence, number) or self._before(sentence, therapy)

    def _may_be_denied(self, sentence: Span, therapy: Therapy) -> bool:
        """Whether a word for a drug of unknown name ("a TKI", "an antibody") may be said not to have been given."""
        there_was = _THERE_WAS.search(self._plain, sentence.start, therapy.start)
        return therapy.ids[0] in ("tyrosine_kinase_inhibitor", "antibody") and not there_was

    def _is_alternative(self, therapy: Therapy) -> bool:
        """ "3L: Lonsurf-bev vs rego vs fruq": what is still to be chosen from."""
        after, before = (
            self._plain[therapy.end : therapy.end + 16],
            self._plain[max(0, therapy.start - 16) : therapy.start],
        )
        return bool(_VERSUS_NEXT.match(after) or _VERSUS_BEFORE.search(before)) and "placebo" not in after + before

    def _after(self, sentence: Span, number: int) -> Status | None:
        """What stands behind the drug, or behind its list: "irinotecan and bevacizumab contraindicated"."""
        therapy = self._therapies[number]
        if is_of_another(self._plain, therapy.end) or self._is_regimen_never_begun(sentence, number):
            return "not_given"
        end = self._end_of_list(sentence, number)
        if end is None:
            return "planned" if self._is_course_planned(sentence, number) else None
        rest = self._plain[end : sentence.end]
        found = AFTER.match(rest)
        if not found or not found.lastgroup:
            return self._after_more_words(sentence, number, end)
        if end != therapy.end and self._history_in_clause(therapy):
            return None
        if found.lastgroup == "unsure":
            return self._doubted(sentence, therapy, end)
        if found.lastgroup != "plan":
            return _STATUS[found.lastgroup]
        # "was discussed, he never took it"
        planned: Status = "not_given" if self._is_never_begun(sentence, number, end) else "planned"
        carried_out = rest.lstrip().startswith("-") or was_given_later(rest[found.end() :])
        return None if carried_out else planned

    def _after_more_words(self, sentence: Span, number: int, end: int) -> Status | None:
        """What is said of the drug further on, or of the regimen that it is part of."""
        if _AFTER_IT.search(self._plain, sentence.start, self._therapies[number].start):
            return None
        if self._is_course_planned(sentence, number):
            return "planned"
        return "not_given" if self._is_never_begun(sentence, number, end) else None

    def _doubted(self, sentence: Span, therapy: Therapy, end: int) -> Status | None:
        """What words of doubt behind the drug say; "(regorafenib v fruquintinib?)" are plans."""
        if _OF_RESPONSE.search(self._plain, sentence.start, therapy.start):
            return None  # "response to pani: unknown"
        if _ALTERNATIVES.search(self._plain[therapy.start : end]) or self._is_plan(sentence):
            return "planned"
        return "unsure"

    def _is_course_planned(self, sentence: Span, number: int) -> bool:
        """ "FOLFIRI-bev next": said of the regimen with its partners, and not of the drug that comes next."""
        end, after = self._therapies[number].end, self._therapies[number + 1 :]
        for other in after[:LONGEST_LIST]:
            if not _PARTNER.fullmatch(self._plain, end, other.start):
                break
            end = other.end
        found = AFTER.match(self._plain[end : sentence.end])
        if not found or found.lastgroup != "plan" or self._plain[end : sentence.end].lstrip().startswith("-"):
            return False
        return not any(0 <= other.start - end < found.end() + 16 for other in after)

    def _is_never_begun(self, sentence: Span, number: int, end: int) -> bool:
        """Whether the words from `end` up to the next therapy say that it was not begun."""
        until = self._until_next(sentence, number)
        return is_never_begun(self._plain[end:until], self._plain[end : until + 1])

    def _until_next(self, sentence: Span, number: int) -> int:
        """Where the next therapy or the sentence begins or ends, whichever is first."""
        return min([*(other.start for other in self._therapies[number + 1 : number + 2]), sentence.end])

    def _is_regimen_never_begun(self, sentence: Span, number: int) -> bool:
        """ "was offered FOLFOX with bevacizumab but never started it": the whole of a regimen with its partners."""
        therapy = self._therapies[number]
        if not therapy.backbone or not _OFFERED.search(self._plain, sentence.start, therapy.start):
            return False
        end, until = therapy.end, sentence.end
        for other in self._therapies[number + 1 :]:
            if other.backbone or not _PARTNER.fullmatch(self._plain, end, other.start):
                until = min(until, other.start)
                break
            end = other.end
        return is_never_begun(self._plain[end:until], self._plain[end : until + 1])

    def _end_of_list(self, sentence: Span, number: int) -> int | None:
        """Where the list that the drug is part of ends; None where what follows is said of the next drug alone."""
        therapy = self._therapies[number]
        end = therapy.end
        for other in self._therapies[number + 1 : number + LONGEST_LIST]:
            between = self._plain[end : other.start]
            glued = therapy.backbone and between.strip() == "-"
            if other.start >= sentence.end or not (glued or _LISTED.fullmatch(between)):
                break
            if therapy.backbone and not _LISTED_IN_WORDS.search(between):
                return None  # "FOLFOX/bev declined" is said of bevacizumab
            end = other.end
        return end

    def _history_in_clause(self, therapy: Therapy) -> bool:
        clause = self._message.clause_at(therapy.start)
        return any(cue.lastgroup == "history" for cue in CUES.finditer(self._plain, clause.start, therapy.start))

    def _before(self, sentence: Span, therapy: Therapy) -> Status:
        """The nearest words on the left that reach the drug; where there are none, a history names what was given, and
        a question asks for what may be given.
        """
        asked = is_asked(self._message, sentence, therapy, self._therapies)
        start = sentence.start
        if asked:
            # Only the end of the sentence asks ("…, FOLFIRI/bev 1L, Lonsurf 2L?"): no word of the history reaches it.
            start = start_of_question(self._message, sentence, therapy)
        for cue in reversed(self._cues_of(sentence)):
            if cue.start() < start or cue.end() > therapy.start:
                continue
            if status := self._said_by(cue, sentence, therapy, asked):
                return status
        return "asked" if asked else "given"

    def _cues_of(self, sentence: Span) -> list[re.Match[str]]:
        if sentence not in self._cues:
            self._cues[sentence] = list(CUES.finditer(self._plain, sentence.start, sentence.end))
        return self._cues[sentence]

    def _said_by(self, cue: re.Match[str], sentence: Span, therapy: Therapy, asked: bool) -> Status | None:
        """What the words say of the drug; None where they do not reach it."""
        kind = cue.lastgroup or "history"
        between = self._plain[cue.end() : therapy.start]
        if kind == "history":
            if cue.group() in _WEAK_IN_QUESTIONS and _INTENDED.search(self._plain, sentence.start, cue.start()):
                return "planned"
            return None if asked and cue.group() in _WEAK_IN_QUESTIONS else "given"
        if kind == "plan":
            told = is_adviser(cue.group()) and tells_what_happened(self._plain, therapy.end)
            return "planned" if not told and self._plan_reaches(cue, sentence, between) else None
        if kind == "unsure" and cue.group() == "?" and self._is_plan(sentence):
            return "planned"
        if kind == "neg" and _UNTRUE.search(self._plain[sentence.start : cue.start()]):
            return "given"  # "it is not true that he never had bevacizumab"
        of_response = cue.group() == "not" and _OF_RESPONSE.search(self._plain, sentence.start, cue.start())
        if of_response or (kind == "neg" and ":" in between):
            return None  # "the response was to FOLFOX, not to panitumumab"; "never had an antibody: FOLFOX, FOLFIRI"
        return _STATUS[kind] if self._reaches(cue.end(), sentence, therapy) else None

    def _plan_reaches(self, cue: re.Match[str], sentence: Span, between: str) -> bool:
        short = cue.group() in _SHORT_PLANS or is_adviser(cue.group())
        trial = cue.group() == "trial of" and _IN_A_TRIAL.search(self._plain, sentence.start, cue.start())
        return not (trial or (short and len(between.strip()) > 12) or _PLAN_ENDS.search(between))

    def _reaches(self, start: int, sentence: Span, therapy: Therapy) -> bool:
        """Whether a denial reaches the drug: only other drugs between, and over commas only in an "or" list."""
        bare = between = self._plain[start : therapy.start]
        if len(between) > 400:
            return False
        for other in self._therapies:
            if start <= other.start and other.end <= therapy.start:
                bare = bare.replace(self._plain[other.start : other.end], " ")
        if _DENIAL_ENDS.search(bare) or DENIAL_FILL.sub("", bare).strip():
            return False
        if "," not in bare:
            return not _AND.search(bare) or bool(_DENIES_ALL.search(between)) or bare.count("and") == 1
        return bool(_OR.search(self._plain[start : sentence.end].split(";")[0]))

    def _is_plan(self, sentence: Span) -> bool:
        return bool(_PLAN_START.match(self._message.words(sentence)))
