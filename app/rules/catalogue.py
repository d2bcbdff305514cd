"""The twelve options, declared for a clinician to review: criteria, exclusions, what each rests on (rules §2, §3, §4).

A criterion without a place of the review is a policy of this product. Paragraphs are named as in the corpus
("2.1-p9" is §2.1, paragraph 9), table rows as "T1:SUNLIGHT".
"""

from __future__ import annotations

from app.rules.conditions import AllOf, AnyOf, AnyTherapy, AtLeastLines, Condition, Is
from app.rules.records import Caution, Cite, Criterion, Option


def _needs(text: str, condition: Condition, *basis: Cite) -> Criterion:
    return Criterion(text, "required", condition, basis)


def _excluded(text: str, condition: Condition, *basis: Cite) -> Criterion:
    return Criterion(text, "exclusion", condition, basis)


def _given(agent: str) -> Is:
    return Is(f"prior.{agent}", True)


def _already(agent: str, what: str) -> Criterion:
    """A therapy of the same class already given: a policy (rules §2)."""
    return Criterion(f"{what} given before", "exclusion", _given(agent))


_REFRACTORY = Cite("1-p4", ("chemo-refractory mCRC is defined",))
_LABEL = Cite("2.1-p9", ("two earlier anticancer regimens",))
_FRESCO2_ENTRY = Cite("2.1-p10", ("had to have progressed on",))
_SUSTAINED = Cite("10-p5", ("sustained RAS and BRAF V600E wild-type",))

CHEMO = _needs(
    "fluoropyrimidine, oxaliplatin and irinotecan given",
    AllOf((_given("fluoropyrimidine"), _given("oxaliplatin"), _given("irinotecan"))),
    _REFRACTORY,
)
ANY_THERAPY = _needs("at least one prior systemic therapy", AnyTherapy(), Cite("7-p4", ("first- or second-line",)))

