"""Free text to profile: one reading of a conversation about one patient. The file to read first in this room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache

from app.errors import TooLong
from app.patient.cancers import cancers_in
from app.patient.findings import Conclusion, Finding, conclude, replaces, told_once
from app.patient.history import assumptions, told_in
from app.patient.marker_findings import marker_findings
from app.patient.ordinals import antecedents_in, ordinals_in
from app.patient.persons import speaks_of_several
from app.patient.plasma_timing import without_early_plasma
from app.patient.profile import AGENTS, Profile
from app.patient.reading import Reading, Remark, Remarks
from app.patient.references import Correction, references_in
from app.patient.scopes import other_cancers_in, people_in, relatives_in, suppositions_in
from app.patient.situation import agreeing, situation_in
from app.patient.spelling import Spelling
from app.patient.standing import scope_of
from app.patient.text import Message, message_of
from app.patient.therapies import therapies_in
from app.patient.turns import Known, Turn, known_after, of_one_patient
from app.patient.whatif_facts import changed, supposed_in
from index.corpus import KNOWLEDGE, PACKAGED_CORPUS
from index.lexicon import Lexicon, Mention, read_lexicon

_MARKER = re.compile(r"ras|raf|her-?2|erbb|ntrk|ms[is]|mmr|v600|[gq][16][0-9]|ihc|mlh|msh")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_MOST_NAMES = 120
# A name never reaches over these: "bevacizumab, TAS-102" are two courses.
_PIECE = re.compile(r"(?:[^,;→>\n.()-]|-(?!>|\s)|(?<!\s)-(?=\s))+")


class PatientReader:
    """Reads patients' texts with the names of one lexicon. Keeps nothing of what it reads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._spelling = Spelling(lexicon.words)

    def read(self, turns: Sequence[str], given: Profile | None = None) -> Reading:
        """The patient that the turns (a user's messages, in order) speak of, on top of the facts in `given`.

        Later turns replace earlier facts. Where there is no patient to judge, the reading has its scope and no facts.
        Raises TooLong for a sentence that only strings names together.
        """
        told: list[Turn] = []
        for number, said in enumerate(turns):
            told.append(self._resolved(self._turn(self._message(said, number)), told))
        stated = [Finding(fact.field, fact.value, fact.source) for fact in given.facts] if given else []
        read = of_one_patient(told)
        if read is None:
            return Reading("several_patients", Profile(), Profile())
        known = known_after(read, stated)
        scope = scope_of(known, given is not None)
        if scope != "patient":
            return Reading(scope, Profile(), Profile())
        conclusion = conclude(known.findings)
        stored = _profile(known, known.findings, conclusion)
        considered = stored
        if known.supposed:
            findings = [*replaces(known.supposed, known.findings), *known.supposed]
            considered = _profile(known, findings, conclude(findings))
        return Reading(
            scope="patient",
            stored=stored,
            considered=considered,
            hypothetical=tuple(changed(known.supposed, stored)),
            contradictions=told_once(conclusion.contradictions),
            remarks=_remarks(known, considered),
        )

    def _message(self, said: str, number: int) -> Message:
        """One message with its misspellings, and what stands for a name, put right."""
        spelled = self._spelling.corrections(said)
        message = message_of(said, number, spelled)
        references = references_in(message, lambda: _mentions(message, self._lexicon))
        return message_of(said, number, _without_overlaps(spelled, references)) if references else message

    def _resolved(self, turn: Turn, earlier: Sequence[Turn]) -> Turn:
        """The turn, read anew where it speaks of a course by its place among those named before, or as "it"."""
        message = turn.message
        before = [(other.message, other.told) for other in earlier]
        places = ordinals_in(message, turn.told, before) or antecedents_in(message, turn.told, before)
        if not places:
            return turn
        spelled = self._spelling.corrections(message.said)
        plain = message_of(message.said, message.turn, spelled)
        named = _without_overlaps(spelled, references_in(plain, lambda: _mentions(plain, self._lexicon)))
        return self._turn(message_of(message.said, message.turn, _without_overlaps(named, places)))

    def _turn(self, message: Message) -> Turn:
        """One message read by itself: whom and which cancer each stretch is about, then markers, therapy, situation."""
        mentions = _mentions(message, self._lexicon)
        _check_density(message, mentions)
        relatives, suppositions = (*relatives_in(message), *people_in(message)), tuple(suppositions_in(message))
        cancers = cancers_in(message, self._lexicon, mentions, [*relatives, *suppositions])
        # Where stretches overlap, the first one tells what it is about.
        scopes = (*relatives, *other_cancers_in(message, cancers.others, cancers.own), *suppositions)

        def ignored(start: int, end: int) -> bool:
            return any(scope.span.touches(start, end) for scope in scopes)

        def elsewhere(start: int, end: int) -> bool:
            return any(scope.span.touches(start, end) for scope in scopes if scope.kind != "conditional")

        markers, supposed_markers, other_markers = marker_findings(message, scopes)
        therapies = therapies_in(message, self._lexicon, mentions, scopes)
        told = told_in(message, therapies, scopes)
        stated = [*situation_in(message, ignored, elsewhere), *markers, *told.findings]
        return Turn(
            message=message,
            findings=tuple(agreeing(without_early_plasma(message, stated))),
            supposed=tuple(agreeing([*supposed_markers, *supposed_in(message, therapies, scopes)])),
            told=told,
            other_markers=other_markers,
            asked_trials=(*_asked_trials(message, mentions), *_asked_rechallenge(message, mentions)),
            cancers=cancers,
            ignored=ignored,
            several=speaks_of_several(message, ignored),
        )


