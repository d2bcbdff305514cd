"""Where one sentence ends and the next begins, in medical prose."""

from __future__ import annotations

import re

# A full stop behind one of these does not end a sentence.
_ABBREVIATIONS = re.compile(r"(?:\b(?:vs|al|e\.g|i\.e|approx|ca|cf|Fig|No|Ref|Dr|Prof|U\.S|St|resp|etc)|\b[A-Z])\.$")
_BOUNDARY = re.compile(r"(?<=[.!?])(?:\s*\[[\d,;–\- @]+\])?[\"'”’)]*\s+(?=[\"'“‘(\[]?[A-Z0-9≥>])")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of the sentences of `text`, in order, without the white space between them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        before = text[start : boundary.end()].rstrip()
        if _ABBREVIATIONS.search(before):
            continue
        spans.append((start, start + len(before)))
        start = boundary.end()
    tail = text[start:].rstrip()
    if tail:
        spans.append((start, start + len(tail)))
    return spans
