"""Which share of an answer's sentences is verified: it carries a citation, or states no fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.measures.measure import Measure, Score
from eval.measures.numbers import figures_in
from eval.replies import Reply
from eval.sets import Item
from index.sentences import split_sentences

_MARKS = re.compile(r"\[(\d+)\]")
_RULE = re.compile(r"[|:\s-]*")
# A trial, gene or code (SUNLIGHT, KRAS, HMPL-013), and a drug by the ending of its name.
_NAMED = re.compile(
    r"\b[A-Z]{4,}[\w-]*|\b[A-Z]+-?\d\w*|"
    r"\b\w+(?:mab|tinib|rafenib|tecan|platin|racil|rasib|tipiracil|tuzumab|lisib|clib)\b"
)


def sentences_of(answer: str) -> Iterator[str]:
    """The sentences of an answer in Markdown; a line of a table is one, its head and its rule are none."""
    lines = [line.strip() for line in answer.splitlines()]
    for number, line in enumerate(lines):
        if not line or _RULE.fullmatch(line):
            continue
        if line.startswith("|"):
            is_head = (
                number + 1 < len(lines) and lines[number + 1].startswith("|") and _RULE.fullmatch(lines[number + 1])
            )
            if not is_head:
                yield line
            continue
        yield from (line[start:end] for start, end in split_sentences(line))


def states_fact(sentence: str) -> bool:
    """Whether the sentence has a figure, or names a trial, a gene or a drug."""
    return bool(figures_in(sentence) or _NAMED.search(sentence))


def states_more_than_the_patient(sentence: str, turns: tuple[str, ...]) -> bool:
    """The same in an answer on a patient, where names and the user's own figures tell verdicts and what was given."""
    return bool(figures_in(sentence) - figures_in(" ".join(turns)))


def _score(item: Item, reply: Reply) -> Score | None:
    sentences = list(sentences_of(reply.given.answer))
    if reply.given.status != "answered" or not sentences:
        return None
    numbers = {str(cited.n) for cited in reply.given.citations}
    unmarked = [part for part in sentences if not numbers & set(_MARKS.findall(part))]
    if reply.given.options is None:
        bare = [part for part in unmarked if states_fact(part)]
    else:
        bare = [part for part in unmarked if states_more_than_the_patient(part, item.turns)]
    why = f"no citation: {' / '.join(bare)}" if bare else ""
    return Score(1 - len(bare) / len(sentences), why)


VERIFIED = Measure(
    "verified_sentences",
    "Verified sentences",
    "share of an answer's sentences that carry a citation or state no fact (figure, trial, gene, drug)",
    lambda item: item.status == "answered",
    _score,
)
