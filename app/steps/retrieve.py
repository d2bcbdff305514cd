"""Evidence for a question: the table rows it points at, and the passages nearest to it."""

from __future__ import annotations

from dataclasses import dataclass

from app.steps.evidence import EvidenceBase
from app.steps.lookup import LookUp, look_up
from app.steps.understand import Question
from index.search import Hit, Searcher

MOST_HITS = 40


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found; `hits` are best first."""

    lookup: LookUp
    hits: tuple[Hit, ...]

    @property
    def nearest(self) -> float:
        """How near the question is to anything: the mean of the best cosine and the best affinity, −1 to 1.

        Either alone is fooled: the cosine by everyday words in a question of another subject, the affinity by a subject
        that all of the corpus has.
        """
        cosine = max((hit.cosine for hit in self.hits), default=-1.0)
        return (cosine + max((hit.affinity for hit in self.hits), default=-1.0)) / 2


def retrieve(question: Question, base: EvidenceBase, searcher: Searcher) -> Evidence:
    """Rows looked up and passages searched; rows of which a value is asked stand first among the hits."""
    lookup = look_up(question, base)
    found = searcher.reordered(question.search_text, searcher.search(question.search_text, MOST_HITS))
    asked = lookup.rows if lookup.values and lookup.basis in ("trial", "treatment") else ()
    rows = [facts.passage.id for facts in asked]
    first = [hit for hit in found if hit.passage.id in rows]
    known = {hit.passage.id for hit in first}
    first += [Hit(facts.passage, 1.0, 0.0, {}, 0.0, {}) for facts in asked if facts.passage.id not in known]
    first.sort(key=lambda hit: rows.index(hit.passage.id))
    rest = [hit for hit in found if hit.passage.id not in rows]
    return Evidence(lookup, tuple(first + rest))
