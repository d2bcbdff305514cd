"""A message made comparable (same length, lower case, plain dashes and arrows), and cut into sentences and clauses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.patient.profile import Source

_DASHES = "‐‑‒–—―−﹣－⁃"
_ARROWS = "→⇒➔➝➜⟶⟹➙➞↦⮕"
_PLAIN = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _ARROWS), "→"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u205f\u3000\t\u200b\u200c\u200d\ufeff\u00ad"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys(map(ord, "’‘`´ʼ"), "'"),
    **dict.fromkeys(map(ord, "“”„«"), '"'),
    **dict.fromkeys(map(ord, "＋⁺"), "+"),
    ord("ï"): "i", ord("Ï"): "i", ord("*"): " ", ord("~"): "-", ord("⁻"): "-",
    ord("／"): "/", ord("∕"): "/", ord("⁄"): "/", ord("："): ":", ord("；"): ";", ord("，"): ",",
    ord("（"): "(", ord("）"): ")",
    **dict.fromkeys(map(ord, "•●▪◦‣·∙›»►▶"), "•"),
}  # fmt: skip
# A full stop behind these ends no sentence.
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|approx|ca|e\.g|i\.e|incl|resp|pt|pts|adj|hx|dx|tx|rx|inc|est|max|min|excl|"
    r"ext|resist|prog|no|nr|wk|wks|mo|mos|mth|yr|yrs|neg|pos|mut|amp|hep|flex|trans|spl|rectosigm|sigm|asc|desc|"
    r"transv|refr|maint|poss|prob|prev|pall|chemo|dept|hosp|fig)|(?<![/+&])\b[a-z])\.$"
)
# "RAS mut. HER2 neg. Next …": a result, and a new sentence.
_RESULT_ABBREVIATED = re.compile(r"(?:\b(?:mut|neg|pos|amp)|\bmsi[- ]?[hl])\.$")
_NEW_SENTENCE = re.compile(r"\s+(?:[A-Z]|\?)")
_GOES_ON = re.compile(r"\s*[a-z]")
_LIST_NUMBER = re.compile(r"\s*\d{1,2}\.")
_SENTENCE_END = re.compile(r"(?<![\s,;(.!?])[.!?]+[\"')\]]*(?=\s|$)|\n+|(?<=\s)•")
_CLAUSE_END = re.compile(
    r"[,;()]|\s-+\s|→|-+>|=+>|(?<![<>=])>(?![=\d])|\b(?:but|however|although|whereas|while|whilst|then)\b|\s\|\s"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a message: its plain form's `[start, end)`."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        """Whether all of `[start, end)` lies in it."""
        return self.start <= start and end <= self.end

    def touches(self, start: int, end: int) -> bool:
        """Whether any of `[start, end)` lies in it."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: as typed (`said`), as read (`text`, with misspellings put right), `plain` (the same in lower case), its
    sentences, its number from 0. `origin` maps every offset of `text` to one of `said`; all spans are of `text`.
    """

    said: str
    text: str
    plain: str
    sentences: tuple[Span, ...]
    clauses: tuple[Span, ...]
    turn: int
    origin: tuple[int, ...]

    def words(self, span: Span) -> str:
        """The plain words of a stretch."""
        return self.plain[span.start : span.end]

    def source(self, start: int, end: int) -> Source:
        """Where a fact came from: the words as typed, with their offsets there."""
        place, start, end = start, self.origin[start], self.origin[end]
        while start == end and place:  # within words that stand for others ("it"): the whole of what they stand for
            place -= 1
            start = self.origin[place]
        while start < end and self.said[start].isspace():
            start += 1
        while end > start and self.said[end - 1].isspace():
            end -= 1
        return Source("text", self.said[start:end], self.turn, start, end)

    def sentence_at(self, position: int) -> Span:
        """The sentence that holds the position (the last one begun before it)."""
        return self.sentences[max(0, bisect_right(self.sentences, position, key=_start) - 1)]

    def clause_at(self, position: int) -> Span:
        """The clause around the position, within its sentence."""
        return self.clauses[max(0, bisect_right(self.clauses, position, key=_start) - 1)]


def message_of(said: str, turn: int = 0, corrections: Iterable[tuple[int, int, str]] = ()) -> Message:
    """The message `said` as the `turn`th of a conversation (from 0), cut into sentences; line breaks end them.

    `corrections` are (start, end, right spelling), in order and without overlaps.
    """
    text, origin = _corrected(said, corrections)
    plain = _plain(text)
    sentences = tuple(_sentences(plain, text)) or (Span(0, len(plain)),)
    return Message(said, text, plain, sentences, tuple(_clauses(plain, sentences)), turn, origin)


def _start(span: Span) -> int:
    return span.start


def _clauses(plain: str, sentences: Iterable[Span]) -> Iterator[Span]:
    """What stands between the words and marks that end clauses, in order."""
    for sentence in sentences:
        start = sentence.start
        for boundary in _CLAUSE_END.finditer(plain, sentence.start, sentence.end):
            yield Span(start, boundary.start())
            start = boundary.end()
        yield Span(start, sentence.end)


def _corrected(said: str, corrections: Iterable[tuple[int, int, str]]) -> tuple[str, tuple[int, ...]]:
    parts: list[str] = []
    origin: list[int] = []
    done = 0
    for start, end, right in corrections:
        parts += [said[done:start], right]
        origin += range(done, start)
        # The first letter of the right word stands for the wrong word's start, all others for its end.
        origin += [start, *[end] * (len(right) - 1)]
        done = end
    parts.append(said[done:])
    origin += range(done, len(said) + 1)
    return "".join(parts), tuple(origin)


# "BRAF? wt", and in a dialogue "B: braf?", "A: wt": what was asked is answered.
_ANSWERED = re.compile(
    r"(?<![a-z])(?P<what>[kn]?-?ras|b-?raf|her-?2|mmr|msi|ntrk)(?P<asked>\?\s{0,2}(?:[a-z]{1,6}:)?\s{0,2})"
    r"(?=(?:wt|wild[- ]?type|mut(?:ant|ated)?|pos(?:itive)?|neg(?:ative)?|amplified|proficient|deficient|mss|msi-?h|"
    r"[pd]mmr|v600e|g1[23][a-z]|not (?:done|known|tested))\s*(?:[.,;!\n)]|$))"
)


def _answered(found: re.Match[str]) -> str:
    return found["what"] + ":".ljust(len(found["asked"]))


def _plain(text: str) -> str:
    """The text in lower case, of the same length, with one kind of dash, arrow, space and quotation mark."""
    translated = text.translate(_PLAIN)
    # Letter by letter: "İ" has two letters in lower case and keeps its own form, and no letter looks at its neighbours.
    lowered = translated.lower() if translated.isascii() else "".join(map(_lower, translated))
    return _ANSWERED.sub(_answered, lowered)


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _sentences(plain: str, text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for boundary in _SENTENCE_END.finditer(plain):
        end = boundary.end()
        if boundary.group().startswith("..") and _GOES_ON.match(text, end):
            continue  # "panitumumab... no, with bevacizumab"
        if boundary.group()[0] == "." and _is_no_end(plain, text, start, boundary.start()):
            continue
        if plain[start:end].strip(" \n.•"):
            spans.append(Span(start, end))
        start = end
    if plain[start:].strip():
        spans.append(Span(start, len(plain)))
    return spans


def _is_no_end(plain: str, text: str, start: int, dot: int) -> bool:
    """Whether the full stop belongs to an abbreviation or a list number, and the sentence goes on."""
    before = plain[start : dot + 1]
    if _RESULT_ABBREVIATED.search(before) and _NEW_SENTENCE.match(text, dot + 1):
        return False
    return bool(_ABBREVIATIONS.search(before)) or bool(_LIST_NUMBER.fullmatch(before))
