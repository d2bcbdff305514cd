"""Every measure on every reply: what stands for an item in a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.measures.citation_hit import CITATION_HIT
from eval.measures.citation_precision import CITATION_PRECISION
from eval.measures.citation_recall import CITATION_RECALL
from eval.measures.correctness import CORRECT
from eval.measures.facts import FACTS
from eval.measures.measure import Measure, Score
from eval.measures.numbers import NUMBERS
from eval.measures.option_set import OPTION_ORDER, OPTION_SET
from eval.measures.ranking import RANKING
from eval.measures.statuses import NO_FALSE_REFUSAL, NO_MISSED_REFUSAL, STATUS
from eval.measures.unsafe import NO_UNSAFE_OPTION
from eval.measures.verified_sentences import VERIFIED
from eval.replies import Failure, Reply
from eval.sets import Item

MEASURES: tuple[Measure, ...] = (
    CORRECT,
    STATUS,
    NO_FALSE_REFUSAL,
    NO_MISSED_REFUSAL,
    CITATION_HIT,
    CITATION_PRECISION,
    CITATION_RECALL,
    VERIFIED,
    NUMBERS,
    OPTION_SET,
    OPTION_ORDER,
    NO_UNSAFE_OPTION,
    FACTS,
    *RANKING,
)


@dataclass(frozen=True, slots=True)
class Result:
    """An item, its reply, and a score by each measure that has something to say of it."""

    item: Item
    reply: Reply | Failure
    scores: Mapping[str, Score]

    @property
    def is_right(self) -> bool:
        """Whether every deciding measure gives a 1."""
        return all(self.scores[one.name].value == 1 for one in MEASURES if one.decides and one.name in self.scores)


def score_all(pairs: Sequence[tuple[Item, Reply | Failure]]) -> tuple[Result, ...]:
    """The results in the same order. Measures of retrieval are left out where the system tells nothing of it."""
    tells = any(isinstance(reply, Reply) and reply.found is not None for _, reply in pairs)
    measures = [measure for measure in MEASURES if tells or not measure.of_retrieval]
    return tuple(Result(item, reply, _scores(item, reply, measures)) for item, reply in pairs)


def _scores(item: Item, reply: Reply | Failure, measures: Iterable[Measure]) -> dict[str, Score]:
    scores = {}
    for measure in measures:
        if not measure.applies(item):
            continue
        score = measure.score(item, reply) if isinstance(reply, Reply) else Score(0.0, reply.error)
        if score is not None:
            scores[measure.name] = score
    return scores
