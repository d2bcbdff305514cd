"""Who does what: names that change places with each other must take the words beside them along."""

from __future__ import annotations

from itertools import combinations

from app.steps.paraphrase_tokens import Kind, Token, Tokens
from app.steps.paraphrase_words import GLUE

_NAMES: tuple[Kind, ...] = ("arm", "name", "event", "endpoint", "trial")
_BESIDE: tuple[Kind, ...] = ("word", "more", "less", "denial", "figure")
_NEAR_SAID = 4
_NEAR_QUOTED = 6
_LISTED = frozenset("and or , plus both the".split())


def roles_kept(said: Tokens, quote: Tokens) -> bool:
    """Whether two names of a kind that stand in the other order than in the quote stand rather among the words of their
    own place there than among those of the other's. Names of one list ("A and B") may stand in any order.
    """
    known = _places(quote)
    for first, second in combinations(_places(said).values(), 2):
        own, other = known.get(first.value), known.get(second.value)
        if first.kind != second.kind or own is None or other is None or own.at < other.at:
            continue
        in_turn = first.kind == "arm" and len(said.of("figure")) > 1  # "similar with A and B (20% versus 21%)"
        if not in_turn and _is_list(first, second, said) and _is_list(other, own, quote):
            continue
        kept = _alike(first, said, own, quote) + _alike(second, said, other, quote)
        changed = _alike(first, said, other, quote) + _alike(second, said, own, quote)
        if kept <= changed:
            return False
    return True


def _alike(name: Token, said: Tokens, place: Token, quote: Tokens) -> int:
    """How many words beside the name stand beside a place of the quote too."""
    return len(_beside(name, said, _NEAR_SAID) & _beside(place, quote, _NEAR_QUOTED))


def _places(tokens: Tokens) -> dict[frozenset[str], Token]:
    """The names in their order, each where it stands first."""
    found: dict[frozenset[str], Token] = {}
    for token in tokens.of(*_NAMES):
        found.setdefault(token.value, token)
    return found


def _is_list(first: Token, second: Token, tokens: Tokens) -> bool:
    between = tokens.tokens[first.at + 1 : second.at]
    return all(token.text in _LISTED or token.kind == first.kind for token in between)


def _beside(name: Token, tokens: Tokens, near: int) -> frozenset[str]:
    """What stands beside a name in its clause, other names and small words apart."""
    around: list[Token] = []
    for step in (-1, 1):
        for distance in range(1, near + 1):
            place = name.at + step * distance
            if not 0 <= place < len(tokens.tokens) or tokens.tokens[place].text in (";", "."):
                break
            around.append(tokens.tokens[place])
    told = (token for token in around if token.kind in _BESIDE and token.text not in GLUE)
    return frozenset(value for token in told for value in token.value if value not in GLUE)
