"""From what a model writes to sentences with the numbers that they cite, one by one as they arrive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.steps.llm_calls import ModelFault

NO_EVIDENCE = "NO EVIDENCE"
_MARKS = r"(?:\s*\[\d+(?:\s*[,;–-]\s*\d+)*\])+"
# A sentence ends behind its marks, or behind its full stop where that is no point of a figure or of "vs.".
_END = re.compile(
    rf"{_MARKS}\s*[.!?]?[*_]*(?=\s|$)"
    rf"|(?<!\bvs)(?<!\bal)(?<!\be\.g)(?<!\bi\.e)[.!?](?!{_MARKS})(?=\s+[A-Z\[“\"(-]|\s*\n)"
    r"|\n\s*\n"
)
_NUMBERS = re.compile(r"\d+")
_MARK = re.compile(_MARKS)
_THOUGHT = re.compile(r"<(think|thinking|reasoning|analysis)>.*?</\1>", re.S | re.I)
_THINKING = re.compile(r"<(?:think|thinking|reasoning|analysis)>", re.I)
_THOUGHT_END = re.compile(r"^.*?</(?:think|thinking|reasoning|analysis)>", re.S | re.I)
_FURNITURE = re.compile(r"^[\s>#*•–-]+(?=\S)|^\d+[.)]\s+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
# So many words in a row from the rules given to the model are no accident.
_LEAK = 8
_ENGLISH = frozenset(
    "the of in and with was were is are a to for by on not no as at than from that it median overall survival "
    "progression free response rate months ratio confidence interval patients evidence hazard".split()
)
_LEAST_ENGLISH = 0.08
_FEWEST_WORDS = 12
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the model without its marks, and the numbers in them."""

    text: str
    cites: tuple[int, ...]


def sentences_of(pieces: Iterable[str]) -> Iterator[Sentence]:
    """The sentences, each as soon as it is whole; what a model thinks aloud between tags is left out."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        waiting = _THOUGHT.sub(" ", waiting)
        if _THINKING.search(waiting):
            continue
        waiting = _THOUGHT_END.sub("", waiting)
        # The last end may be one that more marks follow: it is used when something stands behind it.
        *_, last = [0, *(match.end() for match in _END.finditer(waiting) if waiting[match.end() :].strip())]
        yield from _parted(waiting[:last])
        waiting = waiting[last:]
    yield from _parted(_THINKING.split(_THOUGHT.sub(" ", waiting))[0])


def _parted(text: str) -> Iterator[Sentence]:
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        if sentence := _sentence(text[start:end]):
            yield sentence
        start = end


def _sentence(text: str) -> Sentence | None:
    bare = " ".join(_FURNITURE.sub("", _MARK.sub("", text)).split())
    bare = re.sub(r"\s+([.!?,;])", r"\1", bare)
    if not _WORD.search(bare):
        return None
    numbers = tuple(dict.fromkeys(int(number) for mark in _MARK.findall(text) for number in _NUMBERS.findall(mark)))
    return Sentence(bare if bare[-1] in ".!?" else f"{bare}.", numbers)


def check_reply(text: str, system: str) -> None:
    """Raises ModelFault for a reply that is empty, gives back the rules given to the model, or is not English."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        raise ModelFault("wrote nothing", is_the_servers=False)
    own = " ".join(word.casefold() for word in _WORD.findall(system))
    runs = (" ".join(words[start : start + _LEAK]) for start in range(len(words) - _LEAK + 1))
    if any(f" {run} " in f" {own} " for run in runs):
        raise ModelFault("gave back its instructions", is_the_servers=False)
    if len(words) >= _FEWEST_WORDS and sum(word in _ENGLISH for word in words) < _LEAST_ENGLISH * len(words):
        raise ModelFault("did not write English", is_the_servers=False)