OPTIONS: tuple[Option, ...] = (
    Option(
        id="immunotherapy",
        name="Immune checkpoint inhibitor (pembrolizumab or another)",
        strength="standard",
        required=(_needs("dMMR/MSI-H", Is("mmr", "deficient"), Cite("3-p2", ("dMMR/MSI only",))),),
        exclusions=(_already("immunotherapy", "immunotherapy"),),
        cite=(
            Cite("3-p1", ("preferred regimen",)),
            Cite("7-p1", ("pembrolizumab",)),
            Cite("10-p2", ("exposed to immunotherapy",)),
        ),
        drugs=("immunotherapy",),
    ),
    Option(
        id="encorafenib_cetuximab",
        name="Encorafenib + cetuximab",
        strength="standard",
        required=(
            _needs("BRAF V600E", Is("braf_v600e", True), Cite("7-p5", ("second line",))),
            ANY_THERAPY,
        ),
        exclusions=(
            _excluded(
                "RAS mutant (outside the BEACON population)",
                Is("ras", "mutant"),
                Cite("7-p4", ("665 patients",)),
            ),
            _already("braf_inhibitor", "BRAF inhibitor"),
        ),
        cite=(Cite("7-p5", ("second line",)), Cite("7-p4", ("665 patients",))),
        evidence=(Cite("T1:BRAFmut"),),
        drugs=("braf_inhibitor", "anti_egfr", "encorafenib", "cetuximab"),
    ),
    Option(
        id="anti_egfr",
        name="Anti-EGFR antibody, first exposure",
        strength="option",
        strength_if=(Is("primary_side", "left"), "recommended"),
        required=(
            _needs("RAS wild-type", Is("ras", "wild_type"), Cite("1-p3", ("RAS/BRAF wild-type",))),
            _needs("no BRAF V600E", Is("braf_v600e", False), Cite("1-p3", ("RAS/BRAF wild-type",))),
            _needs("anti-EGFR therapy not given", Is("prior.anti_egfr", False), Cite("10-p2", ("left-sided",))),
        ),
        exclusions=(
            _excluded("BRAF mutation other than V600E", Is("braf_other", True), Cite("1-p3", ("RAS/BRAF wild-type",))),
        ),
        cite=(Cite("10-p2", ("left-sided",)), Cite("1-p3", ("RAS/BRAF wild-type",))),
        drugs=("anti_egfr",),
    ),
    Option(
        id="anti_egfr_rechallenge",
        name="Anti-EGFR rechallenge, with irinotecan",
        strength="option",
        required=(
            _needs("RAS wild-type", Is("ras", "wild_type"), _SUSTAINED),
            _needs("no BRAF V600E", Is("braf_v600e", False), _SUSTAINED),
            _needs("anti-EGFR therapy given", _given("anti_egfr"), Cite("5-p3", ("relevant option",))),
            _needs(
                "response to the earlier anti-EGFR therapy",
                Is("anti_egfr_response", True),
                Cite("5-p3", ("relevant option",)),
            ),
            _needs(
                "no RAS or BRAF mutation in a liquid biopsy taken after anti-EGFR therapy",
                Is("ctdna_ras_braf", "no_mutation"),
                Cite("5-p3", ("liquid biopsy",)),
            ),
        ),
        exclusions=(
            _excluded(
                "BRAF mutation other than V600E",
                Is("braf_other", True),
                Cite("5-p3", ("RAS and BRAF wild-type",)),
            ),
        ),
        cite=(Cite("5-p3", ("relevant option",)), _SUSTAINED),
        evidence=(Cite("T1:RASwt and BRAFwt"),),
        drugs=("anti_egfr", "irinotecan"),
    ),
    Option(
        id="kras_g12c_inhibitor",
        name="KRAS G12C inhibitor + anti-EGFR (sotorasib + panitumumab or adagrasib + cetuximab)",
        strength="trial_preferred",
        required=(
            _needs("KRAS G12C", Is("kras_g12c", True), Cite("6-p3", ("KRAS G12C",))),
            _needs(
                "at least one prior systemic therapy",
                AnyTherapy(),
                Cite("6-p2", ("second- or later-line",)),
            ),
        ),
        exclusions=(_already("kras_g12c_inhibitor", "KRAS G12C inhibitor"),),
        cite=(Cite("6-p3", ("KRAS G12C",)), Cite("10-p6", ("KRAS G12C",))),
        evidence=(Cite("T1:KRASG12C adagrasib"), Cite("T1:KRASG12C sotorasib")),
        cautions=(
            Caution(
                "sotorasib + panitumumab: skin toxicity and hypomagnesaemia are the most common adverse events",
                Cite("6-p2", ("hypomagnes",)),
            ),
        ),
        drugs=("kras_g12c_inhibitor", "anti_egfr", "sotorasib", "panitumumab", "adagrasib", "cetuximab"),
    ),
    Option(
        id="anti_her2",
        name="Anti-HER2 therapy (dual, or trastuzumab deruxtecan)",
        strength="trial_preferred",
        required=(
            _needs("HER2 positive", Is("her2", "positive"), Cite("8-p5", ("HER2-positive",))),
            CHEMO,
        ),
        exclusions=(
            _excluded(
                "RAS mutant (Table 1 names HER2+ and RAS wild-type)",
                Is("ras", "mutant"),
                Cite("T1:HER2+ and RASwt"),
            ),
            _already("anti_her2", "anti-HER2 therapy"),
        ),
        cite=(Cite("8-p5", ("HER2-positive",)), Cite("10-p6", ("HER2-positive",))),
        evidence=(
            Cite("T1:HER2+ and RASwt"),
            *(
                Cite(f"T5:{row}")
                for row in (
                    "Heracles-A",
                    "Heracles-B",
                    "MyPathway",
                    "Triumph",
                    "Tapur",
                    "HER2-FUSCC",
                    "Destiny-CRC01",
                    "Mountaineer",
                    "Destiny-CRC02",
                )
            ),
        ),
        cautions=(
            Caution("trastuzumab deruxtecan: interstitial lung disease in 9.3%", Cite("8-p4", ("interstitial lung",))),
        ),
        drugs=("anti_her2",),
    ),
    Option(
        id="trk_inhibitor",
        name="TRK inhibitor (larotrectinib or entrectinib)",
        strength="trial_preferred",
        required=(_needs("NTRK gene fusion", Is("ntrk_fusion", True), Cite("9-p2", ("NTRK",))),),
        exclusions=(_already("trk_inhibitor", "TRK inhibitor"),),
        cite=(Cite("9-p2", ("NTRK",)), Cite("10-p6", ("larotrectinib",))),
        evidence=(Cite("T1:NTRK gene fusions"),),
        drugs=("trk_inhibitor",),
        approval="FDA and EMA have approved both drugs for solid tumours with an NTRK gene fusion (§9).",
    ),
    Option(
        id="ftd_tpi_bevacizumab",
        name="FTD/TPI + bevacizumab",
        strength="recommended",
        required=(
            CHEMO,
            _needs("anti-VEGF or anti-EGFR therapy given", AnyOf((_given("anti_vegf"), _given("anti_egfr"))), _LABEL),
            _needs("two prior lines or more", AtLeastLines(2), _LABEL),
        ),
        exclusions=(_already("ftd_tpi", "FTD/TPI"),),
        cite=(Cite("2.1-p9", ("primary offer",)), Cite("2.1-p12", ("new standard of care",))),
        evidence=(Cite("T1:SUNLIGHT"), Cite("T2:SUNLIGHT"), Cite("T2:Danish randomized phase 2")),
        cautions=(Caution("neutropenia: 43% severe", Cite("2.1-p7", ("neutropenia",))),),
        drugs=("ftd_tpi", "fluoropyrimidine", "anti_vegf", "bevacizumab"),
        approval="EMA positive opinion 22 June 2023, FDA approval 2 August 2023 (§2.1).",
    ),
    Option(
        id="ftd_tpi",
        name="FTD/TPI alone",
        strength="option",
        required=(CHEMO,),
        exclusions=(_already("ftd_tpi", "FTD/TPI"),),
        cite=(Cite("2.1-p5", ("primary endpoint",)), Cite("10-p3", ("all chemo-refractory patients",))),
        evidence=(Cite("T1:RECOURSE"), Cite("T2:RECOURSE"), Cite("T2:Yoshino 2012"), Cite("T2:TERRA")),
        cautions=(Caution("neutropenia is the main adverse event", Cite("2.2-p4", ("neutropenia",))),),
        drugs=("ftd_tpi", "fluoropyrimidine"),  # §2.1 calls it one
        approval="FDA 2015, EMA 2016 (§2.1).",
    ),
    Option(
        id="regorafenib",
        name="Regorafenib",
        strength="option",
        required=(CHEMO,),
        exclusions=(_already("regorafenib", "regorafenib"),),
        cite=(
            Cite("2.1-p3", ("CORRECT met its primary endpoint",)),
            Cite("10-p3", ("all chemo-refractory patients",)),
        ),
        evidence=(Cite("T1:CORRECT"), Cite("T2:CORRECT"), Cite("T2:CONCUR")),
        cautions=(
            Caution(
                "hand-foot reaction, hypertension, fatigue and diarrhoea are the most common adverse events",
                Cite("2.1-p4", ("hand-foot",)),
            ),
            Caution("more than 60% of patients needed a dose reduction", Cite("2.1-p4", ("60%",))),
            Caution("start low and escalate the dose (ReDOS)", Cite("2.2-p2", ("ReDOS",))),
        ),
        drugs=("regorafenib",),
        approval="FDA 2012, EMA 2013 (§2.1).",
    ),
    Option(
        id="fruquintinib",
        name="Fruquintinib",
        strength="option",
        required=(
            CHEMO,
            _needs("anti-VEGF therapy given", _given("anti_vegf"), _FRESCO2_ENTRY),
            _needs(
                "anti-EGFR therapy given, unless RAS or BRAF is mutated",
                AnyOf(
                    (
                        Is("ras", "mutant"),
                        Is("braf_v600e", True),
                        Is("braf_other", True),
                        _given("anti_egfr"),
                    )
                ),
                _REFRACTORY,
                _FRESCO2_ENTRY,
            ),
            _needs("FTD/TPI or regorafenib given", AnyOf((_given("ftd_tpi"), _given("regorafenib"))), _FRESCO2_ENTRY),
        ),
        exclusions=(_already("fruquintinib", "fruquintinib"),),
        cite=(Cite("2.1-p12", ("fruquintinib will likely",)), Cite("2.1-p11", ("significantly prolonged",))),
        evidence=(Cite("T1:FRESCO-2"), Cite("T2:FRESCO-2"), Cite("T2:FRESCO")),
        cautions=(
            Caution(
                "grade ≥3: hypertension 14%, asthenia 8%, hand-foot syndrome 6%", Cite("2.1-p11", ("hypertension",))
            ),
        ),
        drugs=("fruquintinib",),
        approval="FDA approval 8 November 2023; EMA review begun (§2.1).",
    ),
    Option(
        id="best_supportive_care",
        name="Best supportive care",
        strength="option",
        cite=(Cite("2.1-p1", ("best supportive care",)),),
        evidence=(Cite("T1:BSC"),),
    ),
)
OPTION_IDS = tuple(option.id for option in OPTIONS)