@cache
def packaged_reader() -> PatientReader:
    """A reader with the packaged lexicon."""
    return PatientReader(read_lexicon(PACKAGED_CORPUS / KNOWLEDGE / "lexicon"))


def read_turns(turns: Sequence[str], given: Profile | None = None) -> Reading:
    """The patient that the user's messages (in order) speak of, on top of `given`, read with the packaged lexicon."""
    return packaged_reader().read(turns, given)


def _asked(known: Known) -> tuple[Remark, ...]:
    """The therapies that the last turn asks about; a what-if that names none asks about those of the turn before."""
    of_turns = [(*turn.told.asked, *turn.asked_trials) for turn in known.turns[-2:]]
    if known.supposed and len(of_turns) > 1 and not of_turns[-1]:
        return of_turns[0]
    return of_turns[-1] if of_turns else ()


def _asked_trials(message: Message, mentions: Sequence[Mention]) -> tuple[Remark, ...]:
    """The trials that a question names: "what about the ADC of …?"."""
    return tuple(
        Remark((mention.id,), message.source(mention.start, mention.end))
        for mention in mentions
        if mention.kind == "trial" and message.words(message.sentence_at(mention.start)).rstrip().endswith("?")
    )


def _asked_rechallenge(message: Message, mentions: Sequence[Mention]) -> Iterator[Remark]:
    """Rechallenge that a question names with no drug beside it, which is that of anti-EGFR therapy (§5)."""
    for mention in mentions:
        sentence = message.sentence_at(mention.start)
        beside = (one for one in mentions if message.sentence_at(one.start) == sentence)
        if (
            mention.id == "rechallenge"
            and message.words(sentence).rstrip().endswith("?")
            and not any(one.kind in ("drug", "regimen", "class") for one in beside)
        ):
            yield Remark(("anti_egfr_rechallenge",), message.source(mention.start, mention.end))


def _check_density(message: Message, mentions: Sequence[Mention]) -> None:
    """Raises TooLong for a sentence of nothing but names, which no clinician writes and which takes long to read."""
    names = Counter(message.sentence_at(mention.start).start for mention in mentions)
    for sentence in message.sentences:
        most = max(names[sentence.start], len(_MARKER.findall(message.plain, sentence.start, sentence.end)))
        if most > _MOST_NAMES:
            raise TooLong(
                f"One sentence names {most} drugs or markers, but {_MOST_NAMES} is the most; part it or shorten it."
            )


def _mentions(message: Message, lexicon: Lexicon) -> tuple[Mention, ...]:
    """The names of the lexicon in the message."""
    return tuple(
        Mention(found.id, found.kind, found.start + piece.start(), found.end + piece.start(), found.spelled)
        for piece in _PIECE.finditer(message.text)
        if _LETTERS.search(piece.group())
        for found in lexicon.find(piece.group())
    )


def _without_overlaps(first: Sequence[Correction], last: Sequence[Correction]) -> list[Correction]:
    """Both in order, the first ones only where none of the last ones stands."""
    free = [one for one in first if not any(one[0] < end and start < one[1] for start, end, _ in last)]
    return sorted([*free, *last])


def _profile(known: Known, findings: Sequence[Finding], conclusion: Conclusion) -> Profile:
    """What the findings amount to, with the agents that the history leaves out (rules §1.2)."""
    settled = {finding.name.removeprefix("prior.") for finding in findings if finding.name.startswith("prior.")}
    return Profile([*conclusion.facts, *assumptions(known.told, settled)])


def _still_possible(remarks: Iterable[Remark], given: Container[str]) -> Iterator[Remark]:
    """The possible exposures without the agents that are known to be given, each once."""
    seen: set[tuple[str, ...]] = set()
    for remark in remarks:
        names = tuple(name for name in remark.names if name not in given)
        agents = tuple(name for name in names if name in AGENTS)
        if agents and agents not in seen:
            seen.add(agents)
            yield Remark(names, remark.source)


def _remarks(known: Known, profile: Profile) -> Remarks:
    told = known.told
    given = {agent for agent in AGENTS if profile.value(f"prior.{agent}")}
    metastatic = {agent for part in told for agent in part.metastatic}
    adjuvant = {agent for part in told for agent in part.adjuvant}
    last = next((part.last_line for part in reversed(told) if part.last_line), ())
    braf = [finding for finding in known.findings if finding.name == "braf" and finding.value == "mutant"]
    unknown_allele = bool(braf) and profile.value("braf_v600e") is None and profile.value("braf_other") is None
    return Remarks(
        contraindicated=tuple(remark for part in told for remark in part.contraindicated),
        adjuvant_only=tuple(agent for agent in AGENTS if agent in adjuvant - metastatic and agent in given),
        last_line=last,
        possible=tuple(_still_possible([remark for part in told for remark in part.possible], given)),
        other_markers=tuple(remark for turn in known.turns for remark in turn.other_markers),
        asked=_asked(known),
        braf_allele_unknown=unknown_allele,
    )
