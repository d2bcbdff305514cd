"""The last turn in the light of the earlier ones: what it takes over of their subjects and of what they asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.steps import follow_up_words as say
from app.steps.pointing import PointedAt, pointed_at, tested_in
from app.steps.turn import (
    CONTROLS,
    SUBJECTS,
    TELLS_WHICH,
    WANTED,
    Named,
    Turn,
    asks,
    is_sentence,
    leans,
    named_in,
    narrows,
    of_them,
    read_turn,
    without,
)
from index.lexicon import Lexicon

# What is asked of a value that was spoken of, and those values.
_OF_A_VALUE = frozenset({"p_value", "confidence_interval", "hazard_ratio", "statistically_significant"})
_VALUES = frozenset({"os", "pfs", "orr"})
_WORD = re.compile(r"[^\W\d_]{3,}")
# A turn that points back may have so many words that no name of the field has.
_THAT = re.compile(
    r"\b(?:on|for|from|of|with|behind|base[sd]?) (?:\w+ ){0,6}?(?:that|this|it|them|these|those)\b", re.I
)
_STRANGE_BESIDE_THAT = 3
# In a turn of so few words one of them does not lead elsewhere, where another is of the field.
_BRIEF = 5
# So many markers and regimens a turn names at least that may tell of a patient.
_LIKE_A_PATIENT = 2
# So many earlier turns are answered again, at most, to see what the assistant itself named.
_ANSWERED_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """The sentence that answered a turn (empty where nothing did), or the option that comes first for its patient."""

    text: str = ""
    of_patient: bool = False


Replied = Callable[[tuple[str, ...]], Reply]
# Whether a word belongs to the corpus.
Knows = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What the last turn takes over; `context` is the earlier talk that it cannot be understood without, `instead_of`
    the ids that it names only to point at what is taken over.
    """

    named: tuple[Named, ...] = ()
    context: str = ""
    instead_of: frozenset[str] = frozenset()


def taken_over(
    turns: Sequence[str], lexicon: Lexicon, replied: Replied | None = None, knows: Knows | None = None
) -> TakenOver:
    """What the last of `turns` takes over from the ones before it; nothing where it stands by itself."""
    resolved: list[Turn] = []
    result = TakenOver()
    for number, text in enumerate(turns):
        own = read_turn(text, lexicon)
        result = TakenOver()
        if resolved:
            recent = len(turns) - number <= _ANSWERED_AGAIN
            before = _Before(tuple(turns[:number]), resolved, lexicon, replied if recent else None, knows)
            result = before.give(own)
        own = without(own, result.instead_of)
        added = [named for named in result.named if named not in (*own.subjects, *own.wanted)]
        resolved.append(
            Turn(
                text,
                (*own.subjects, *(named for named in added if named.kind in SUBJECTS)),
                (*own.wanted, *(named for named in added if named.kind in WANTED)),
                result.context,
            )
        )
    return result


