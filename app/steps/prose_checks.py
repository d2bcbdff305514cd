"""Whether a sentence on the prose is quoted from it, or restates it without a new figure, name, word or denial."""

from __future__ import annotations

from app.steps.draft import Support
from app.steps.ledger import Ledger
from app.steps.quoted import NEGATION, is_quoted, proper_names, without_lead, words_of
from index.references import without_references

# Words that may be added around what the passage says.
_GLUE = frozenset(
    "a an and are as at be been both but by did does for from had has have in into is it its of on or over "
    "review reports said says so study than that the their them there these they this those to trial trials was were "
    "which while who with".split()
)
# A part of the quote with one of these may not be left out.
_CONDITIONS = frozenset({"if", "unless", "only", "except", "provided"})


def prose_holds(text: str, support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether each quote has the sentence as a whole or as a clause; else whether it has its words in their order, and
    none is left out that tells: a figure, a name, a denial.
    """
    quotes = [ledger.quote(place) for place in support]
    bare = without_lead(without_references(text))
    if all(is_quoted(bare, quote) for quote in quotes) or is_quoted(bare, " ".join(quotes)):
        return True
    return bool(quotes) and all(_restates(bare, quote, ledger) for quote in quotes)


def _restates(text: str, quote: str, ledger: Ledger) -> bool:
    """The words of the quote in their order, with small words added and nothing that tells left out between them."""
    said, whole = words_of(text), words_of(quote)
    if not said or not whole:
        return False
    names = frozenset(proper_names(quote))
    starts = [number for number, word in enumerate(whole) if word == next((w for w in said if w not in _GLUE), "")]
    return any(_follows(said, whole, start, names, ledger) for start in starts)


def _follows(said: tuple[str, ...], whole: tuple[str, ...], start: int, names: frozenset[str], ledger: Ledger) -> bool:
    position = start
    begun = False
    for word in said:
        found = _next(word, whole, position)
        skipped = whole[position:found] if found is not None else ()
        after_figure = begun and bool(skipped) and whole[position - 1][0].isdigit()
        if found is not None and (
            not begun or not (after_figure or any(_tells(other, names, ledger) for other in skipped))
        ):
            position = found + 1
            begun = True
        elif word not in _GLUE:
            return False
    cut = (*whole[:start], *whole[position:])
    unit_cut = position < len(whole) and whole[position - 1][0].isdigit()
    return begun and not unit_cut and not any(word in _CONDITIONS or NEGATION.fullmatch(word) for word in cut)


def _next(word: str, whole: tuple[str, ...], position: int) -> int | None:
    return next((number for number in range(position, len(whole)) if whole[number] == word), None)


def _tells(word: str, names: frozenset[str], ledger: Ledger) -> bool:
    """Whether a word may not be left out: a figure, a sign, a name, a denial."""
    return not word.isalpha() or word in names or ledger.is_name(word) or NEGATION.fullmatch(word) is not None
