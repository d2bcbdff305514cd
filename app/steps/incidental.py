"""Words of daily life that name a subject of the lexicon in passing: they make no other question of one that a sentence
of the review answers ("which features tend to travel with V600E?").
"""

from __future__ import annotations

from dataclasses import replace

from app.steps.evidence import EvidenceBase
from app.steps.prose import open_words
from app.steps.understand import Question
from index.lexicon import Mention
from index.search import Searcher

# So near must a sentence be to the question as it is asked …
_ANSWERED = 0.62
# … and so little nearer without the words, which a question about their subject would be by far.
_DRAWN_AWAY = 0.08
_HITS = 10
# What must be left to ask beside drugs and patients: a value, a side effect or a topic, or so many words of the corpus.
_MATTER = frozenset({"endpoint", "adverse_event", "topic"})
_FEWEST_WORDS = 3


def without_incidental(question: Question, base: EvidenceBase, searcher: Searcher) -> Question:
    """The question without such names, where a sentence answers it with the words as well as without them."""
    passing = [mention for mention in question.mentions if _may_be_passing(mention, question, base)]
    if not passing or not _is_left(without(question, passing, base), base):
        return question
    near = _nearest(question.search_text, searcher)
    if near < _ANSWERED or _nearest(_blanked(question, passing), searcher) - near > _DRAWN_AWAY:
        return question
    return without(question, passing, base)


def without(question: Question, names: list[Mention], base: EvidenceBase) -> Question:
    """The question as if its text had not these mentions."""
    kept = tuple(mention for mention in question.mentions if mention not in names)
    gone = {mention.id for mention in names} - {mention.id for mention in kept}
    named = tuple(name for name in question.named if name not in gone)
    parts = (base.lexicon.entries[name].parts for name in named)
    return replace(question, mentions=kept, named=named, entities=frozenset(named).union(*parts))


def _is_left(rest: Question, base: EvidenceBase) -> bool:
    """Whether something is asked beside the words in passing: without it they are what is asked about."""
    kinds = {base.lexicon.entries[name].kind for name in rest.named}
    return bool(kinds & _MATTER) or open_words(rest, base) >= _FEWEST_WORDS


def _may_be_passing(mention: Mention, question: Question, base: EvidenceBase) -> bool:
    return not base.names(mention.id) and base.lexicon.is_everyday(mention, question.text)


def _nearest(text: str, searcher: Searcher) -> float:
    """The best cosine of any sentence of the prose with the text."""
    return max((max(hit.sentences.values(), default=hit.cosine) for hit in searcher.search(text, _HITS)), default=-1.0)


def _blanked(question: Question, names: list[Mention]) -> str:
    text = question.text
    for mention in reversed(names):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return question.search_text.replace(question.text, " ".join(text.split()))