@dataclass(frozen=True, slots=True)
class _Before:
    """The turns before one, each with what it took over."""

    said: tuple[str, ...]
    turns: list[Turn]
    lexicon: Lexicon
    replied: Replied | None
    knows: Knows | None

    def give(self, own: Turn) -> TakenOver:
        """What they give to a turn that leans on them."""
        pointed = self._pointed_at(own)
        if not (pointed.trials or leans(own, self.lexicon)) or say.NEW_START.search(own.text):
            return TakenOver()
        if not pointed.trials and self._is_of_elsewhere(own):
            return TakenOver()
        earlier = self._nearest
        if pointed.trials:
            own = without(own, pointed.instead_of)
            wanted = () if asks(own) else earlier.wanted
            trials = tuple(Named(name, self.lexicon.entries[name].name, "trial") for name in pointed.trials)
            return TakenOver((*trials, *wanted), "" if own.wanted or wanted else earlier.whole, pointed.instead_of)
        taken = self._to_subjects(own, earlier) if own.subjects else self._to_the_same(own, earlier)
        if say.REASON.search(own.text) and not taken.context:
            return replace(taken, context=earlier.whole)
        return taken

    @property
    def _nearest(self) -> Turn:
        return next((turn for turn in reversed(self.turns) if turn.subjects or turn.wanted), self.turns[-1])

    def _to_subjects(self, own: Turn, earlier: Turn) -> TakenOver:
        """What a turn takes over that names a drug, trial or marker itself."""
        if say.OTHER_STUDY.search(own.text):
            wanted = () if own.wanted else earlier.wanted
            return TakenOver((*_treatments(self._subjects(own), self.lexicon), *wanted))
        if replaced := self._in_place_of(own, earlier):
            return TakenOver(() if own.wanted else earlier.wanted, "", replaced)
        has_trial = bool(own.of_kind("trial"))
        trials = tuple(named for named in self._subjects(own) if named.kind == "trial")
        if say.THE_TESTED.search(own.text) and not has_trial and trials and own.wanted:
            return TakenOver(trials)
        if say.BESIDE_THAT.search(own.text) and has_trial:
            return TakenOver((*trials, *(() if own.wanted else earlier.wanted)))
        kept = self._kept_beside(own, earlier)
        if asks(own):
            return TakenOver(kept)
        alone = earlier.wanted and not is_sentence(own) and not of_them(own)
        context = "" if alone else earlier.whole
        return TakenOver((*kept, *earlier.wanted), context)

    def _kept_beside(self, own: Turn, earlier: Turn) -> tuple[Named, ...]:
        """The earlier subjects that stay: those of which the turn names a part (arm, patients), or to which it adds."""
        if own.of_kind("trial"):
            return ()
        if narrows(own):
            kinds = {named.id.split("_")[0] for named in own.subjects}
            return tuple(
                named for named in earlier.subjects if named.kind != "marker" or named.id.split("_")[0] not in kinds
            )
        if say.ADDS.search(own.text):
            trials = earlier.of_kind("trial")
            return trials if trials and self._is_arm(own, trials) else earlier.subjects
        trials = earlier.of_kind("trial")
        return trials if self._is_arm(own, trials) else ()

    def _in_place_of(self, own: Turn, earlier: Turn) -> frozenset[str]:
        """ "and with pyrotinib instead of pertuzumab?": what the trial spoken of had, and not the other."""
        found = say.IN_PLACE_OF.search(own.text)
        if not found or not earlier.of_kind("trial") or self._is_arm(own, earlier.of_kind("trial")):
            return frozenset()
        behind = [one.id for one in self.lexicon.find(own.text) if one.start >= found.end() and one.kind == "drug"]
        return frozenset(behind[:1])

    def _is_arm(self, own: Turn, trials: Iterable[Named]) -> bool:
        """Whether all drugs that the turn names were tested in the trials spoken of, and it asks for no other value
        than theirs.
        """
        entries = self.lexicon.entries
        named = own.of_kind("drug", "regimen")
        drugs = {part for one in named for part in (one.id, *entries[one.id].parts) if entries[part].kind == "drug"}
        tested = frozenset[str]().union(*(tested_in(entries[trial.id], self.lexicon) for trial in trials))
        of_values = all(one.kind == "endpoint" or one.id in TELLS_WHICH for one in own.wanted)
        return bool(drugs) and len(named) == len(own.subjects) and of_values and drugs <= tested

    def _to_the_same(self, own: Turn, earlier: Turn) -> TakenOver:
        """What a turn takes over that names no subject: it asks on about what was spoken of."""
        if say.OTHER_STUDY.search(own.text):
            return TakenOver((*_treatments(self._subjects(own), self.lexicon), *(() if own.wanted else earlier.wanted)))
        subjects = self._advised(own, earlier) or self._told_apart(own, earlier) or self._subjects(own)
        subjects = subjects or self._told_alone()
        if own.wanted and all(named.id in _OF_A_VALUE for named in own.wanted):
            return TakenOver((*subjects, *self._values_last_asked(subjects)))
        if say.UNTIL_PROGRESSION.search(own.text) and any(named.id in _VALUES for named in earlier.wanted):
            return TakenOver((*subjects, Named("pfs", "PFS", "endpoint")), earlier.whole)
        wanted = () if asks(own) else earlier.wanted
        if say.JUDGES.search(own.text) and subjects:
            wanted = tuple(named for named in wanted if named.kind == "topic")
        return TakenOver((*subjects, *wanted), earlier.whole if not asks(own) or not subjects else "")

    def _pointed_at(self, own: Turn) -> PointedAt:
        trials = next((found for turn in reversed(self.turns) if (found := turn.of_kind("trial"))), ())
        treatments = _treatments(self._nearest.subjects, self.lexicon)
        ids = [part for one in treatments for part in (one.id, *self.lexicon.entries[one.id].parts)]
        drugs = [name for name in ids if self.lexicon.entries[name].kind == "drug"]
        return pointed_at(own.text, tuple(named.id for named in trials), drugs, self.lexicon)

    def _advised(self, own: Turn, earlier: Turn) -> tuple[Named, ...]:
        """Where a patient was spoken of and a value or a trial is asked about: the treatment that came first for him,
        for his markers and past therapy are not what has a response rate.
        """
        if self.replied is None or len(earlier.of_kind("marker", "regimen")) < _LIKE_A_PATIENT:
            return ()
        reply = self.replied(self.said)
        named = read_turn(reply.text, self.lexicon) if reply.of_patient else None
        return (named.of_kind("drug", "regimen") or named.subjects) if named else ()

    def _told_apart(self, own: Turn, earlier: Turn) -> tuple[Named, ...]:
        """Where one thing is pointed at and the earlier turn names none or several: what its answer names first."""
        things = earlier.of_kind("trial", "drug", "regimen")
        asked = say.ASKS_FOR_ONE.search(earlier.text)
        single = len({named.id for named in things}) == 1
        if self.replied is None or (single and not asked) or not say.ONE_OF_THEM.search(own.text):
            return ()
        if say.SEVERAL.search(own.text) or say.FIRST.search(own.text):
            return ()
        told = read_turn(self.replied(self.said).text, self.lexicon).of_kind("trial", "drug", "regimen")
        if asked and (kind := asked["kind"].casefold()) != "one":
            of_trial = kind in ("trial", "study", "rct")
            known = {named.id for named in things} if single else set()
            return tuple(one for one in told if (one.kind == "trial") is of_trial and one.id not in known)[:1]
        trials = tuple(found for found in told if found.kind == "trial")
        if spoken := {found.id for found in earlier.of_kind("trial")}:
            return tuple(found for found in trials if found.id in spoken)[:1]
        return () if single else (trials[:1] or told[:1])

    def _values_last_asked(self, subjects: Iterable[Named]) -> tuple[Named, ...]:
        """The values that were last asked of these subjects: a p value or an interval is theirs."""
        ids = {named.id for named in subjects}
        for turn in reversed(self.turns):
            values = tuple(named for named in turn.wanted if named.id in _VALUES)
            if values or not ids & {named.id for named in turn.subjects}:
                return values
        return ()

    def _told_alone(self) -> tuple[Named, ...]:
        """Where no turn named anything: what the answer before spoke of, if of one thing alone."""
        told = self.replied(self.said).text if self.replied else ""
        found = [one for one in self.lexicon.find(told) if one.kind in SUBJECTS or one.id in CONTROLS]
        return named_in(told, found[:1]) if len({one.id for one in found}) == 1 else ()

    def _is_of_elsewhere(self, own: Turn) -> bool:
        """Whether the turn names nothing of the field and has several words that no name of the field has."""
        if own.subjects or any(named.kind != "topic" for named in own.wanted):
            return False
        words = {match.group().casefold() for match in _WORD.finditer(own.text)} - say.COMMON
        strange = {word for word in words - self.lexicon.words if not (self.knows and self.knows(word))}
        if _THAT.search(own.text):
            return len(strange) > _STRANGE_BESIDE_THAT
        points = bool(say.POINTS_BACK.search(own.text))
        points = points or (bool(own.wanted) and len(own.text.split()) <= _BRIEF)
        allowed = points or (bool(say.LINKED.search(own.text)) and strange != words)
        return len(strange) > allowed

    def _subjects(self, own: Turn) -> tuple[Named, ...]:
        """The subjects meant: of the first turn, of all turns, or of the nearest one that has any."""
        with_subjects = [turn for turn in self.turns if turn.subjects]
        if not with_subjects:
            return ()
        if say.FIRST.search(own.text):
            return with_subjects[0].subjects[:1]
        if say.SEVERAL.search(own.text) and len(with_subjects) > 1:
            of_all = (named for turn in with_subjects for named in turn.subjects)
            return tuple({named.id: named for named in of_all}.values())
        return with_subjects[-1].subjects


def _treatments(subjects: Iterable[Named], lexicon: Lexicon) -> Iterator[Named]:
    """The subjects without trials, and the drugs that those trials tested."""
    for named in subjects:
        if named.kind != "trial":
            yield named
            continue
        tested = lexicon.find(" ".join(lexicon.entries[named.id].expand))
        yield from (
            Named(one.id, lexicon.entries[one.id].name, one.kind)
            for one in tested
            if one.kind in ("drug", "regimen") and one.id not in CONTROLS
        )
