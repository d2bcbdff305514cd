"""What was stated, what follows from it (rules §1.1), and which statements exclude each other. The only such place.

A finding has a public field's name or one of the finer names below, which a text can state and a profile does not hold:
`kras`, `nras`, `braf` ("wild_type", "mutant"), `kras_other` (a named KRAS allele other than G12C), `her2_ihc`
("0", "1+", "2+", "3+"), `her2_ish`, and `ctdna_ras`, `ctdna_kras`, `ctdna_nras`, `ctdna_braf`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.patient.profile import FIELDS, Fact, Source, Value
from app.patient.wording import in_words


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing stated: its name, its value (None: stated to be unknown), and where."""

    name: str
    value: Value | None
    source: Source


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two current statements for one fact of a profile, as (value in words, source) each."""

    field: str
    first: tuple[str, Source]
    second: tuple[str, Source]

    def __str__(self) -> str:
        (one, here), (other, there) = self.first, self.second
        return f"{FIELDS[self.field].label}: {one} ({here}) against {other} ({there})"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The facts that stand, and the contradictions that keep others unknown."""

    facts: tuple[Fact, ...]
    contradictions: tuple[Contradiction, ...]


_Pair = tuple[str, Value]
# Premises → what follows. In an order in which every premise is concluded before it is used.
_RULES: tuple[tuple[tuple[_Pair, ...], _Pair], ...] = (
    ((("kras_g12c", True),), ("kras", "mutant")),
    ((("kras_other", True),), ("kras", "mutant")),
    ((("kras_other", True),), ("kras_g12c", False)),
    ((("kras", "mutant"),), ("ras", "mutant")),
    ((("kras", "wild_type"),), ("kras_g12c", False)),
    ((("nras", "mutant"),), ("ras", "mutant")),
    ((("nras", "mutant"),), ("kras_g12c", False)),
    ((("kras", "wild_type"), ("nras", "wild_type")), ("ras", "wild_type")),
    ((("ras", "wild_type"),), ("kras_g12c", False)),
    ((("ras", "wild_type"),), ("kras", "wild_type")),
    ((("ras", "wild_type"),), ("nras", "wild_type")),
    ((("braf", "wild_type"),), ("braf_v600e", False)),
    ((("braf", "wild_type"),), ("braf_other", False)),
    ((("braf", "mutant"), ("braf_v600e", False)), ("braf_other", True)),
    ((("braf_v600e", True),), ("braf", "mutant")),
    ((("braf_v600e", True),), ("braf_other", False)),
    ((("braf_other", True),), ("braf", "mutant")),
    ((("braf_other", True),), ("braf_v600e", False)),
    ((("her2_ihc", "3+"),), ("her2", "positive")),
    ((("her2_ihc", "0"),), ("her2", "negative")),
    ((("her2_ihc", "1+"),), ("her2", "negative")),
    ((("her2_ish", True),), ("her2", "positive")),
    ((("her2_ish", False),), ("her2", "negative")),
    ((("ctdna_kras", "mutant"),), ("ctdna_ras", "mutant")),
    ((("ctdna_nras", "mutant"),), ("ctdna_ras", "mutant")),
    ((("ctdna_kras", "wild_type"), ("ctdna_nras", "wild_type")), ("ctdna_ras", "wild_type")),
    ((("ctdna_ras", "mutant"),), ("ctdna_ras_braf", "mutation")),
    ((("ctdna_braf", "mutant"),), ("ctdna_ras_braf", "mutation")),
    ((("ctdna_ras", "wild_type"), ("ctdna_braf", "wild_type")), ("ctdna_ras_braf", "no_mutation")),
    *(((("ecog", grade),), ("fit", grade <= 1)) for grade in (0, 1, 3, 4)),
)
_BY_PREMISE: dict[_Pair, list[tuple[tuple[_Pair, ...], _Pair]]] = {}
for _rule in _RULES:
    for _premise in _rule[0]:
        _BY_PREMISE.setdefault(_premise, []).append(_rule)
# Names that no rule joins to each other can neither agree nor clash.
_KIN: dict[str, int] = {}
for _number, (_premises, _conclusion) in enumerate(_RULES):
    _names = {_name for _name, _ in (*_premises, _conclusion)}
    _joined = {_KIN[_name] for _name in _names if _name in _KIN}
    _KIN |= dict.fromkeys(_names | {_name for _name in _KIN if _KIN[_name] in _joined}, _number)
