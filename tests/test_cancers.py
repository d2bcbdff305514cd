"""Which tumours a text names: by organ and tumour word in several languages, and never by metastases."""

from __future__ import annotations

import pytest

from app.patient.organs import folded, tumours_in


def origins(text: str) -> list[str]:
    """The origins of the tumours named in the text, in the order of the text."""
    return [tumour.origin for tumour in sorted(tumours_in(folded(text.lower())), key=lambda one: one.start)]


OTHER_ORGANS = (
    "ca of GB",
    "carcinome du pancréas",
    "cáncer de páncreas",
    "Krebs der Bauchspeicheldrüse",
    "Pankreaskarzinom",
    "cancer of the head of the pancreas",
    "cáncer gástrico",
    "Magenkarzinom",
    "magecancer",
    "carcinoma dello stomaco",
    "mavekræft",
    "Mammakarzinom",
    "cáncer de mama",
    "brystkræft",
    "cancer du poumon",
    "ca lung",
    "lung adeno",
    "lungekræft",
    "Lungenkarzinom",
    "Prostatakarzinom",
    "endometrial serous ca",
    "renal cell carcinoma",
    "bile duct ca",
    "gall bladder carcinoma",
    "small bowel adenocarcinoma",
    "primary is small bowel",
    "adenocarcinoma of the small intestine",
    "tumour of the uterus",
    "primary: stomach",
    "Nasopharynx ca",
    "Klatskin tumour",
    "cholangiocarcinoma",
    "SBA",
    "HCC",
    "NSCLC",
    "TNBC",
    "melanoma",
)
OWN_ORGANS = (
    "colon cancer",
    "Kolonkarzinom",
    "cáncer de colon",
    "cancer du côlon métastatique",
    "carcinoma del colon",
    "rektalcancer",
    "tyktarmskræft",
    "primary in the transverse colon",
    "hepatic flexure tumour",
    "caecal carcinoma",
    "colonic primary",
    "rectosigmoid adeno",
    "bowel cancer",
    "mKRK",
)
OTHER_KINDS = (
    "neuroendocrine tumour of the rectum",
    "rectal GIST",
    "rectal melanoma",
    "melanoma of the rectum",
    "colonic lymphoma",
    "MiNEN of colon",
    "LAMN",
)
NO_TUMOURS = (
    "lung mets",
    "liver tumours",
    "liver and lung metastases",
    "adenocarcinoma in the liver",
    "primary resected, liver and lung mets",
    "pancreatic insufficiency",
    "gastric bypass",
    "peritoneal carcinomatosis",
    "neuroendocrine differentiation",
    "hepatic flexure",
    "renal failure",
    "Krukenberg (ovarian tumours)",
    "cholangiography",
)


@pytest.mark.parametrize("text", OTHER_ORGANS)
def test_a_tumour_of_another_organ(text: str) -> None:
    assert set(origins(text)) == {"other"}


@pytest.mark.parametrize("text", OWN_ORGANS)
def test_a_tumour_of_colon_or_rectum(text: str) -> None:
    assert set(origins(text)) == {"own"}


@pytest.mark.parametrize("text", OTHER_KINDS)
def test_a_tumour_of_the_bowel_of_another_kind(text: str) -> None:
    assert "kind" in origins(text)


@pytest.mark.parametrize("text", NO_TUMOURS)
def test_metastases_and_organs_are_no_tumour_of_their_own(text: str) -> None:
    assert origins(text) == []


def test_the_tumour_before_the_organ_it_spread_to_is_its_own() -> None:
    assert origins("rectal cancer invading the prostate, lung metastases of the sigmoid cancer") == ["own", "own"]


def test_folding_keeps_every_position() -> None:
    text = "cáncer gástrico, Ösophagus, Blærekræft, mets hepáticas"
    assert len(folded(text)) == len(text)
    assert folded("páncreas") == "pancreas"


@pytest.mark.parametrize("text", ["a" * 36_000, "ca " * 9_000, "cancer of the " * 3_000, "liver and lung " * 2_500])
def test_no_text_makes_the_grammar_find_what_is_not_there(text: str) -> None:
    assert origins(text) == []
