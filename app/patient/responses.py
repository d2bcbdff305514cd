"""How the tumour responded, tied to the drug that it responded to (rules §1.1, `anti_egfr_response`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.patient.courses import Course
from app.patient.findings import Finding
from app.patient.scopes import Scope
from app.patient.text import Message

_RESPONSE = re.compile(
    r"(?<![a-z])(?:(?P<bad>no (?:objective |clinical |tumou?r |real |meaningful |major )?(?:response|benefit)|"
    r"(?:did|does|has|have)(?: not|n't|nt) (?:(?:really|ever|truly|much|properly|actually) )?(?:respond\w*|benefit\w*|"
    r"shrink)|never (?:(?:really|truly|properly|actually|quite) )?respond\w*|"
    r"non-?respon\w+|without (?:any |an? )?(?:objective |clinical |tumou?r |real |meaningful )?(?:response|benefit)|"
    r"(?:made|makes|making) (?:no|little|zero) difference|failed to respond|lack of (?:response|benefit)|"
    r"primar(?:y|ily) (?:progress\w*|refractor\w*|resistan\w*|pd)|best (?:overall )?response (?:on|to|"
    r"with|under) (?:[a-z0-9/+-]+ ){1,3}(?:was |of |being )?(?:sd|pd|stable|progress\w*)(?: disease)?|"
    r"(?:best (?:overall )?(?:response|resp)\W{0,3}(?:was |of |being |= ?)?|bor\W{0,3})(?:sd|pd|"
    r"stable|progress\w*)(?: disease)?|(?:sd|pd|stable disease|progressive disease|progression|"
    r"stabili[sz]ation) (?:as|was|being) (?:the |his |her )?best(?: overall)?(?: response)?|"
    r"(?:sd|stable disease)(?! ?(?:->|→))|disease stabili[sz]ation|immediate (?:pd|progression)|"
    r"progressed (?:straight|right) through|pd at first (?:scan|ct|restaging|evaluation|assessment)|"
    r"(?:did|does|do|has|have)(?: not|n't|nt) (?:(?:really|ever|actually|seem to) )?(?:work\w*|help\w*|do (?:anything|"
    r"much|a thing|a lot)|get (?:him|her|us|them )?anywhere)|never (?:(?:really|quite|actually) )?(?:worked|helped|did "
    r"anything)|did (?:(?:absolutely |precisely |basically |next to )?nothing|bugger all|sod all|naff all)|(?:got|"
    r"went|getting) nowhere|no (?:joy|"
    r"luck)\b|"
    r"(?:grew|growing|growth|grown) (?:already )?(?:by|on|at) (?:the |his |her )?(?:very )?first (?:scan|ct|"
    r"restaging|mri)|"
    r"(?:pd|progress\w*)(?: disease)? (?:immediately|straight ?away|right away|from the (?:start|outset|beginning))|"
    r"(?:pd|progress\w*) (?:at|after|within) (?:[4-9]|1[0-2]|six|eight|ten) ?(?:weeks|wks?)\b|"
    r"progress\w* (?:at|on|by) (?:the |his |her )?(?:very )?first (?:scan|ct|restaging|evaluation|assessment|staging))|"
    r"(?P<good>(?:near[- ]?|very good |v\.?good )?(?:partial|complete|major|objective|good|lovely|great|fantastic|"
    r"brilliant|super|excellent|deep|"
    r"durable|marked|dramatic|impressive|nice|initial|clear|radiological|significant|confirmed|lasting|sustained|"
    r"clinical|cracking|amazing|wonderful|beautiful|massive|huge|proper|decent|incredible|stunning|terrific|"
    r"spectacular|"
    r"phenomenal|outstanding|strong) (?:(?:partial|clinical|radiological|tumou?r|metabolic|initial|"
    r"objective) )*(?:response|"
    r"remission|regression|benefit|shrinkage)|(?<!no )(?:best response|bor|best resp)\W{0,3}(?:was |of |being |"
    r"= ?)?(?:a )?(?:pr|cr|partial|complete)\b|responded(?! to treatment of)|(?<!not )(?:did|does) respond|"
    r"(?:he|she|tumou?r|disease|mets|metastases|patient|initially|well) (?:was )?respond(?:ed|ing)|"
    r"responder\b|(?<!no )(?<!clinical )benefit(?:ed|ted)?(?= (?:from|on|with|of|to)|\b(?!s))|remission|"
    r"regression|shrinkage|shrank|(?:has|have|had) shrunk|(?:everything|all|it|tumou?rs?|mets|lesions|"
    r"disease) (?:had |was |were )?halved|melted(?: away)?|(?:more than |over |"
    r"about )?half (?:of it )?gone|"
    r"work(?:ed|s|ing) (?:(?:really|very|so|pretty|quite) )?(?:well|nicely|beautifully|brilliantly|wonders|a treat|"
    r"like a (?:charm|dream))|did (?:the trick|wonders|an? (?:great|good|lovely|brilliant|super|fantastic) job)|"
    r"[3-9]\d ?% (?:smaller|shrinkage|shrunk|(?:tumou?r |size |volume )?reduction(?! (?:in|of) (?:the )?dose)|"
    r"decrease in size)|(?:(?<=\()|(?<=→)|(?<=→ )|(?<=->)|(?<=-> ))response(?=[,;.) ]|$)|\bpr\b(?! ?(?:bleed|"
    r"exam|positive|negative|interval))|\bcr\b(?!p|ea)|\bvgpr\b|"
    r"(?:good|nice|lovely|great|fantastic|excellent|initial|first|very good|some) response|(?:(?<=a )|(?<=had )|"
    r"(?<=showed )|"
    r"(?<=initial )|(?<=with ))response(?= (?:to|on|under|with|for|lasting)\b)))(?![a-z])"
)
_TO = re.compile(
    r"^[^.;]{0,12}?\b(?:to|on|with|under|during|from|after|for|of)\b\s*(?:the |his |her |first[- ]line |"
    r"second[- ]line |prior |earlier |previous |\d+ (?:cycles|months|mo) of |[1-5]l |that |this )*$"
)
_FUTURE = re.compile(
    r"\b(?:need\w*|want\w*|aim\w*|goal|hop\w+|require\w*|desire\w*|seek\w*|look\w* for|chance of|expect\w*|"
    r"likelihood|if)\b[^.;,\n]{0,30}$|"
    r"\bfor (?:(?:an?|any|some|the|more|further|quick|rapid|deep|better|good|objective|tumou?r|maximal) )*$"
)
_UNKNOWN = re.compile(
    r"^\W*(?:(?:is |was )?(?:unknown|not known|not documented|unclear|not recorded)|rate|assess\w*|eval\w*|\?|"
    r"data)|^ (?:to (?:first|oxali|be))"
)
_DENIED = re.compile(r"\b(?:not|rather than|instead of|nor|without|never)\s+(?:a |an |any )?$")
# "the response to FOLFIRI-cetuximab was progressive disease"
_TURNED = re.compile(
    r"^[^.;]{0,40}\b(?:was|:|=)\s*(?:only )?(?:pd|sd|progress\w*|stable|none|nil|poor|unknown|minimal|mixed)\b"
)
_DOUBT = re.compile(
    r"\b(?:not|un|n't|aren't) ?(?:sure|certain|convinced|clear|know) (?:that |if |whether |how (?:well|far|"
    r"much) )?(?:\w+ ){0,3}$|"
    r"\b(?:wonder\w*|doubt\w*|unsure|uncertain) (?:that |if |whether |how (?:well|far|much) )?(?:\w+ ){0,3}$|(?:\?|"
    r"\bpossible|\bunknown|\bunclear|\bnot (?:known|documented)|\bquestionable|\bbest) (?:if |"
    r"whether )?(?:\w+ ){0,2}$|\bwhether (?:\w+ ){0,3}$"
)

# Two readers, two results: "one radiologist wrote partial response, another stable".
_DISPUTED = re.compile(
    r"\b(?:one|first|the mdt|some) (?:\w+ ){0,3}(?:partial|complete|response|pr|regression|shrinkage)\b[^.;]{0,30}?\b"
    r"(?:another|others?|second|one) (?:\w+ ){0,3}(?:stable|sd|progress\w*|pd|no)\b|"
    r"\b(?:one|first|some) (?:\w+ ){0,3}(?:stable|sd|progress\w*|pd)\b[^.;]{0,30}?\b(?:another|others?|second|one) "
    r"(?:\w+ ){0,3}(?:partial|pr|response|shrinkage)\b|\b(?:scans?|reports?|radiolog\w+) (?:\w+ )?(?:disagree\w*|"
    r"contradict\w*|differ\w*)\b"
)
# With these beside it a response is not one to anti-EGFR therapy alone.
NOT_ALONE = frozenset({"braf_inhibitor", "kras_g12c_inhibitor"})
# "the response was to FOLFOX-bev, not to the panitumumab"
_NOT_TO_IT = re.compile(
    r"\b(?:respon\w+|benefit\w*|remission|pr|cr)\b[^.;]*?\b(?:and |but )?not (?:to |on |with )?(?:the )?$"
)


def responses_in(message: Message, courses: Sequence[Course], scopes: Sequence[Scope]) -> Iterator[Finding]:
    """Findings on the response to anti-EGFR therapy; nothing where responses to several courses disagree."""
    for each in courses:
        before = message.plain[message.sentence_at(each.start).start : each.start]
        if "anti_egfr" in each.agents and (other := _NOT_TO_IT.search(before)):
            start = each.start - len(before) + other.start()
            yield Finding("anti_egfr_response", None, message.source(start, each.end))
            return
    if (doubt := _DISPUTED.search(message.plain)) and any("anti_egfr" in each.agents for each in courses):
        yield Finding("anti_egfr_response", None, message.source(*doubt.span()))
        return
    found: list[tuple[bool, re.Match[str]]] = []
    for match in _told(message, scopes):
        course = _course_of(message, match, courses)
        if course is not None and message.plain.startswith("?", course.end) and match["good"]:
            continue
        if course is not None and "anti_egfr" in course.agents and not _is_targeted_pair(course):
            found.append((bool(match["good"]), match))
    if found and len({good for good, _ in found}) == 1:
        good, match = found[0]
        yield Finding("anti_egfr_response", good, message.source(match.start(), match.end()))


def _told(message: Message, scopes: Sequence[Scope]) -> Iterator[re.Match[str]]:
    """The words on a response that are neither denied, hoped for nor doubted, nor about something else."""
    for match in _RESPONSE.finditer(message.plain):
        before = message.plain[max(0, match.start() - 40) : match.start()]
        after = message.plain[match.end() : match.end() + 24]
        if any(scope.span.holds(match.start(), match.end()) for scope in scopes):
            continue
        if match["good"] and (_DENIED.search(before) or _TURNED.match(message.plain[match.end() : match.end() + 60])):
            continue
        if not (_FUTURE.search(before) or _UNKNOWN.match(after) or _DOUBT.search(before)):
            yield match


def loose_response(message: Message, scopes: Sequence[Scope]) -> Finding | None:
    """The response that a message tells without naming any therapy: "and she had a PR"."""
    found = list(_told(message, scopes))
    if not found or len({bool(match["good"]) for match in found}) > 1:
        return None
    return Finding("anti_egfr_response", bool(found[0]["good"]), message.source(*found[0].span()))


def _is_targeted_pair(course: Course) -> bool:
    """With a BRAF or KRAS G12C inhibitor the response is not one to anti-EGFR therapy alone."""
    return bool(course.agents & NOT_ALONE)


def _course_of(message: Message, match: re.Match[str], courses: Sequence[Course]) -> Course | None:
    """The course that the response was to: one named right behind it ("PR on cetuximab"), else the last before it."""
    sentence = message.sentence_at(match.start())
    for course in courses:
        if match.start() <= course.start and course.end <= match.end():
            return course
        if match.end() <= course.start < sentence.end and _TO.match(message.plain[match.end() : course.start]):
            return course
    before = [course for course in courses if course.end <= match.start()]
    if not before:
        following = [course for course in courses if match.end() <= course.start < sentence.end]
        return following[0] if following and len(courses) == 1 else None
    nearest = before[-1]
    if nearest.start >= sentence.start:
        return nearest
    # A sentence of its own ("He had a partial response.") speaks of the courses just named, where that is one.
    previous = message.sentence_at(nearest.start)
    same = [course for course in before if course.start >= previous.start]
    return nearest if len(same) == 1 and message.plain[previous.end : sentence.start].strip() == "" else None
