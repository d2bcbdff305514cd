"""Whether a sentence is a quotation: the words of the quote in their order, cut only where nothing is turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[%<>=≥≤−+×→]")
_CAPITAL = re.compile(r"(?<![\w-])[^\W\d_]*[A-Z][\w]*(?:-\w+)*")
_LEAD = re.compile(r"^(?:yes|none|no)(?:, (?:it|they) (?:was|were|did|does|is|are))?[:,.]\s+", re.I)
# What a clause may not lose without saying something else.
_CONDITION = re.compile(
    r"\b(?:if|unless|only|except|provided|until|when|where|whether|not|no|neither|nor|none|never|without|cannot|"
    r"fail\w*|lack\w*|hardly|few)\b",
    re.I,
)
_SUBORDINATE = re.compile(r"^(?:although|though|even though|while|whereas|despite|since|because|as|however)\b", re.I)
_EXCEPTION = re.compile(
    r"^\W*(?:except|unless|only|if|provided|but (?:not|no|only|rarely)|nor|albeit|though|although)\b", re.I
)
_OPENING = re.compile(r"(?:[.;:,—(]|\b(?:and|but|while|whereas|although))\s*$", re.I)
_CLOSING = re.compile(r"^\s*(?:[.;:,—)(]|(?:and|but|while|whereas|although|because)\b)", re.I)
NEGATION = re.compile(
    r"\b(?:no|not|nor|neither|without|none|never|cannot|fail(?:s|ed|ure)?|lack(?:s|ed|ing)?|non(?=-significant))\b|n[’']t\b",
    re.I,
)
# Words in capitals that name nobody.
_NO_NAMES = frozenset(
    "hr ci os pfs orr rr qol ns nr nd bsc n p no yes the in table tables section median and for of on with by at an a "
    "this these it its trials trial".split()
)


def words_of(text: str) -> tuple[str, ...]:
    """Words, numbers and signs of comparison, in lower case."""
    return tuple(_WORD.findall(text.casefold()))


def proper_names(text: str) -> Iterator[str]:
    """The capitalised words inside the sentences, and those with further capitals anywhere; parted at hyphens."""
    for match in _CAPITAL.finditer(text):
        word = match.group()
        begins = match.start() == 0 or text[: match.start()].rstrip()[-1:] in {".", ":", ";", "“", "!", "?", ""}
        if begins and word[1:].islower():
            continue
        yield from (part for part in words_of(word) if part not in _NO_NAMES and not part.isdigit())


def without_lead(text: str) -> str:
    """The sentence without the "Yes:" or "No:" that answers the question before it."""
    return _LEAD.sub("", text)


def negations(text: str) -> int:
    """How many words of negation the text has."""
    return len(NEGATION.findall(text))


def is_quoted(text: str, quote: str) -> bool:
    """Whether `text` is the quote (without references) or a stretch of it between the bounds of clauses.

    What is cut off in front may not deny or condition the rest, what is cut off behind may not except from it.
    """
    core = _bare(text)
    whole = _bare(quote)
    if core == whole:
        return True
    if not core or core.count("(") != core.count(")"):
        return False
    start = whole.find(core)
    return start >= 0 and _may_go_before(whole[:start]) and _may_go_after(whole[start + len(core) :])


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;:").casefold()


def _may_go_before(cut: str) -> bool:
    if not cut.strip():
        return True
    if not _OPENING.search(cut):
        return False
    clause = re.split(r"[.;]\s", cut.rstrip(" ,:—("))[-1] if cut.rstrip()[-1] not in ".;" else ""
    return not _CONDITION.search(clause) or bool(_SUBORDINATE.search(clause.strip()))


def _may_go_after(cut: str) -> bool:
    return not cut.strip() or (bool(_CLOSING.search(cut)) and not _EXCEPTION.search(cut))
