"""Which tests are worth ordering for a profile: what each could open, how common the finding is (rules §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.patient.profile import CHEMO_AGENTS, Lines
from app.patient.reading import Reading
from app.rules.case import Case, listed
from app.rules.records import Cite, Verdict


@dataclass(frozen=True, slots=True)
class Test:
    """A test for facts that are unknown. `opens` are options that wait for them, `confirms` those that are open or
    waiting already and that the result could close; `prevalence` is how common the finding is in mCRC, as printed.
    """

    name: str
    fields: tuple[str, ...]
    opens: tuple[str, ...]
    confirms: tuple[str, ...]
    prevalence: str | None
    why: str
    cite: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A test that there is. It is due `always` where its first field is unknown, or for a `third_line` candidate."""

    name: str
    fields: tuple[str, ...]
    prevalence: str | None
    why: str
    cite: tuple[Cite, ...]
    always: bool = False
    third_line: bool = False


_UPFRONT = Cite("10-p4", ("tested upfront",))
_THIRD_LINE = Cite("10-p4", ("3rd line",))
_KINDS = (
    _Kind(
        "RAS",
        ("ras",),
        "RAS and BRAF wild-type: 30% (Table 1)",
        "MMR/MSI, RAS and BRAF V600E are to be tested upfront (§10)",
        (_UPFRONT, Cite("T1:RASwt and BRAFwt")),
        always=True,
    ),
    _Kind(
        "BRAF V600E",
        ("braf_v600e", "braf_other"),
        "BRAF mutation: 8–12% (Table 1); V600E: 5–21% (§7)",
        "MMR/MSI, RAS and BRAF V600E are to be tested upfront (§10)",
        (_UPFRONT, Cite("T1:BRAFmut"), Cite("7-p2", ("5–21%",))),
        always=True,
    ),
    _Kind(
        "MMR/MSI",
        ("mmr",),
        "dMMR: about 5% (§7)",
        "MMR/MSI, RAS and BRAF V600E are to be tested upfront (§10)",
        (_UPFRONT, Cite("7-p2", ("34%",))),
        always=True,
    ),
    _Kind(
        "KRAS G12C",
        ("kras_g12c",),
        "KRAS G12C: 3% (Table 1, §6)",
        "KRAS G12C is one of the features that are well documented as grounds for therapy (§10)",
        (Cite("10-p4", ("well documented",)), Cite("6-p1", ("3%",)), Cite("T1:KRASG12C sotorasib")),
    ),
    _Kind(
        "HER2",
        ("her2",),
        "HER2+ with RAS wild-type: 3–5% (Table 1); 5–8% in RAS wild-type and rectal tumours (§8)",
        "suggested for candidates for third-line treatment who have not been tested before (§10)",
        (_THIRD_LINE, Cite("T1:HER2+ and RASwt"), Cite("8-p1", ("5–8%",))),
        third_line=True,
    ),
    _Kind(
        "NTRK",
        ("ntrk_fusion",),
        "NTRK gene fusion: <1% (Table 1); 0.2% (§9)",
        "suggested for candidates for third-line treatment who have not been tested before (§10)",
        (_THIRD_LINE, Cite("T1:NTRK gene fusions"), Cite("9-p1", ("0.2%",))),
        third_line=True,
    ),
    _Kind(
        "ctDNA RAS/BRAF",
        ("ctdna_ras_braf",),
        None,
        "a liquid biopsy after anti-EGFR therapy, for acquired RAS and BRAF mutations, comes before rechallenge (§5)",
        (Cite("5-p3", ("liquid biopsy",)),),
    ),
)
_BRAF = "BRAF V600E"


def tests_to_order(reading: Reading, verdicts: tuple[Verdict, ...]) -> tuple[Test, ...]:
    """The tests that are due: for an unknown marker that an option waits for or that is to be confirmed, the three
    upfront tests wherever they are unknown, HER2 and NTRK for a candidate for a third line (rules §4).
    """
    return tuple(_due(Case(reading, verdicts)))


def is_third_line_candidate(case: Case) -> bool:
    """Two lines or more, or all of the base chemotherapy given."""
    lines = case.value("lines")
    two_lines = isinstance(lines, Lines) and lines.count >= 2
    return two_lines or all(case.given(agent) for agent in CHEMO_AGENTS)


def _due(case: Case) -> Iterator[Test]:
    for kind in _KINDS:
        unknown = tuple(field for field in kind.fields if case.value(field) is None)
        opens = _with_field(case, "missing", unknown)
        confirms = tuple(option for option in _with_field(case, "confirm", unknown) if option not in opens)
        upfront = kind.always and kind.fields[0] in unknown
        for_third_line = kind.third_line and bool(unknown) and is_third_line_candidate(case)
        if opens or confirms or upfront or for_third_line:
            why = "; ".join([kind.why, *_particulars(case, kind, unknown, opens, confirms)])
            yield Test(kind.name, unknown, opens, confirms, kind.prevalence, why, kind.cite)


def _with_field(case: Case, where: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The options that name one of the facts as missing, or to be confirmed."""
    return tuple(verdict.id for verdict in case.verdicts if set(fields) & set(getattr(verdict, where)))


def _particulars(
    case: Case, kind: _Kind, unknown: tuple[str, ...], opens: tuple[str, ...], confirms: tuple[str, ...]
) -> Iterator[str]:
    """What this patient's case adds to the reason for the test."""
    if kind.name == _BRAF and case.value("braf_v600e") is False:
        yield "V600E is excluded; whether the tumour has another BRAF mutation is not known"
    elif kind.name == _BRAF and case.reading.remarks.braf_allele_unknown:
        yield "BRAF is said to be mutated without the allele: ask which mutation it is, V600E or another"
    if kind.name == "ctDNA RAS/BRAF" and not case.given("anti_egfr"):
        yield "only once it is certain that anti-EGFR therapy was given"
    if open_now := case.ids("eligible", among=confirms):
        yield f"confirm it before the first dose of {listed(map(case.name, open_now))}"
    if not opens and not confirms:
        yield "no option waits for it in this profile"
