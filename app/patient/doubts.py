"""What the words around a drug that looks given say against it: told in clauses without a verb of giving ("the tablets
are ordered, he starts Monday"; "prescribed this morning, she hasn't taken a tablet").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.patient.text import Message
from app.patient.therapy_mentions import Status, Therapy

_DOSE = r"(?:doses?|tablets?|pills?|capsules?|cycles?|infusions?|courses?)"
_FIRST_DOSE = rf"(?:(?:the|his|her|its|a|any|even a) )?(?:very )?(?:first|1st|single|one) (?:planned )?{_DOSE}"
_SOON = (
    r"(?:(?:on |next |this |coming )*(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|tomorrow|"
    r"tonight|"
    r"next week|next month|later (?:today|this week)|in a (?:week|fortnight|few days)|shortly|soon\b)"
)
# No dose of it was taken.
_NOT_TAKEN = re.compile(
    rf"^\s*[:-]?\s*n/a\b|\bbefore (?:{_FIRST_DOSE}|cycle (?:1|one)\b|c1\b|(?:he|she|they)(?:'d|"
    rf" had)? (?:\w+ )?(?:had|took|taken|received)"
    rf" (?:a|any|one|even))|\bprior to {_FIRST_DOSE}|\bbefore (?:getting|having|starting|receiving|taking) (?:it|"
    rf"them|any|that)\b|"
    rf"\b(?:hasn't|has not|hadn't|had not|didn't|did not|haven't|never) (?:\w+ )?(?:taken|had|take|have|receive|"
    rf"received|"
    rf"swallowed|start|started|touched) (?:a|any|one|the first|her first|his first|a single|even a|even one)"
    rf"(?: of (?:the|his|her))? ?(?:\w+ )?{_DOSE}|\bnot (?:a|one|even (?:a|one)) (?:single )?{_DOSE}|"
    rf"\bno {_DOSE} (?:of it )?(?:was |were |has been |have been )?(?:ever )?(?:taken|given|received|administered)|"
    rf"\b(?:{_FIRST_DOSE}|cycle (?:1|one)|c1) (?:is |was |are )?(?:still )?(?:due|booked|planned|scheduled|pending|"
    rf"awaited|cancelled|deferred|postponed|{_SOON})|"
    rf"\b(?:he|she|they|who|and|to|it|which) ?(?:'ll | will | is to | are to | due to )?(?:starts?|begins?|commences?) "
    rf"(?:it |them |on )?{_SOON}|\b(?:script|prescription|tablets|pills|box|boxes|capsules)(?:'s| is| are| was| were)? "
    r"(?:still |sitting |not |never |just |all )*(?:in (?:my|the|his|her) (?:pocket|drawer|bag|cupboard|fridge|"
    r"pharmacy)|"
    r"on (?:my|the|his|her) (?:desk|table|shelf)|unopened|untouched|unused|uncollected|collected yet|arrived yet)|"
    r"\b(?:sent|turned) (?:him|her|them) (?:straight |back )?(?:home|away)\b|\b(?:was|were|"
    r"got) (?:then )?sent (?:back )?"
    r"home\b|\bwent home without\b|\b(?:it|that|this) (?:\w+ )?never (?:got|went|came|took|happened|began|started)\b|"
    r"\b(?:written|entered|recorded|listed|put|noted|typed|documented|filed|charted)(?: down)? (?:in error|by mistake|"
    r"wrongly|erroneously)\b|\bleft (?:it|them|that) out\b|\b(?:it|this|that|which) (?:was|were) (?:left out|"
    r"omitted)\b|"
    r"\b(?:was|were|is)(?: not|n't) (?:stocked|in stock|supplied)\b|\bnot opened\b|\b(?:box|boxes|pack|packs|bottle|"
    r"blisters?)\b"
    r"(?: \w+){0,4} (?:full|unopened|untouched|unused)\b|\bput paid to (?:that|it|this)\b|\bnever (?:made it|"
    r"got) (?:to|as far as) (?:the )?"
    r"(?:start|cycle|first|day 1)"
)
# Somebody wants or allows it, which does not yet give it.
_ARRANGED_AFTER = re.compile(
    r"\b(?:advised|recommended|proposed|suggested|ordered|prescribed|dispensed|written up|charted|approved|"
    r"authori[sz]ed|"
    r"(?:signed|given|gave) (?:the |his |her )?consent|consented|(?:waiting|waits?) for (?:a |the )?(?:chair|slot|bed|"
    r"date|port|line|start|funding|approval|delivery)|funding (?:panel|request|application|is|was|has)|to commence|"
    r"\bawaiting\b|\b(?:in|on) (?:the|his|her|a) (?:cupboard|drawer|fridge|shelf|waiting list)\b|being (?:organised|"
    r"organized|arranged|set up|sorted))\b"
)
_ARRANGED_BEFORE = re.compile(
    r"\b(?:prescribed|ordered|dispensed|charted|signed|written (?:him|her|them) up|put (?:him|her|them) down|wrote)\b"
    r"(?: up)?(?: (?:him|her|them|a|an|the|some|for|script|prescription|first|cycle|of))*\s*$"
)
_JUST_NOW = re.compile(
    r"\b(?:this (?:morning|afternoon|week|evening)|today|yesterday|just now|last night|an hour ago|a moment ago|"
    r"minutes ago|"
    r"(?:on|last) (?:mon|tues|wednes|thurs|fri)day)\b"
)
# What only a drug that was taken does.
_TAKEN = re.compile(
    rf"\b\d+ ?(?:{_DOSE}|months?|mths?|mo|weeks?|wks?)\b|\bx ?\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    rf"twelve|several|few) (?:{_DOSE}|months|weeks)|\bprogress\w*|\bpd\b|\brespon[ds]\w*|\bpr\b|\bsd\b|\bfail\w*|"
    r"\btolerat\w*|\bwork(?:s|ed|ing)\b|\bshr[aiu]nk\w*|\bgrew\b|\bgrow(?:n|ing|th)\b|\bcomplet\w+|\bfinished\b|"
    r"\btoxicit\w*|\bheld (?:him|her|it|things)|\bstable\b|\bwas given\b|\bgiven (?:from|until|in)\b|\bduly\b|"
    r"\bstopped (?:after|for|because|due|at|when|on)\b|\bsince\b"
)
_REFERS = re.compile(
    r"^\W*(?:(?:but|and|so|however|though|then|now|actually|sadly|unfortunately)\W+)*(?:(?:he|she|they|it|this|that|we|"
    r"nobody|the (?:tablets|script|prescription|first|drug|treatment|patient)|first|script|prescription|tablets|cycle|"
    r"not|no)\b|(?:he|she|it)'s\b)"
)
# Nobody can tell whether it was taken.
_NO_TRACE = re.compile(
    r"\bno (?:trace|record)(?! of (?:an?|any|the)\b)|\b(?:can't|cannot|couldn't|could not|can not) (?:\w+ )?(?:find|"
    r"trace|"
    r"confirm|verify)\b|\bcould not be (?:confirmed|verified|traced)|\bunconfirmed\b|\b(?:don't|do not) (?:quote|"
    r"hold) me\b|\bfrom memory\b|\b(?:can't|cannot) (?:swear|recall|remember)\b|"
    r"\b(?:could|may|might) be wrong\b|\bnot 100\b|\b(?:don't|do not|didn't|nobody|"
    r"no one) "
    r"know(?:s)? (?:if|whether) (?:he|she|it|they)\b|\bnot (?:sure|certain|clear) (?:if|whether) (?:he|she|it|they)\b"
)
_TOOK_IT = re.compile(
    r"(?<!n't )(?<!never )\b(?:took|has taken|has been taking|was taking|used|finished) (?:it|them|the tablets|"
    r"the pills|all of it)"
    r"(?= (?:for|until|from|daily|every|since|last|all|in)\b|\s*[,.;])"
)
# "she has not started any of it", "none of this was given": of all that was just named.
_NONE_OF_IT = re.compile(
    r"\b(?:hasn't|has not|haven't|have not|hadn't|had not|never) (?:yet |actually )*(?:started|had|received|begun|"
    r"been given|got) "
    r"any of (?:it|this|that|them|these|those)\b|\bnone of (?:it|this|that|them|these|those|which) (?:has|have|had|"
    r"was|were) "
    r"(?:ever |yet |actually |been )*(?:started|given|received|begun|happened)\b"
)
# "but the referral is for the wrong Mr Smith"
_OF_ANOTHER = re.compile(
    r"\b(?:referral|letter|notes?|summary|records?|list|charts?|that|this|it|history) (?:is|was|are|were|belongs?|"
    r"belonged) "
    r"(?:actually |really |in fact )*(?:for|of|to|about|from)? ?(?:the wrong|another|a different|someone else|"
    r"somebody else)\b"
)
# A late or targeted drug with words of its own behind it that tell of no taking: nobody knows.
_LATE_OR_TARGETED = frozenset(
    {
        "immunotherapy",
        "braf_inhibitor",
        "kras_g12c_inhibitor",
        "anti_her2",
        "trk_inhibitor",
        "ftd_tpi",
        "regorafenib",
        "fruquintinib",
    }
)
_CLAUSE_ENDS = re.compile(r"[,;.)]")
_OWN_WORDS = re.compile(r"^[^.;\n→(]*")
_WORD = re.compile(r"[a-z]{2,}")
_SOMETHING_ELSE = re.compile(
    r"[knh]?-?ras|braf|\bms[is]|mmr|her-?2|ntrk|ecog|\bps\b|mut|\bwt\b|liver|lung|primary|colon|rect|"
    r"\blines?\b|\btrial\b|\bstudy\b|\border\b|\b(?:taken|took|had|received|given|got)\b|\bfrom\b|\bcycle \d+ day \d|"
    r"\bc\d+ ?d\d|\buntil\b|20\d\d"
)
_HISTORY_BEFORE = re.compile(
    r"\b(?:had|has had|received|got|given|after|on|then|with|tried|started|prior|previous\w*|plus|and|progress\w*|"
    r"fail\w*|line|"
    r"was|took|taken|been|through|following|including|post|treated|exhausted|to|by|of|in)\b|→|[:+]\s*$"
)
_PARTNER = re.compile(r"\s*(?:[+/&-]|plus|with|and|together with)\s*(?:the )?")


def doubted(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies, those called given no more where the words around them say that none was taken, or only that it
    was arranged.
    """
    placed = _without_disowned(message, therapies)
    for group in _groups(message, placed):
        if all(placed[number].status in ("planned", "asked") for number in group) and _was_taken(
            message, placed, group
        ):
            for number in group:
                placed[number] = replace(placed[number], status="given")
            continue
        if any(placed[number].status != "given" or placed[number].hypothetical for number in group):
            continue
        if status := _said_against(message, placed, group):
            for number in group:
                placed[number] = replace(placed[number], status=status)
    return placed


