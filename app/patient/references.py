"""Words that stand for something named before ("the former", "hers", "it", "all but the first"), put into its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.patient.text import Message
from index.lexicon import Mention

Correction = tuple[int, int, str]

_TRIGGER = re.compile(
    r"\b(?:former|latter|of which|of these|of those|(?:all|everything) (?:but|except)|hers|his own|her own|"
    r"his (?:is|was)|it (?:is|was|were|came back|comes back|turn(?:s|ed) out)|it's|not amplified|arm [a-d1-4]|ditto|"
    r"likewise|so's|"
    r"so (?:is|was|are)|as (?:is|was|are)|the fusion|ihc (?:was|is|came)|ihc [0-3]|the ihc)\b"
)
_MARKER = r"(?:[kn]-?ras|ras|b-?raf|her-?2|ntrk|msi|mmr|d-?mmr)"
_MARKERS = re.compile(rf"(?<![a-z])(?P<one>{_MARKER})\s*(?:,? and|/|&|\+|,|or)\s*(?P<two>{_MARKER})(?![a-z0-9])")
_ONE_MARKER = re.compile(rf"(?<![a-z0-9]){_MARKER}(?![a-z0-9])")
_FORMER_LATTER = re.compile(
    r"\b(?:(?P<one>the former)|(?P<two>the latter)|(?<=of which )(?P<first>the first)|"
    r"(?<=of these )(?P<first2>the first)|"
    r"(?P<second>the second)(?! ?-?(?:line|patient|cycle|dose|time|course|biopsy|report|opinion|one)\b))"
)
_ALTERED = re.compile(r"\b(?:mutated|amplified|positive|altered|lost|deficient)\b")
_ELLIPSIS = re.compile(r"\s+(?:is|was|are|were)\s+not(?=\s*(?:[,;.]|$))")
_STATE = r"(?:wt|wild|mut|neg|pos|mss|msi|pmmr|dmmr|proficient|deficient|stable|normal|not mut)"
# "hers is wt", "it is wt": the marker last named, where a result follows.
_OWN_RESULT = re.compile(
    rf"(?<![a-z])(?:hers|his own|her own|his)(?= (?:is|was|came back|reads) {_STATE})|"
    rf"(?<=[;,] )(?:it(?= (?:is|was|came back) {_STATE})|it(?='s {_STATE}))"
)
# "what if it came back high": the test spoken of before.
_IF_IT = re.compile(
    rf"(?<=if )it(?= (?:is|was|were|came back|comes back|turn(?:s|ed) out)(?: to be)? (?:\w+ )?(?:high|{_STATE[3:-1]}))"
)
# "HER2 amplified … then the second laboratory: not amplified", which no other marker is.
_NOT_AMPLIFIED = re.compile(r"(?<=[:;,.] )not amplified|(?<=said )not amplified|(?<=say )not amplified")
_HER2 = re.compile(r"(?<![a-z0-9])(?:her-?2|erbb2)(?![a-z0-9])")
_LIKEWISE = re.compile(
    rf"(?:\bso(?:'s| is| was| are)|\bas (?:is|was|are)|\blikewise|\bditto(?: for)?) (?:the |his |her |"
    rf"its )?{_MARKER}(?![a-z0-9])|"
    rf"(?<![a-z0-9]){_MARKER}(?:,|:| is| was)? (?P<ditto>ditto|likewise)\b"
)
_LIKE_STATE = re.compile(
    r"\b(?:wild[- ]?types?|wt|normal|(?:not |no |un-?)?(?:mutated|mutant|mutations?|amplified)|negative|positive)\b"
)
_STAIN = re.compile(r"(?:(?<=[.;:?] )|(?<=[.;:?] the ))ihc(?= (?:was |is |came back |showed )?[0-3]\b)")
_ANY_GENE = re.compile(rf"(?<![a-z0-9])(?:{_MARKER}|erbb2|mlh1|msh[26]|pms2)(?![a-z0-9])")
_FUSION = re.compile(r"\bthe (?:gene )?fusion\b(?! (?:of|in|with)\b)")
_ALL_BUT = re.compile(r"\b(?:all|everything) (?:but|except)(?: for)? the (?P<which>first|last|second|third)\b")
_PLACES = {"first": 0, "second": 1, "third": 2, "last": -1}
_JOINT = re.compile(r"\s?[/+&-]\s?|\s(?:and|plus|with)\s(?=bev|cet|pan|afl|ram)")
_LISTED = re.compile(r"\s*(?:,|,?\s*(?:and|or|then)|→|->|;|/)\s*(?:then )?")
_ARM = re.compile(
    r"\barm (?P<name>[a-d1-4])\b\s*[:=(]?\s*(?P<what>[^,;.]{3,60}?)(?=\s*(?:[,;.)]|\bor\b|\bversus\b|\bvs\b))"
)
_IN_ARM = re.compile(
    r"\b(?:in|on|to|into|received|got|was|allocated|randomi[sz]ed to) (?:the )?arm (?P<name>[a-d1-4])\b"
)
_KINDS = ("drug", "regimen", "class")


def references_in(message: Message, mentions: Callable[[], Sequence[Mention]]) -> list[Correction]:
    """What stands for a name in the message, with the name, as corrections of the text as typed: (start, end, name)."""
    if not _TRIGGER.search(message.plain):
        return []
    drugs = _drugs(message, mentions())
    found = [*_pairs(message, drugs), *_own_results(message), *_exceptions(message, drugs), *_other_arms(message)]
    found += [*_likewise(message), *_bare_fusions(message), *_bare_stains(message)]
    return [(message.origin[start], message.origin[end], name) for start, end, name in sorted(found)]


def _drugs(message: Message, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """The therapies named, what is joined taken as one: [start, end) of "FOLFOX-bev"."""
    spans: list[tuple[int, int]] = []
    for mention in sorted((one for one in mentions if one.kind in _KINDS), key=lambda one: one.start):
        joint = _JOINT.match(message.plain, spans[-1][1]) if spans else None
        if joint and joint.end() == mention.start:
            spans[-1] = (spans[-1][0], mention.end)
        else:
            spans.append((mention.start, mention.end))
    return spans


def _pairs(message: Message, drugs: Sequence[tuple[int, int]]) -> Iterator[Correction]:
    """ "the former … the latter", "of which the first … and the second": one of the last two markers or therapies."""
    latest: tuple[str, str] | None = None
    for found in _FORMER_LATTER.finditer(message.plain):
        if not found["second"] or latest is None:
            latest = _pair_before(message, drugs, found.start())
        if latest is None or (found["second"] and not _began(message, found.start())):
            continue
        is_first = bool(found["one"] or found["first"] or found["first2"])
        yield found.start(), found.end(), latest[0 if is_first else 1]
        sentence = message.sentence_at(found.start())
        elided = _ELLIPSIS.match(message.plain, found.end(), sentence.end)
        state = _ALTERED.search(message.plain, sentence.start, found.start())
        if elided and state:  # "the former is mutated while the latter is not"
            yield elided.end(), elided.end(), f" {state.group()}"


def _began(message: Message, place: int) -> bool:
    sentence = message.sentence_at(place)
    return bool(re.search(r"of (?:which|these|those) the first\b", message.plain[sentence.start : place]))


def _pair_before(message: Message, drugs: Sequence[tuple[int, int]], place: int) -> tuple[str, str] | None:
    pairs = [
        (found.end(), f"; {found['one']}", f"; {found['two']}") for found in _MARKERS.finditer(message.plain, 0, place)
    ]
    before = [span for span in drugs if span[1] <= place][-2:]
    if len(before) == 2 and before[1][0] - before[0][1] < 60:
        one, two = (message.text[start:end] for start, end in before)
        pairs.append((before[1][1], one, two))
    if not pairs or place - max(pairs)[0] > 120:
        return None
    _, one, two = max(pairs)
    return one, two


def _own_results(message: Message) -> Iterator[Correction]:
    for found in sorted([*_OWN_RESULT.finditer(message.plain), *_IF_IT.finditer(message.plain)], key=re.Match.start):
        named = list(_ONE_MARKER.finditer(message.plain, max(0, found.start() - 160), found.start()))
        if named:
            yield found.start(), found.end(), named[-1].group().removeprefix("d")
    for found in _NOT_AMPLIFIED.finditer(message.plain):
        named = list(_ONE_MARKER.finditer(message.plain, max(0, found.start() - 160), found.start()))
        if (not named and message.turn) or (
            named
            and _HER2.fullmatch(named[-1].group())
            and "amplified" in message.plain[named[-1].end() : found.start()]
        ):
            yield found.start(), found.start(), "HER2 "


def _likewise(message: Message) -> Iterator[Correction]:
    """ "RAS is wild-type and so's BRAF", "BRAF: ditto": the result last told."""
    for found in _LIKEWISE.finditer(message.plain):
        told = list(_LIKE_STATE.finditer(message.plain, max(0, found.start() - 60), found.start()))
        if told and found["ditto"]:
            yield found.start("ditto"), found.end("ditto"), told[-1].group()
        elif told:
            yield found.end(), found.end(), f" {told[-1].group()}"


def _bare_fusions(message: Message) -> Iterator[Correction]:
    """ "RNA sequencing did not confirm the fusion": here there is but one gene of which fusions are told."""
    for found in _FUSION.finditer(message.plain):
        if "trk" not in message.words(message.sentence_at(found.start())):
            yield found.start(), found.end(), "the NTRK fusion"


def _bare_stains(message: Message) -> Iterator[Correction]:
    """ "HER2: … IHC was 2+, FISH negative": of the gene last named, where it is HER2."""
    for found in _STAIN.finditer(message.plain):
        named = list(_ANY_GENE.finditer(message.plain, 0, message.sentence_at(found.start()).end))
        if named and named[-1].end() <= found.start() and _HER2.fullmatch(named[-1].group()):
            yield found.start(), found.start(), "HER2 "


def _exceptions(message: Message, drugs: Sequence[tuple[int, int]]) -> Iterator[Correction]:
    """ "of fruquintinib, regorafenib and Lonsurf she has taken all but the first"."""
    for found in _ALL_BUT.finditer(message.plain):
        listed: list[tuple[int, int]] = []
        for span in reversed([span for span in drugs if span[1] <= found.start()]):
            if listed and not _LISTED.fullmatch(message.plain, span[1], listed[0][0]):
                break
            listed.insert(0, span)
        place = _PLACES[found["which"]]
        if len(listed) > max(place, 1):
            start, end = listed[place]
            yield found.start("which") - 4, found.end(), message.text[start:end]


def _other_arms(message: Message) -> Iterator[Correction]:
    """ "arm A FTD/TPI + bev, arm B FTD/TPI. She was in arm B": the other arm was not hers."""
    own = {found["name"] for found in _IN_ARM.finditer(message.plain)}
    if len(own) == 1:
        for found in _ARM.finditer(message.plain):
            if found["name"] not in own and not _IN_ARM.match(message.plain, max(0, found.start() - 3)):
                yield found.start("what"), found.end("what"), "-"
