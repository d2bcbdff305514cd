"""What a dictating clinician says in words where a typing one writes a sign: "ECOG one", "V six hundred E", "comma"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_ONES = "zero one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {
    **{word: value for value, word in enumerate([*_ONES, *_TEENS])},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
_ONE = rf"(?:{'|'.join(_ONES)})"
_OVER_TWENTY = rf"(?:{'|'.join(_TENS)})(?:[- ]{_ONE})?"
_AGE = re.compile(
    rf"\b(?P<number>{_OVER_TWENTY})(?=[- ]years?[- ](?:old|of age)\b)|"
    rf"\b(?:man|woman|lady|gentleman|patient|male|female|chap)(?:, | of | aged |, aged )(?P<aged>{_OVER_TWENTY})\b"
    rf"(?! (?:days|weeks|months|cycles|per cent|percent))",
    re.IGNORECASE,
)
_FITNESS = re.compile(
    r"\b(?:ecog|who|zubrod|performance status|ps)(?: (?:of|is|status|ps|performance status))* "
    r"(?P<number>(?:(?:zero|one|two|three|four),? (?:no|sorry|correction),? )?(?:zero|one|two|three|"
    r"four))\b(?! (?:lines?|cycles?|courses?|drugs?|regimens?))",
    re.IGNORECASE,
)
_V600 = re.compile(r"\bv[- ]six[- ]hundred[- ](?P<to>[ekdr])\b", re.IGNORECASE)
_CODON = re.compile(
    r"\b(?P<from>[gq])[- ](?P<number>twelve|thirteen|sixty[- ]one)[- ](?P<to>[a-z])\b(?!')", re.IGNORECASE
)
_HER2 = re.compile(
    r"\b(?:HER[- ](?:two|Two|TWO)\b|[Hh]er[- ]two(?= (?:positive|negative|amplif|status|over|score|"
    r"ihc)))"
)
_SCORE = re.compile(r"\b(?P<number>one|two|three) plus\b", re.IGNORECASE)
_OF_HER2 = re.compile(r"\b(?:her-?2|her[- ]two|erbb2|ihc|immunohisto\w*)\b[^.]{0,60}$", re.IGNORECASE)
# Spoken signs are read as such where one of these is among them: nobody types them.
_DICTATED = re.compile(r"\b(?:full stop|new (?:paragraph|line)|comma)\b", re.IGNORECASE)
_SIGNS = re.compile(
    r"[ ,]*\b(?P<sign>full stop|comma|semicolon|new paragraph|new line|open brackets?|close brackets?)\b[.,]?",
    re.IGNORECASE,
)
_WRITTEN = {"full": ".", "comma": ",", "semicolon": ";", "new": "\n", "open": " (", "close": ")"}


def written_out(said: str) -> list[tuple[int, int, str]]:
    """(start, end, what is meant) of what stands in words, in order and without overlaps."""
    found = sorted(_found(said))
    return [one for number, one in enumerate(found) if number == 0 or found[number - 1][1] <= one[0]]


def _found(said: str) -> Iterator[tuple[int, int, str]]:
    if not re.search(
        r"\b(?:one|two|three|four|zero|six|twelve|thirteen|\w+ty)\b|\bcomma\b|"
        r"\bstop\b",
        said,
        re.IGNORECASE,
    ):
        return
    for match in _AGE.finditer(said):
        group = "number" if match["number"] else "aged"
        yield *match.span(group), str(_value(match[group]))
    for match in _FITNESS.finditer(said):
        yield *match.span("number"), str(_value(match["number"].split()[-1]))
    yield from _replaced(_V600, said, lambda match: f"V600{match['to']}")
    yield from _replaced(_CODON, said, lambda match: f"{match['from']}{_value(match['number'])}{match['to']}")
    yield from _replaced(_HER2, said, lambda match: "HER2")
    for match in _SCORE.finditer(said):
        if _OF_HER2.search(said[: match.start()]):
            yield *match.span(), f"{_value(match['number'])}+"
    if _DICTATED.search(said):
        yield from _replaced(_SIGNS, said, lambda match: _WRITTEN[match["sign"].lower().split()[0]])


def _replaced(
    pattern: re.Pattern[str], said: str, right: Callable[[re.Match[str]], str]
) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), right(match)) for match in pattern.finditer(said))


def _value(words: str) -> int:
    return sum(_VALUES[word] for word in re.split(r"[- ]", words.lower()))
