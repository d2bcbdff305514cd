"""Sentences that the assistant says of itself: they must be replies, and may deny only what is not there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from app.steps.draft import Statement
from app.steps.ledger import Ledger

_REPLIES = Path(__file__).resolve().parent.parent.parent / "prompts" / "replies.toml"
_FEWEST_WORDS = 2
_DENIED_KINDS = frozenset({"drug", "trial", "marker", "adverse_event", "endpoint"})


def own_holds(statement: Statement, ledger: Ledger) -> bool:
    """Whether the statement is one of the replies, and a denial in it true as far as the corpus can tell."""
    name = next((name for name, pattern in _patterns() if pattern.fullmatch(statement.text)), None)
    if name is None:
        return False
    if name == "not_in_corpus":
        return not _is_named(statement.text.removeprefix("The review does not mention "), ledger)
    if name == "no_such_arm":
        return _has_no_arm(statement, ledger)
    return True


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The replies that have words of their own, as patterns."""
    found = []
    for name, text in tomllib.loads(_REPLIES.read_text(encoding="utf-8")).items():
        parts = re.split(r"\{\w+\}", text)
        if len(" ".join(parts).split()) >= _FEWEST_WORDS:
            found.append((name, re.compile(".+?".join(map(re.escape, parts)), re.S)))
    return tuple(found)


def _is_named(denied: str, ledger: Ledger) -> bool:
    """Whether anything that is said not to be mentioned is."""
    for part in denied.rstrip(".").split(" or "):
        for mention in ledger.lexicon.find(part, misspelled=False):
            whole = (mention.start, mention.end) == (0, len(part))
            if whole and mention.kind in _DENIED_KINDS and ledger.base.names(mention.id):
                return True
    return False


def _has_no_arm(statement: Statement, ledger: Ledger) -> bool:
    """Whether none of the rows cited tests a drug that they are said not to test."""
    denied = statement.text.rpartition(" has no arm with ")[2]
    drugs = {
        mention.id for mention in ledger.lexicon.find(denied, misspelled=False) if mention.kind == "drug"
    }  # fmt: skip
    rows = [facts for place in statement.support if (facts := ledger.row(place))]
    return bool(rows) and not any(drugs & facts.drugs for facts in rows)
