"""One patient's case as advice looks at it, what was read beside what was judged; the note that advice is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.patient.profile import AGENT_NAMES, AGENTS, CHEMO_AGENTS, Value
from app.patient.reading import Reading, Remark
from app.rules.catalogue import CHEMO
from app.rules.records import Cite, Option, Outcome, Verdict

SUPPORTIVE = "best_supportive_care"
# "Chemotherapy contraindicated" means each of these.
_WHOLE_CLASSES = {"chemotherapy": (*CHEMO_AGENTS, "ftd_tpi")}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that goes with the verdicts (rules §2, §4).

    `options` are the ids that it stands beside, empty where it is about the whole answer; `first` says that it is to be
    read before anything else.
    """

    text: str
    cite: tuple[Cite, ...] = ()
    options: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A reading and the verdicts on its considered profile."""

    reading: Reading
    verdicts: tuple[Verdict, ...]

    def value(self, field: str) -> Value | None:
        """The value of a fact of the considered profile; None where it is unknown."""
        return self.reading.considered.value(field)

    def given(self, agent: str) -> bool | None:
        """Whether the agent was given; None where that is unknown."""
        value = self.value(f"prior.{agent}")
        return None if value is None else bool(value)

    def ids(self, *outcomes: Outcome, among: Iterable[str] | None = None) -> tuple[str, ...]:
        """The options with one of these verdicts, in the order of the verdicts; only those of `among` where given."""
        wanted = None if among is None else set(among)
        return tuple(
            verdict.id
            for verdict in self.verdicts
            if verdict.verdict in outcomes and (wanted is None or verdict.id in wanted)
        )

    def not_closed(self, *among: str) -> tuple[str, ...]:
        """Those of the options `among` that are eligible or need information."""
        return self.ids("eligible", "needs_information", among=among)

    def name(self, option: str) -> str:
        """The option's name as it is shown."""
        return next(verdict.option.name for verdict in self.verdicts if verdict.id == option)

    @property
    def contraindicated(self) -> frozenset[str]:
        """Agents and lexicon ids that are said to be contraindicated."""
        return frozenset(name for remark in self.reading.remarks.contraindicated for name in meant(remark))


def is_active(option: Option) -> bool:
    """Whether the option is a therapy against the tumour."""
    return option.id != SUPPORTIVE


def asks_for_chemo(verdict: Verdict) -> bool:
    """Whether the option asks for the base chemotherapy (rules §2, **chemo**)."""
    return CHEMO in verdict.option.required


def meant(remark: Remark) -> frozenset[str]:
    """Agents and lexicon ids that a remark is about; a whole class stands for each of its drugs."""
    return frozenset(remark.names).union(*(_WHOLE_CLASSES.get(name, ()) for name in remark.names))


def called(remark: Remark) -> str:
    """What a remark is about, in words: "anti-VEGF therapy (“Avastin”)"."""
    agents = [AGENT_NAMES[agent] for agent in AGENTS if agent in remark.names]
    name = listed(agents or [name.replace("_", " ") for name in remark.names])
    words = remark.source.words
    return name if remark.source.kind != "text" or words.casefold() == name.casefold() else f"{name} (“{words}”)"


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"; each only once."""
    *front, end = dict.fromkeys(words) or [""]
    return f"{', '.join(front)} {last} {end}" if front else end
