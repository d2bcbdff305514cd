"""What is said beside a verdict (rules §4): which tests, why so, what would change it; each citation stands."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from advised import (
    ALWAYS,
    CHEMO,
    EVERYTHING,
    PATIENTS,
    REFRACTORY,
    WILD,
    cautions,
    ordered_for,
    remark,
    said,
    verdict_on,
)

import app.rules
from app.patient.profile import Fact, Profile, Source, profile_of
from app.patient.reading import Reading, Remarks
from app.rules import consultation
from app.rules.advice import change_in_words, reasons_for
from app.rules.case import called, listed
from app.rules.catalogue import OPTION_IDS
from app.rules.engine import evaluate
from app.rules.records import POLICY, Change, Cite
from index.corpus import PACKAGED_CORPUS, read_corpus
from index.sentences import split_sentences

# --- citations --------------------------------------------------------------------------------------------------------

REVIEW = read_corpus(PACKAGED_CORPUS)[0]
PARAGRAPHS = {paragraph.id: paragraph.text for paragraph in REVIEW.paragraphs}
ROWS = {f"T{table.number}:{row.name}" for table in REVIEW.tables for row in table.rows}


def cites_in(value: object, seen: set[int]) -> Iterator[Cite]:
    """Every citation that a value of a module holds, however deep."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Cite):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from cites_in(part, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from cites_in(part, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from cites_in(getattr(value, field.name), seen)


def declared() -> set[Cite]:
    """The citations that stand as data in any module of the rules."""
    modules = [importlib.import_module(f"app.rules.{info.name}") for info in pkgutil.iter_modules(app.rules.__path__)]
    return {cite for module in modules for value in vars(module).values() for cite in cites_in(value, set())}


def resolves(cite: Cite) -> bool:
    """One row of that name, or exactly one sentence of the paragraph with all of the words."""
    if cite.place.startswith("T"):
        return cite.place in ROWS and not cite.about
    text = PARAGRAPHS.get(cite.place, "")
    sentences = [text[start:end].casefold() for start, end in split_sentences(text)]
    return sum(all(word.casefold() in sentence for word in cite.about) for sentence in sentences) == 1


def test_every_declared_citation_names_one_sentence_or_one_row() -> None:
    assert len(declared()) > 60
    assert sorted(str(cite) for cite in declared() if not resolves(cite)) == []


@pytest.mark.parametrize(
    ("cite", "fine"),
    [
        (Cite("2.1-p9", ("primary offer",)), True),
        (Cite("2.1-p9", ("FTD/TPI",)), False),  # several sentences
        (Cite("2.1-p9", ("imatinib",)), False),
        (Cite("2.1-p99", ("primary offer",)), False),
        (Cite("T2:SUNLIGHT"), True),
        (Cite("T2:SUNSHINE"), False),
    ],
)
def test_a_citation_that_does_not_stand_is_told(cite: Cite, fine: bool) -> None:
    assert resolves(cite) is fine


@pytest.mark.parametrize("facts", PATIENTS)
@pytest.mark.parametrize("remarks", [Remarks(), EVERYTHING], ids=["nothing beside", "everything beside"])
def test_whatever_is_said_is_cited_well_and_names_options_that_exist(
    facts: dict[str, object], remarks: Remarks
) -> None:
    profile = profile_of(facts)
    found = consultation.advise(Reading("patient", profile, profile, remarks=remarks))
    records = [*found.note_records, *found.tests, *found.not_recommended]
    assert len(found.note_records) >= ALWAYS
    assert [cite for record in records for cite in record.cite if not resolves(cite)] == []
    named = {option for note in found.note_records for option in note.options}
    named |= {option for test in found.tests for option in (*test.opens, *test.confirms)}
    assert named <= set(OPTION_IDS)
    assert [note.first for note in found.note_records] == sorted((n.first for n in found.note_records), reverse=True)
    assert len(set(found.notes)) == len(found.notes)


# --- tests to order ---------------------------------------------------------------------------------------------------