_PUBLIC = {
    "kras": "ras", "nras": "ras", "kras_other": "ras", "braf": "braf_v600e", "her2_ihc": "her2", "her2_ish": "her2",
    "ctdna_ras": "ctdna_ras_braf", "ctdna_kras": "ctdna_ras_braf", "ctdna_nras": "ctdna_ras_braf",
    "ctdna_braf": "ctdna_ras_braf",
}  # fmt: skip
# The finer names in words; the public ones have theirs in `wording`.
_SAID: dict[_Pair, str] = {
    ("kras", "mutant"): "KRAS mutant", ("kras", "wild_type"): "KRAS wild-type", ("nras", "mutant"): "NRAS mutant",
    ("nras", "wild_type"): "NRAS wild-type", ("kras_other", True): "a KRAS mutation other than G12C",
    ("braf", "mutant"): "BRAF mutant", ("braf", "wild_type"): "BRAF wild-type",
    ("her2_ish", True): "HER2 ISH positive", ("her2_ish", False): "HER2 ISH negative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """A finding or what follows from it; `roots` are the numbers of the statements that it stands on."""

    name: str
    value: Value
    source: Source
    roots: frozenset[int]


def conclude(findings: Sequence[Finding]) -> Conclusion:
    """What the findings amount to: facts with all that follows; two values for one fact make it, and what depends on
    either statement, unknown.
    """
    known = _followed([
        _Known(finding.name, finding.value, finding.source, frozenset({number}))
        for number, finding in enumerate(findings)
        if finding.value is not None
    ])  # fmt: skip
    contradictions: dict[str, Contradiction] = {}
    tainted: set[int] = set()
    by_name: dict[str, _Known] = {}
    stated: dict[frozenset[int], _Known] = {}
    for item in known:  # the statements themselves come before what follows from them
        stated.setdefault(item.roots, item)
    for item in known:
        first = by_name.setdefault(item.name, item)
        if first.value != item.value:
            if len(item.roots) > 1 and item.roots <= tainted:
                continue  # what follows from statements that exclude each other is no third statement
            tainted |= first.roots | item.roots
            field = _PUBLIC.get(item.name, item.name)
            one, other = (_as_stated(side, stated) for side in (first, item))
            contradictions.setdefault(
                field, Contradiction(field, (_said(one), one.source), (_said(other), other.source))
            )
    facts = {
        item.name: Fact(item.name, item.value, item.source)
        for item in reversed(known)
        if item.name in FIELDS and not item.roots & tainted
    }
    # What the sound statements imply still does not stand where it is itself in dispute.
    disputed = set(contradictions) | {item.name for item in known if item.roots & tainted}
    return Conclusion(
        tuple(fact for fact in facts.values() if fact.field not in disputed), tuple(contradictions.values())
    )


def _as_stated(item: _Known, stated: Mapping[frozenset[int], _Known]) -> _Known:
    """The statement that an implied value follows from, where it is one alone: it is what can be right or wrong."""
    return stated[item.roots] if len(item.roots) == 1 else item


def told_once(contradictions: Sequence[Contradiction]) -> tuple[Contradiction, ...]:
    """The contradictions without those of the same two statements: RAS wild-type against KRAS G12C is one."""
    seen: dict[frozenset[tuple[str, int | None, int | None]], Contradiction] = {}
    for each in contradictions:
        sources = (each.first[1], each.second[1])
        seen.setdefault(frozenset((source.words, source.turn, source.start) for source in sources), each)
    return tuple(seen.values())


def clash(one: Finding, other: Finding) -> bool:
    """Whether two findings exclude each other. One that is stated to be unknown excludes nothing."""
    return _are_kin(one, other) and bool(conclude([one, other]).contradictions)


def _are_kin(one: Finding, other: Finding) -> bool:
    return one.name == other.name or _KIN.get(one.name, one.name) == _KIN.get(other.name, other.name)


def replaces(newer: Sequence[Finding], older: Sequence[Finding]) -> list[Finding]:
    """The older findings that still stand once the newer ones are said: those that agree with them.

    A newer "unknown" takes back what was said of the same fact.
    """
    taken_back = {_PUBLIC.get(finding.name, finding.name) for finding in newer if finding.value is None}
    kept = []
    disputed = {contradiction.field for contradiction in conclude(newer).contradictions}
    for finding in older:
        kin = [other for other in newer if _are_kin(other, finding)]
        together = conclude([*kin, finding]).contradictions if kin else ()
        agrees = all(contradiction.field in disputed for contradiction in together) and finding.name not in disputed
        if agrees and not taken_back & _touched(finding):
            kept.append(finding)
    return kept


def _touched(finding: Finding) -> set[str]:
    """The public facts that the finding decides."""
    return (
        {
            _PUBLIC.get(item.name, item.name)
            for item in _followed([_Known(finding.name, finding.value, finding.source, frozenset())])
        }
        if finding.value is not None
        else {_PUBLIC.get(finding.name, finding.name)}
    )


def _followed(known: Iterable[_Known]) -> list[_Known]:
    """`known` and all that follows; a second value of the same name follows too, so that it can be seen."""
    items = list(known)
    have = {(item.name, item.value): item for item in reversed(items)}
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        for premises, conclusion in _BY_PREMISE.get((item.name, item.value), ()):
            if conclusion in have:
                continue
            grounds = [have[premise] for premise in premises if premise in have]
            if len(grounds) == len(premises):
                roots = frozenset().union(*(ground.roots for ground in grounds))
                made = _Known(*conclusion, _implied(grounds), roots)
                items.append(made)
                waiting.append(made)
                have[conclusion] = made
    return items


def _implied(grounds: Sequence[_Known]) -> Source:
    first = grounds[0].source
    words = " and ".join(_quoted(ground) for ground in grounds)
    if first.kind == "implied":
        words = first.words
    return Source("implied", words, first.turn, first.start, first.end)


def _quoted(item: _Known) -> str:
    """The words of the text, where it is one, else what was said."""
    return str(item.source) if item.source.kind == "text" else _said(item)


def _said(item: _Known) -> str:
    if (item.name, item.value) in _SAID:
        return _SAID[item.name, item.value]
    if item.name in FIELDS:
        return in_words(item.name, item.value)
    if item.name == "her2_ihc":
        return f"HER2 IHC {item.value}"
    gene = item.name.removeprefix("ctdna_").upper()
    return f"{gene} {'mutation' if item.value == 'mutant' else 'wild-type'} in ctDNA"
