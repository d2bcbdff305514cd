"""Whose figure it is: the arm, endpoint, event, trial or body beside it, as English sentences put it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.steps.paraphrase_tokens import Kind, Token, Tokens

# Named before their figures ("a median OS of …"), unless "of" stands between ("5 months of OS").
_BEFORE: tuple[Kind, ...] = ("endpoint", "event", "trial")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF = frozenset("of median in".split())
_MAY_STAND = frozenset("months % mg to and or weeks days".split())


@dataclass(frozen=True, slots=True)
class _Named:
    """Names of one kind without a figure between them, and where they begin and end among the tokens."""

    value: frozenset[str]
    start: int
    end: int


def partners(kind: Kind, tokens: Tokens) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Every figure with the name of the kind that it belongs to; an empty name where there is none."""
    named = _named(kind, tokens)
    figures = [figure for figure in tokens.of("figure") if kind != "body" or _YEAR.match(figure.text)]
    counted = [token for token in tokens.of("figure", kind) if token.unit != "patients"]
    opens = bool(counted) and counted[0].kind == "figure"
    found = [(figure.value, _partner(figure, kind, named, opens, tokens)) for figure in figures]
    people = [figure for figure in figures if figure.unit == "patients" and kind == "arm"]
    return found + [(figure.value, one.value) for figure in people for one in named]


def _named(kind: Kind, tokens: Tokens) -> list[_Named]:
    found: list[_Named] = []
    runs_on = False
    for token in tokens.tokens:
        if token.kind == kind:
            if runs_on and kind == "arm":
                found[-1] = _Named(found[-1].value | token.value, found[-1].start, token.at)
            else:
                found.append(_Named(token.value, token.at, token.at))
            runs_on = True
        elif token.kind == "figure":
            runs_on = False
    return found


def _partner(figure: Token, kind: Kind, named: list[_Named], figure_opens: bool, tokens: Tokens) -> frozenset[str]:
    before = next((one for one in reversed(named) if one.end < figure.at), None)
    after = next((one for one in named if one.start > figure.at), None)
    if before is None or after is None:
        one = before or after
        return one.value if one else frozenset()
    if kind in _BEFORE:
        return after.value if _is_of(figure, after, tokens) else before.value
    near_before = _is_free(tokens, before.end, figure.at, "stop")
    near_after = _is_free(tokens, figure.at, after.start, "stop")
    if near_before == near_after:
        near_before = _is_free(tokens, before.end, figure.at, "figure")
        near_after = _is_free(tokens, figure.at, after.start, "figure")
    if near_before == near_after:
        return after.value if figure_opens else before.value
    return before.value if near_before else after.value


def _is_of(figure: Token, after: _Named, tokens: Tokens) -> bool:
    """Whether the figure is one "of" the name behind it."""
    between = [
        token.text
        for token in tokens.tokens[figure.at + 1 : after.start]
        if token.kind not in ("figure", "stop") and token.text not in _MAY_STAND
    ]
    return bool(between) and between[0] == "of" and set(between) <= _OF


def _is_free(tokens: Tokens, start: int, end: int, kind: Kind) -> bool:
    """Whether no token of the kind stands between two places."""
    return not any(token.kind == kind for token in tokens.tokens[start + 1 : end])