def test_nothing_known_asks_for_the_upfront_tests_and_what_could_open_an_option() -> None:
    found = ordered_for({"age": 70})
    assert list(found) == ["RAS", "BRAF V600E", "MMR/MSI", "KRAS G12C", "HER2", "NTRK", "ctDNA RAS/BRAF"]
    assert found["RAS"].opens == ("anti_egfr", "anti_egfr_rechallenge", "fruquintinib")
    assert found["RAS"].confirms == ("encorafenib_cetuximab", "anti_her2")
    assert found["MMR/MSI"].opens == ("immunotherapy",)
    assert found["HER2"].opens == ("anti_her2",)
    assert found["NTRK"].opens == ("trk_inhibitor",)


def test_the_upfront_tests_are_due_even_where_they_open_nothing() -> None:
    closed = ordered_for({"ras": "mutant", "prior.immunotherapy": True, "prior.braf_inhibitor": True})
    assert closed["MMR/MSI"].opens == ()
    assert "no option waits" in closed["MMR/MSI"].why
    assert "no option waits" not in ordered_for({"age": 70})["MMR/MSI"].why


@pytest.mark.parametrize("facts", [{"lines": 2}, {"lines": {"at_least": 2}}, CHEMO])
def test_a_candidate_for_a_third_line_is_tested_for_her2_and_ntrk(facts: dict[str, object]) -> None:
    closed = {"ras": "mutant", "prior.anti_her2": True, "prior.trk_inhibitor": True}
    assert {"HER2", "NTRK"} <= set(ordered_for({**facts, **closed}))
    assert not {"HER2", "NTRK"} & set(ordered_for({"lines": 1, **closed}))


def test_ctdna_only_where_rechallenge_is_open() -> None:
    open_still = {**WILD, "prior.anti_egfr": True, "anti_egfr_response": True}
    assert ordered_for(open_still)["ctDNA RAS/BRAF"].opens == ("anti_egfr_rechallenge",)
    assert "ctDNA RAS/BRAF" not in ordered_for({**open_still, "anti_egfr_response": False})
    assert "ctDNA RAS/BRAF" not in ordered_for({**open_still, "prior.anti_egfr": False})


def test_g12c_only_where_it_could_open_the_inhibitor() -> None:
    assert ordered_for({"ras": "mutant", "lines": 1})["KRAS G12C"].opens == ("kras_g12c_inhibitor",)
    assert "KRAS G12C" not in ordered_for({"ras": "mutant", "lines": 1, "prior.kras_g12c_inhibitor": True})


def test_a_braf_mutation_without_allele_is_to_be_asked_for() -> None:
    facts: dict[str, object] = {"ras": "wild_type", "lines": 1}
    assert "which mutation" in ordered_for(facts, braf_allele_unknown=True)["BRAF V600E"].why
    assert "which mutation" not in ordered_for(facts)["BRAF V600E"].why


def test_v600e_excluded_leaves_the_other_mutations_to_confirm() -> None:
    found = ordered_for({"ras": "wild_type", "braf_v600e": False, "prior.anti_egfr": False, "prior.anti_vegf": False})[
        "BRAF V600E"
    ]
    assert (found.fields, found.opens, found.confirms) == (("braf_other",), (), ("anti_egfr",))
    assert "V600E is excluded" in found.why


def test_a_result_that_could_close_an_open_option_is_wanted_before_the_first_dose() -> None:
    found = ordered_for({"braf_v600e": True, "lines": 1})["RAS"]
    assert "encorafenib_cetuximab" in found.confirms
    assert "before the first dose of Encorafenib + cetuximab" in found.why


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("RAS", ("30%",)),
        ("BRAF V600E", ("8–12%", "5–21%")),
        ("MMR/MSI", ("about 5%",)),
        ("KRAS G12C", ("3%",)),
        ("HER2", ("3–5%", "5–8%")),
        ("NTRK", ("<1%", "0.2%")),
    ],
)
def test_prevalence_as_the_review_prints_it(name: str, printed: tuple[str, ...]) -> None:
    prevalence = ordered_for({"age": 70})[name].prevalence
    assert prevalence is not None
    assert [words for words in printed if words not in prevalence] == []


