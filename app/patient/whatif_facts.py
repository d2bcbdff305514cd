"""What a what-if supposes ("what if she were dMMR?", "had he responded to cetuximab?"), and what that changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.patient.findings import Finding, conclude
from app.patient.profile import Fact, Profile
from app.patient.scopes import Scope
from app.patient.situation import situation_in
from app.patient.text import Message
from app.patient.therapy_mentions import Therapy

_RESPONDED = re.compile(
    r"\b(?P<not>not |never )?(?:responded|had a (?:partial |complete |"
    r"good )?response)\b(?=[^.?]{0,30}\b(?:cetux\w*|panit\w*|anti-?egfr|erbitux|vectibix|egfr|antibod\w+))"
)
# A what-if on these makes another patient of this one.
_NEVER_SUPPOSED = ("age", "sex")


def supposed_in(message: Message, therapies: Iterable[Therapy], scopes: Iterable[Scope]) -> Iterator[Finding]:
    """What the what-ifs among `scopes` suppose of fitness, side, aim, earlier therapy and response; markers apart."""
    whatif = [scope for scope in scopes if scope.kind == "hypothetical"]
    if not whatif:
        return
    for finding in situation_in(message, lambda start, end: not any(scope.span.holds(start, end) for scope in whatif)):
        if finding.name not in _NEVER_SUPPOSED:
            yield finding
    for therapy in therapies:
        if therapy.hypothetical and therapy.status in ("given", "not_given"):
            source = message.source(therapy.start, therapy.end)
            for agent in sorted(therapy.agents):
                yield Finding(f"prior.{agent}", therapy.status == "given", source)
    for scope in whatif:
        if found := _RESPONDED.search(message.plain, scope.span.start, scope.span.end):
            yield Finding("anti_egfr_response", found["not"] is None, message.source(*found.span()))


def changed(supposed: Sequence[Finding], stored: Profile) -> Iterator[Fact]:
    """The facts that a what-if makes other than they are; what only follows from another one is left out."""
    facts = conclude(supposed).facts
    stated = {(fact.source.start, fact.source.turn) for fact in facts if fact.source.kind == "text"}
    for fact in facts:
        place = (fact.source.start, fact.source.turn)
        if fact.source.kind == "implied" and (place in stated or _follows(fact, facts)):
            continue
        if stored.value(fact.field) != fact.value:
            yield fact


def _follows(fact: Fact, facts: Iterable[Fact]) -> bool:
    """Whether the other facts bring this one about."""
    others = [Finding(other.field, other.value, other.source) for other in facts if other is not fact]
    return any(same.field == fact.field for same in conclude(others).facts)