def _groups(message: Message, therapies: Sequence[Therapy]) -> Iterator[list[int]]:
    """The places of drugs named together."""
    group: list[int] = []
    for number, therapy in enumerate(therapies):
        if group and not _PARTNER.fullmatch(message.plain, therapies[group[-1]].end, therapy.start):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _without_disowned(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies without those that a whole sentence takes back: none of it begun, or told of another person."""
    placed = list(therapies)
    for number, sentence in enumerate(message.sentences):
        words = message.words(sentence)
        none = _NONE_OF_IT.search(words)
        if not none and not _OF_ANOTHER.search(words):
            continue
        until = sentence.start + none.start() if none else sentence.start
        start = sentence.start
        for earlier in reversed(message.sentences[:number]):  # the run of sentences that name drugs
            if not any(earlier.holds(therapy.start, therapy.end) for therapy in placed):
                break
            start = earlier.start
        for place, therapy in enumerate(placed):
            if therapy.status == "given" and start <= therapy.start < until:
                placed[place] = replace(therapy, status="not_given" if none else "elsewhere")
    return placed


def _was_taken(message: Message, therapies: Sequence[Therapy], group: Sequence[int]) -> bool:
    """ "she read about it and bought it; she says she took it for a month": asked about, but taken."""
    return bool(_TOOK_IT.search(_behind(message, therapies, group)))


def _behind(message: Message, therapies: Sequence[Therapy], group: Sequence[int]) -> str:
    """The words behind drugs named together, up to the next drug; into the next sentence where that goes on."""
    last = therapies[group[-1]]
    sentence = message.sentence_at(last.start)
    following = [other.start for other in therapies[group[-1] + 1 :]]
    behind = message.plain[last.end : min([*following, sentence.end])]
    if not following or following[0] >= sentence.end:
        behind += _next_sentence(message, therapies, sentence.end)
    return behind


def _said_against(message: Message, therapies: Sequence[Therapy], group: Sequence[int]) -> Status | None:
    first, last = therapies[group[0]], therapies[group[-1]]
    sentence = message.sentence_at(last.start)
    behind = _behind(message, therapies, group)
    left = max([other.end for other in therapies[: group[0]]] + [sentence.start])
    before = message.plain[left : first.start]
    taken = _TAKEN.search(behind)
    denied = _NOT_TAKEN.search(behind)
    if denied and not (taken and taken.start() < denied.start()):
        return "not_given"
    if not taken and _NO_TRACE.search(behind):
        return "unsure"
    if taken or (any(therapies[number].backbone and len(group) == 1 for number in group) and not _is_near(behind)):
        return None
    if _ARRANGED_BEFORE.search(before):
        return "planned" if _JUST_NOW.search(message.words(sentence)) else None
    if _ARRANGED_AFTER.search(behind[:48]):
        return "unsure"
    named = {agent for number in group for agent in therapies[number].agents}
    found = _OWN_WORDS.match(behind)
    own = found.group() if found else ""
    vague = (
        len(_WORD.findall(own)) > 2
        and not _SOMETHING_ELSE.search(own)
        and not _HISTORY_BEFORE.search(_CLAUSE_ENDS.split(before)[-1])
    )
    return "unsure" if vague and named & _LATE_OR_TARGETED else None


def _is_near(behind: str) -> bool:
    return bool(_ARRANGED_AFTER.search(behind[:32]))


def _next_sentence(message: Message, therapies: Sequence[Therapy], end: int) -> str:
    """The sentence that begins at `end`, where it goes on about what was named last and names no drug itself."""
    following = next((other for other in message.sentences if other.start >= end), None)
    if following is None or any(following.holds(other.start, other.end) for other in therapies):
        return ""
    words = message.words(following)
    return " " + words if _REFERS.match(words.lstrip()) else ""