# --- beside one verdict -----------------------------------------------------------------------------------------------


def test_every_active_option_of_an_unfit_patient_carries_the_caution() -> None:
    unfit: dict[str, object] = {**REFRACTORY, "fit": False}
    carrying = [id_ for id_ in OPTION_IDS if any("not fit" in text and POLICY in text for text in cautions(id_, unfit))]
    assert carrying == [id_ for id_ in OPTION_IDS if id_ != "best_supportive_care"]
    assert [id_ for id_ in OPTION_IDS if any("not fit" in text for text in cautions(id_, {**unfit, "fit": True}))] == []


def test_reasons_name_the_fact_its_words_and_what_is_required() -> None:
    profile = Profile([Fact("ras", "mutant", said("KRAS G12D")), *profile_of({"braf_v600e": False}).facts])
    reasons = reasons_for(verdict_on("anti_egfr", profile), profile)
    assert reasons == ("RAS mutant (“KRAS G12D”): RAS wild-type is required",)


def test_a_policy_is_named_where_it_decides() -> None:
    profile = profile_of({**REFRACTORY, "prior.regorafenib": True})
    assert reasons_for(verdict_on("regorafenib", profile), profile) == (f"no: regorafenib given before ({POLICY})",)


def test_every_failing_criterion_has_its_reason() -> None:
    profile = profile_of(
        {**CHEMO, "prior.irinotecan": False, "prior.anti_vegf": False, "prior.anti_egfr": False, "lines": 1}
    )
    assert reasons_for(verdict_on("ftd_tpi_bevacizumab", profile), profile) == (
        "irinotecan not given: fluoropyrimidine, oxaliplatin and irinotecan must have been given",
        "anti-VEGF therapy and anti-EGFR therapy not given: anti-VEGF or anti-EGFR therapy must have been given",
        "1 prior line for metastatic disease: two prior lines or more are required",
    )


def test_what_holds_what_is_unknown_and_what_is_to_be_confirmed() -> None:
    profile = profile_of({**CHEMO})
    assert reasons_for(verdict_on("anti_her2", profile), profile) == (
        "holds: fluoropyrimidine, oxaliplatin and irinotecan given",
        "not known: HER2; HER2 positive is required",
        "to confirm: RAS; RAS mutant (Table 1 names HER2+ and RAS wild-type) would close it",
        f"to confirm: whether anti-HER2 therapy was given; anti-HER2 therapy given before would close it ({POLICY})",
    )


def test_an_assumption_says_that_it_is_one() -> None:
    assumed = Fact("prior.anti_egfr", False, Source("assumed", f"not in the history stated ({POLICY})"))
    profile = Profile([assumed])
    (reason,) = reasons_for(verdict_on("anti_egfr_rechallenge", profile), profile)
    assert reason.startswith("anti-EGFR therapy not given (assumed: not in the history stated; policy")
    assert reason.endswith("): anti-EGFR therapy must have been given")


@pytest.mark.parametrize("facts", PATIENTS)
def test_every_verdict_has_a_reason(facts: dict[str, object]) -> None:
    profile = profile_of(facts)
    assert [verdict.id for verdict in evaluate(profile) if not reasons_for(verdict, profile)] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("eligible", (("her2", "positive"),), False), "HER2 positive would open it"),
        (Change("eligible", (("prior.ftd_tpi", True),), True), "after FTD/TPI it would open"),
        (Change("not_eligible", (("ras", "mutant"),), False), "RAS mutant would close it"),
        (
            Change("eligible", (("her2", "positive"), ("prior.irinotecan", True)), True),
            "after irinotecan it would open, provided: HER2 positive",
        ),
        (
            Change("eligible", (("mmr", "deficient"), ("prior.irinotecan", True)), False),
            "dMMR/MSI-H and irinotecan given would open it",
        ),
    ],
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert change_in_words(change) == words


def test_words_are_listed_once_each() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "a", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert called(remark("anti_vegf", "bevacizumab", words="Avastin")) == "anti-VEGF therapy (“Avastin”)"
    assert called(remark("irinotecan", words="Irinotecan")) == "irinotecan"
