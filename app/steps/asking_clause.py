"""The question that ends a message which tells of a patient first: "KRAS G12C, had FOLFOX, what was the ORR with …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.sentences import split_sentences

# A question in full form, wherever it begins: these words open no relative clause.
_OPENS = re.compile(
    r"\b(?:what (?:was|is|were|are|did|does)|what (?:\w+ ){1,3}(?:was|were|did|does)|how (?:long|much|many|often|high|"
    r"large|big|common|frequent(?:ly)?|well)|which (?:[\w/-]+ ){0,3}(?:trials?|stud(?:y|ies)))\b",
    re.I,
)
# Behind a break anything may be asked, also in note form: "…, FOLFIRI: median OS of regorafenib?".
_BREAK = re.compile(r"[:;]\s+(?=[^:;]*\?\W*$)")
_WANTS_OPTIONS = re.compile(
    r"\b(?:options?|next|now|eligib\w+|candidates?|qualif\w+|recommend\w*|suggest\w*|advi[sc]e\w*|offer\w*|suitable|"
    r"should|would|could|can|may|best|better|give|try)\b",
    re.I,
)


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of the text as (start, end), one that comes to its question parted where that begins."""
    for start, end in split_sentences(text):
        begins = _question_in(text[start:end])
        if begins:
            yield start, start + begins
        yield start + begins, end


def is_full_question(text: str) -> bool:
    """Whether the text is a question by its first words, with its mark or without it."""
    return bool(_OPENS.match(text.lstrip()))


def _question_in(sentence: str) -> int:
    """Where in the sentence its question begins; 0 where all of it is one, or none stands apart in it."""
    found = [match.start() for match in _OPENS.finditer(sentence)][:1]
    found += [match.end() for match in _BREAK.finditer(sentence)]
    begins = min((place for place in found if place), default=0)
    return 0 if not begins or _WANTS_OPTIONS.search(sentence, begins) else begins
