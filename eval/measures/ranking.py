"""What was retrieved: hit@k, MRR and nDCG@10 by place, and hit@k by text, from the library ir-measures.

By place, each acceptable place is one relevant document: the first passage at it has its rank, so that a section of
many paragraphs is not many documents. By text, a passage is relevant that holds a string of every gold group; that can
be told of passages without places too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from eval.measures.correctness import has_gold
from eval.measures.measure import Measure, Score, good, has_places, question_of
from eval.questions import is_place
from eval.replies import Found, Reply
from eval.sets import Item

_BY_PLACE = {"hit@1": "Success@1", "hit@2": "Success@2", "hit@5": "Success@5", "mrr@10": "RR@10", "ndcg@10": "nDCG@10"}


@lru_cache(maxsize=4096)
def _calculated(ranking: tuple[str, ...], relevant: frozenset[str]) -> Mapping[str, float]:
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in _BY_PLACE.values()]
    judged = [ir_measures.Qrel("q", name, 1) for name in sorted(relevant)]
    ranked = [ir_measures.ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(ranking)]
    return {str(one.measure): float(one.value) for one in ir_measures.iter_calc(measures, judged, ranked)}


def _ranking(places: Sequence[str], found: Sequence[Found]) -> tuple[str, ...]:
    """The found passages by name, best first: the acceptable place that a passage stands at, else its rank."""
    names: dict[str, None] = {}
    for rank, part in enumerate(found):
        at = (place for place in places if is_place(place, part.section or "", part.table, part.row))
        names.setdefault(next(at, f"other {rank}"))
    return tuple(names)


def _by_place(name: str) -> Callable[[Item, Reply], Score | None]:
    def score(item: Item, reply: Reply) -> Score | None:
        if reply.found is None or any(part.section is None for part in reply.found):
            return None
        places = tuple(dict.fromkeys(question_of(item).locators))
        value = _calculated(_ranking(places, reply.found), frozenset(places))[_BY_PLACE[name]]
        return Score(value, "" if value == 1 else f"{value:.2f}")

    return score


def _by_text(depth: int) -> Callable[[Item, Reply], Score | None]:
    def score(item: Item, reply: Reply) -> Score | None:
        if reply.found is None:
            return None
        gold = question_of(item).gold
        return good(
            any(not has_gold(gold, part.text) for part in reply.found[:depth]), "no passage has all that is asked"
        )

    return score


def _is_searched(item: Item) -> bool:
    """Conversations are left out: what is searched for depends on more than the last turn."""
    return has_places(item) and len(item.turns) == 1


RANKING: tuple[Measure, ...] = (
    *(
        Measure(
            name.replace("@", "_at_"),
            f"Retrieval {'MRR' if name == 'mrr@10' else name.replace('ndcg', 'nDCG')}",
            f"{library} over the passages found, by place (single questions)",
            _is_searched,
            _by_place(name),
            of_retrieval=True,
        )
        for name, library in _BY_PLACE.items()
    ),
    *(
        Measure(
            f"text_hit_at_{depth}",
            f"Retrieval text hit@{depth}",
            f"one of the first {depth} passages holds a string of every gold group (single questions)",
            _is_searched,
            _by_text(depth),
            of_retrieval=True,
        )
        for depth in (1, 2, 5)
    ),
)
