"""A result that is none: "mutation not found, but only because the test failed"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.patient.marker_symbols import Said
from app.patient.text import Message, Span

_FAILED = re.compile(
    r"^[^;]{0,100}?\b(?:because|but|since|as|though|however|although|due to|owing to|meaning|actually|i\.e\.|which|"
    r"only)\b"
    r"[^;]{0,60}?\b(?:(?:test\w*|assays?|pcr|sequencing|ngs|it|sample|extraction|run|analysis|that part|panel) (?:had |"
    r"has |have )?(?:failed|(?:did not|didn't|hadn't|has not) (?:really )?work\w*|was invalid|were invalid)|"
    r"fail\w* (?:test|"
    r"assay|qc|quality)\w*|not enough (?:dna|rna|tissue|material|tumou?r|cells)|insufficient|inadequate|"
    r"too (?:little|few) "
    r"(?:dna|rna|tissue|material|cells|tumou?r)|(?:wasn't|weren't|was not|were not|never|hadn't been|had not been|"
    r"isn't|"
    r"not actually|didn't get) (?:actually |really |ever |even |been )*(?:tested|looked (?:for|at)|done|covered|"
    r"sequenced|"
    r"assessed|analysed|analyzed|on (?:the|that) panel|part of (?:the|that) panel|included)|low (?:tumou?r )?"
    r"(?:cellularity|content|purity)|degraded|(?:does not|doesn't|did not|didn't) (?:cover|include|test|look))\b"
)
# A first sample that failed is no matter where another one gave the result.
_FIRST_ONLY = re.compile(r"\b(?:first|initial|earlier|previous|original|old|outside)\b[^;]*$")
_NEGATIVE = frozenset({"n", "m+"})


def without_failed(message: Message, sentence: Span, said: Sequence[Said]) -> list[Said]:
    """What is said, a result of "nothing found" unknown where the same sentence says that the test did not work."""
    made = []
    for number, one in enumerate(said):
        behind = [other.start for other in said[number + 1 :] if other.start >= one.end]
        tail = message.plain[one.end : min([*behind, sentence.end])]
        found = _FAILED.match(tail) if one.state in _NEGATIVE or one.subject == "proficient" else None
        failed = found and not _FIRST_ONLY.search(found.group())
        made.append(replace(one, state="u") if failed else one)
    return made
