"""Whether a sentence says in other words what one sentence of the prose says: nothing added, nothing turned round.

Words may be others of the same meaning, in another order; clauses may be left out. Figures, names and units must be
those of the quote, and stand beside the same arm, endpoint and event; a denial, a direction ("longer"), a condition or
a doubt must be kept where its clause is told, and none may be added; what stands behind "than" stays there.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from app.steps.draft import Support
from app.steps.ledger import Ledger
from app.steps.paraphrase_binding import partners
from app.steps.paraphrase_roles import roles_kept
from app.steps.paraphrase_tokens import Kind, Token, Tokens, tokens_of
from app.steps.paraphrase_words import GLUE, KEPT
from index.lexicon import Lexicon
from index.references import without_references

_FEWEST_WORDS = 3
_TOLD = 0.5
_NEAR = 7
_DENIED = 10
_BOUND: tuple[Kind, ...] = ("arm", "endpoint", "event", "trial", "name", "body")


def paraphrase_holds(text: str, support: tuple[Support, ...], ledger: Ledger) -> bool:
    """Whether the sentence restates the one sentence that it quotes."""
    quotes = {ledger.quote(place) for place in support}
    if len(quotes) != 1:
        return False
    said = _tokens(without_references(text), ledger.lexicon)
    quote = _tokens(quotes.pop(), ledger.lexicon)
    return (
        _words_known(said, quote)
        and _figures_known(said, quote)
        and _nothing_twice(said, quote)
        and _denials_kept(said, quote)
        and _endpoints_denied_alike(said, quote)
        and _qualified(said, quote)
        and _directions_kept(said, quote)
        and _relations_kept(said, quote)
        and roles_kept(said, quote)
        and all(_bound_alike(kind, said, quote) for kind in _BOUND)
    )


@lru_cache(maxsize=4096)
def _tokens(text: str, lexicon: Lexicon) -> Tokens:
    return tokens_of(text, lexicon)


def _telling(tokens: Tokens) -> list[Token]:
    """The words that tell something, names among them."""
    return [token for token in tokens.of("word", *_BOUND) if token.text not in GLUE and not token.value & GLUE]


def _words_known(said: Tokens, quote: Tokens) -> bool:
    """Whether every word that tells is one of the quote, or means the same, and there are enough of them."""
    known = frozenset[str]().union(*(token.value for token in quote.tokens))
    telling = _telling(said)
    names = quote.names | _parts(quote)
    if any(not token.value <= known and not _in_parts(token, names) for token in telling):
        return False
    if not _strange(said) <= names:
        return False
    return len({value for token in telling for value in token.value}) >= _FEWEST_WORDS


def _in_parts(token: Token, names: frozenset[str]) -> bool:
    """Whether the parts of a word or name all stand in the quote; another trial or drug may be called nearly alike."""
    return token.kind not in ("trial", "arm") and set(_split(token.text)) <= names


def _strange(said: Tokens) -> frozenset[str]:
    """Capitalised words that are part of no name known otherwise."""
    named = {part for token in said.of(*_BOUND) for part in _split(token.text)}
    return frozenset(name for name in said.names if name not in named and name not in GLUE)


def _parts(quote: Tokens) -> frozenset[str]:
    return frozenset(part for token in quote.tokens for part in (token.text, *_split(token.text)))


def _split(text: str) -> list[str]:
    return text.replace("-", " ").replace("/", " ").replace("–", " ").split()


def _figures_known(said: Tokens, quote: Tokens) -> bool:
    """Whether each figure stands in the quote with the same unit and label, and is "about" or "more than" alike."""
    known = {_amount(token, quote) for token in quote.of("figure")}
    return all(_amount(token, said) in known for token in said.of("figure"))


def _amount(figure: Token, tokens: Tokens) -> tuple[frozenset[str], str, str, frozenset[str]]:
    unit = "" if figure.unit == "patients" else figure.unit
    return figure.value, unit, figure.label, _size(figure, tokens)


def _size(figure: Token, tokens: Tokens) -> frozenset[str]:
    """What stands before a figure and makes it another: "about", "more than", "only", a sign."""
    before = tokens.tokens[max(0, figure.at - 2) : figure.at]
    sizes = {"about", "almost", "morethan", "lessthan", "some", "<", ">", "≥", "≤"}
    return frozenset(value for token in before for value in token.value if value in sizes)


def _nothing_twice(said: Tokens, quote: Tokens) -> bool:
    """Whether no figure and no name is told more often than in the quote, where another one may have stood."""
    for kind in ("figure", *_BOUND):
        own, known = (Counter(value for token in one.of(kind) for value in token.value) for one in (said, quote))
        if any(value in known for value in own - known):
            return False
    return True


def _endpoints_denied_alike(said: Tokens, quote: Tokens) -> bool:
    """Whether each endpoint stands in a clause that denies something, or in one that does not, as in the quote."""
    return _with_denial(said) <= _with_denial(quote)


def _with_denial(tokens: Tokens) -> set[tuple[str, bool]]:
    return {
        (value, any(other.kind == "denial" for other in clause))
        for clause in tokens.clauses()
        for token in clause
        if token.kind == "endpoint"
        for value in token.value
    }


def _denials_kept(said: Tokens, quote: Tokens) -> bool:
    """Whether as much is denied as in the clauses that are told, and beside the same words."""
    denied = quote.of("denial")
    told = [one for clause in _told_clauses(said, quote) for one in clause if one.kind == "denial"]
    own = said.of("denial")
    if len(own) != len(told):
        return False
    return all(any(_beside(one, said) & _beside(other, quote) for other in denied) for one in own)


def _beside(token: Token, tokens: Tokens) -> frozenset[str]:
    """What the words around a denial tell, those behind it first of all."""
    around = tokens.tokens[max(0, token.at - 3) : token.at + _DENIED]
    telling = [one for one in around if one.kind in ("word", "more", "less", "endpoint", "name", "event")]
    return frozenset(value for one in telling for value in one.value if value not in GLUE)


def _told_clauses(said: Tokens, quote: Tokens) -> list[list[Token]]:
    """The clauses of the quote of which the sentence tells at least half."""
    own = frozenset[str]().union(*(token.value for token in said.tokens))
    found = []
    for clause in quote.clauses():
        telling = [token for token in clause if token.kind not in ("denial", "relation") and not token.value & GLUE]
        if telling and sum(bool(token.value & own) for token in telling) >= _TOLD * len(telling):
            found.append(clause)
    return found


def _qualified(said: Tokens, quote: Tokens) -> bool:
    """Whether conditions and doubts of what is told are kept."""
    own = {value for token in said.tokens for value in token.value}
    wanted = {value for clause in _told_clauses(said, quote) for token in clause for value in token.value & KEPT}
    always = {value for token in quote.tokens for value in token.value & {"if", "unless", "except"}}
    return wanted | always <= own


def _directions_kept(said: Tokens, quote: Tokens) -> bool:
    """Whether what is more or less in the sentence is so in the quote, of the same endpoint."""
    for kind in ("more", "less"):
        for token in said.of(kind):
            known = quote.of(kind)
            ends = _endpoints_near(token, said)
            if not known or (ends and not any(ends & _endpoints_near(one, quote, wide=True) for one in known)):
                return False
    told = [token.kind for clause in _told_clauses(said, quote) for token in clause if token.kind in ("more", "less")]
    own = {token.kind for token in said.of("more", "less")}
    own |= {"more"} if any("benefit" in token.text for token in said.tokens) else set()
    return set(told) <= own or not said.of("endpoint")


def _endpoints_near(token: Token, tokens: Tokens, wide: bool = False) -> frozenset[str]:
    """The endpoint nearest to a word, in its clause; with `wide`, all of its clause, else of the sentence."""
    clause = next(clause for clause in tokens.clauses() if token in clause)
    ends = [one for one in clause if one.kind == "endpoint"]
    if wide:
        return frozenset().union(*(one.value for one in ends or tokens.of("endpoint")))
    near = sorted(ends, key=lambda one: abs(one.at - token.at))[:1]
    return near[0].value if near else frozenset()


def _relations_kept(said: Tokens, quote: Tokens) -> bool:
    """Whether what stands behind "before", "after", "than", "instead of" and "versus" stands there in the quote."""
    for token in said.of("relation"):
        behind = _behind(token, said)
        if behind is None:
            continue
        if token.text in _SLIGHT:
            known = [_behind(one, quote) for one in quote.of("relation") if one.text == token.text]
            if any(known) and behind not in known:
                return False
            continue
        others = [one for one in quote.of("relation") if one.text == token.text or {one.text, token.text} <= _COMPARE]
        known = [_behind(one, quote) for one in others]
        if token.text == "versus" and said.of("figure") and (not known or None in known):
            continue  # then the figures tell whose they are
        if behind not in known:
            return False
    return True


# They order names only where the quote does so too.
_SLIGHT = frozenset("on to from".split())
_COMPARE = {"than", "versus", "insteadof"}


def _behind(relation: Token, tokens: Tokens) -> frozenset[str] | None:
    """The arm or trial right behind the word."""
    near = 3 if relation.text in _SLIGHT else _NEAR
    for token in tokens.tokens[relation.at + 1 : relation.at + near]:
        if token.kind in ("arm", "trial"):
            return token.value
        if token.kind in ("figure", "stop"):
            return None
    return None


def _bound_alike(kind: Kind, said: Tokens, quote: Tokens) -> bool:
    """Whether each figure stands with the same name of the kind as in the quote."""
    if not said.of(kind) or len({token.value for token in quote.of(kind)}) < 2:
        return True
    known = partners(kind, quote)
    if kind == "name" and len({partner for _, partner in known}) < 2:
        return True
    return all(
        any(partner == other for number, other in known if number == figure)
        for figure, partner in partners(kind, said)
        if partner
    )
