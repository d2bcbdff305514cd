"""Notes on markers: results that are to be confirmed, that conflict, or that the review says little of."""

from __future__ import annotations

from collections.abc import Iterator

from app.rules.case import Case, Note, listed
from app.rules.records import POLICY, Cite

_ANTI_EGFR = ("anti_egfr", "anti_egfr_rechallenge")
_BEACON = Cite("7-p4", ("665 patients",))
_HER2_RAS = Cite("T1:HER2+ and RASwt")
_ALLELE = ("encorafenib_cetuximab", *_ANTI_EGFR)


def marker_notes(case: Case) -> Iterator[Note]:
    """The notes on markers that apply, in the order of rules §2 and §4."""
    yield from _ras_before_first_dose(case)
    yield from _ras_mutant_and_v600e(case)
    yield from _deficient_and_v600e(case)
    yield from _side(case)
    yield from _her2_and_ras_mutant(case)
    yield from _her2_beside_anti_egfr(case)
    yield from _other_braf(case)
    yield from _braf_without_allele(case)
    yield from _other_markers(case)


def _ras_before_first_dose(case: Case) -> Iterator[Note]:
    options = case.ids("eligible", among=("anti_her2", "encorafenib_cetuximab"))
    if options and case.value("ras") is None:
        cites = {"anti_her2": _HER2_RAS, "encorafenib_cetuximab": _BEACON}
        yield Note(
            f"RAS is not known: confirm RAS before the first dose of {listed(map(case.name, options), 'or')}.",
            tuple(cites[option] for option in options),
            options,
            first=True,
        )


def _ras_mutant_and_v600e(case: Case) -> Iterator[Note]:
    if case.value("ras") == "mutant" and case.value("braf_v600e") is True:
        closed = [
            verdict.id
            for verdict in case.verdicts
            if verdict.verdict == "not_eligible" and any(_closed_by_ras(judged.because) for judged in verdict.criteria)
        ]
        yield Note(
            "RAS mutation and BRAF V600E in one tumour are rare: repeat the test before an option is closed "
            f"({POLICY}). BEACON enrolled RAS wild-type tumours with BRAF V600E (§7).",
            (_BEACON,),
            tuple(closed),
            first=True,
        )


def _closed_by_ras(because: tuple[str, ...]) -> bool:
    return bool({"ras", "braf_v600e"} & set(because))


def _deficient_and_v600e(case: Case) -> Iterator[Note]:
    options = case.not_closed("immunotherapy", "encorafenib_cetuximab")
    both = case.value("mmr") == "deficient" and case.value("braf_v600e") is True
    if both and "immunotherapy" in options:
        yield Note(
            "dMMR/MSI-H and BRAF V600E together: immunotherapy first, encorafenib + cetuximab second (§7).",
            (Cite("7-p1", ("pembrolizumab",)), Cite("7-p1", ("second-line therapy",))),
            options,
        )


def _side(case: Case) -> Iterator[Note]:
    options = case.not_closed("anti_egfr")
    side = case.value("primary_side")
    if options and side != "left":
        found = "this primary is right-sided" if side == "right" else "the side of this primary is not known"
        yield Note(
            f"Anti-EGFR antibody, first exposure: §10 names left-sided tumours, and {found}.",
            (Cite("10-p2", ("left-sided",)),),
            options,
        )


def _her2_and_ras_mutant(case: Case) -> Iterator[Note]:
    if case.value("her2") == "positive" and case.value("ras") == "mutant":
        yield Note(
            "Anti-HER2 therapy in RAS-mutant disease: two pieces of evidence pull apart. In MyPathway the response "
            "rate was 40% in KRAS wild-type against 8% in KRAS-mutant tumours; DESTINY-CRC02 had 85% RAS wild-type "
            "patients, and so some without it (Table 5).",
            (Cite("T5:MyPathway"), Cite("T5:Destiny-CRC02")),
            ("anti_her2",),
        )


def _her2_beside_anti_egfr(case: Case) -> Iterator[Note]:
    options = case.not_closed(*_ANTI_EGFR)
    if options and case.value("her2") == "positive":
        yield Note(
            "HER2 positive beside an anti-EGFR option: HER2 predicted a worse response rate and PFS with anti-EGFR "
            "therapy than with chemotherapy alone (§8).",
            (Cite("8-p1", ("predicted",)),),
            options,
        )


def _other_braf(case: Case) -> Iterator[Note]:
    if case.value("braf_other") is True:
        yield Note(
            "BRAF mutation other than V600E: §5 and §10 speak of BRAF wild-type tumours, and the review has no data on "
            "such mutations.",
            (Cite("5-p3", ("RAS and BRAF wild-type",)), Cite("10-p5", ("V600E wild-type",))),
            _ANTI_EGFR,
        )


def _braf_without_allele(case: Case) -> Iterator[Note]:
    asked = case.reading.remarks.braf_allele_unknown and case.value("braf_v600e") is None
    if asked and case.value("braf_other") is None:
        yield Note(
            "BRAF is said to be mutated without the allele: ask which mutation it is. V600E makes up about 90% of BRAF "
            "mutations in colorectal cancer (§7), and what follows from V600E does not follow from another one.",
            (Cite("7-p2", ("90%",)),),
            case.not_closed(*_ALLELE),
        )


def _other_markers(case: Case) -> Iterator[Note]:
    said = [
        remark.source.words if remark.source.kind == "text" else listed(remark.names).upper()
        for remark in case.reading.remarks.other_markers
    ]
    for words in dict.fromkeys(said):
        if any(words != other and words.casefold() in other.casefold() for other in said):
            continue  # "TMB 40, POLE mutated" tells "POLE mutated" too
        yield Note(
            f"{words} opens no option: the review has no data on it.",
            (Cite("10-p4", ("well documented",)),),
        )
