"""The lexicon: names that meet, names that never may, misspellings, ordinary words, offsets, and what is refused."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import KNOWLEDGE, PACKAGED_CORPUS
from index.errors import CorpusError
from index.lexicon import Entry, Lexicon, read_lexicon

LEXICON = read_lexicon(PACKAGED_CORPUS / KNOWLEDGE / "lexicon")
KINDS = {
    *("adverse_event", "cancer", "class", "drug", "endpoint", "marker", "regimen", "term", "topic", "trial"),
}


def ids(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    return [mention.id for mention in lexicon.find(text)]


def said(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    return [text[mention.start : mention.end] for mention in lexicon.find(text)]


def normalised(name: str) -> str:
    """A name without what never tells two names apart: case, hyphens, spaces, other marks."""
    return "".join(character for character in name.casefold() if character.isalnum())


def test_packaged_lexicon_has_entries_of_every_kind() -> None:
    assert {entry.kind for entry in LEXICON.entries.values()} == KINDS


def test_parts_and_classes_are_of_the_kinds_that_they_should_be() -> None:
    kinds = {entry.id: entry.kind for entry in LEXICON.entries.values()}
    assert {kinds[name] for entry in LEXICON.entries.values() for name in entry.classes} == {"class"}
    assert {kinds[name] for entry in LEXICON.entries.values() for name in entry.parts} <= {"drug", "class", "regimen"}


def test_no_name_belongs_to_two_entries() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in LEXICON.entries.values():
        for name in (entry.name, *entry.also, *entry.everyday):
            owners[normalised(name)].add(entry.id)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_no_name_that_counts_only_in_its_case_belongs_to_two_entries() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in LEXICON.entries.values():
        for name in entry.exact:
            owners[name].add(entry.id)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_every_name_leads_to_its_entry() -> None:
    names = [(name, entry.id) for entry in LEXICON.entries.values() for name in (entry.name, *entry.also, *entry.exact)]
    assert [(name, ids(name)) for name, owner in names if ids(name) != [owner]] == []


@pytest.mark.parametrize(
    ("names", "entry"),
    [
        ("Lonsurf, TAS-102, TAS102, FTD/TPI, trifluridine/tipiracil, trifluridine–tipiracil", "ftd_tpi"),
        ("Stivarga, regorafenib, REGORAFENIB, BAY 73-4506", "regorafenib"),
        ("Fruzaqla, fruquintinib, HMPL-013", "fruquintinib"),
        ("Avastin, bevacizumab, bev", "bevacizumab"),
        ("Enhertu, T-DXd, DS-8201a, trastuzumab deruxtecan, trastuzumab-deruxtecan", "trastuzumab_deruxtecan"),
        ("Kadcyla, T-DM1, TDM1, trastuzumab emtansine", "trastuzumab_emtansine"),
        ("Krazati, MRTX849, adagrasib", "adagrasib"),
        ("Lumakras, AMG 510, sotorasib", "sotorasib"),
        ("Xeloda, capecitabine", "capecitabine"),
        ("MSI-H, dMMR, MSI-high, deficient MMR, mismatch repair deficiency, MSI", "dmmr_msi_h"),
        ("MSS, pMMR, microsatellite stable, proficient MMR, non-MSI-H", "pmmr_mss"),
        ("HER2+, ERBB2, HER2-positive, HER2 amplification", "her2"),
        ("NTRK fusion, NRTK fusion, NTRK gene fusions", "ntrk_fusion"),
        ("FRESCO-2, FRESCO 2, FRESCO2, FRESCO II, Dasari 2023", "fresco_2"),
        ("SUNLIGHT, sunlight, Prager 2023", "sunlight"),
        ("CodeBreaK300, CodeBreaK 300, codebreak-300", "codebreak_300"),
        ("KEYNOTE-177, Keynote 177, keynote177", "keynote_177"),
    ],
)
def test_names_of_one_thing_meet(names: str, entry: str) -> None:
    assert {name: ids(name) for name in names.split(", ")} == {name: [entry] for name in names.split(", ")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MSI-H or MSS", ["dmmr_msi_h", "pmmr_mss"]),
        ("dMMR or pMMR", ["dmmr_msi_h", "pmmr_mss"]),
        ("MSI-L", ["pmmr_mss"]),
        ("HER2 or HER3", ["her2", "her3"]),
        ("HER2+ or HER2-low or HER2-negative", ["her2", "her2_low", "her2_negative"]),
        ("G12C or G12D", ["kras_g12c", "kras_g12d"]),
        ("KRAS G12C or KRAS G12D", ["kras_g12c", "kras_g12d"]),
        ("BRAF V600E or non-V600E BRAF", ["braf_v600e", "braf_non_v600e"]),
        ("RAS or KRAS or NRAS", ["ras", "kras", "nras"]),
        ("RAS wild-type or RAS mutant", ["ras_wild_type", "ras_mutant"]),
        ("FRESCO or FRESCO-2", ["fresco", "fresco_2"]),
        ("trastuzumab or T-DXd or T-DM1", ["trastuzumab", "trastuzumab_deruxtecan", "trastuzumab_emtansine"]),
        ("regorafenib or sorafenib", ["regorafenib", "sorafenib"]),
        ("irinotecan or liposomal irinotecan", ["irinotecan", "liposomal_irinotecan"]),
        ("HERACLES-A or HERACLES-B", ["heracles_a", "heracles_b"]),
        ("DESTINY-CRC01 or DESTINY-CRC02", ["destiny_crc01", "destiny_crc02"]),
        ("Grothey 2013 or Grothey 2018", ["correct", "grothey_2018"]),
        ("Li 2013 or Li 2014", ["fresco", "concur"]),
        ("MOUNTAINEER or MOUNTAINEER-03", ["mountaineer", "mountaineer_03"]),
        ("KEYNOTE-177 or KEYNOTE-164", ["keynote_177", "keynote_164"]),
    ],
)
def test_names_that_differ_by_little_never_meet(text: str, found: list[str]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize("text", ["FRESCO-3", "SUNLIGHT-2", "MOUNTAINEER-2", "FRESCO3"])
def test_numbered_successor_is_not_the_trial_it_is_named_after(text: str) -> None:
    assert not {"fresco", "fresco_2", "sunlight", "mountaineer"} & set(ids(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KRASG12C", "kras_g12c"),
        ("RASwt", "ras_wild_type"),
        ("KRASwt", "kras_wild_type"),
        ("RASmut", "ras_mutant"),
        ("BRAFV600E", "braf_v600e"),
        ("BRAFmut", "braf"),
        ("BRAFwt", "braf_wild_type"),
        ("FTDTPI", "ftd_tpi"),
    ],
)
def test_glued_names_are_found(text: str, found: str) -> None:
    assert ids(f"in {text} disease") == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("regorafinib", "regorafenib"),
        ("fruqintinib", "fruquintinib"),
        ("encorafanib", "encorafenib"),
        ("bevacizumb", "bevacizumab"),
        ("pembrolizimab", "pembrolizumab"),
        ("sunligth", "sunlight"),
        ("progresion", "progression"),
        ("entretinib", "entrectinib"),
    ],
)
def test_misspelling_is_read_as_its_name_and_marked(text: str, found: str) -> None:
    (mention,) = LEXICON.find(f"with {text}?")
    assert (mention.id, mention.spelled, mention.start, mention.end) == (found, True, 5, 5 + len(text))


def test_name_spelled_rightly_is_not_marked_as_misspelt() -> None:
    assert [mention.spelled for mention in LEXICON.find("regorafenib in SUNLIGHT")] == [False, False]


@pytest.mark.parametrize(
    "word",
    "aspect aspects correct conclusion resource resources concur raise prime peak dynamic paradigm epoch context "
    "decision question several because through consider important reason".split(),
)
def test_ordinary_word_stays_ordinary(word: str) -> None:
    assert ids(f"one more {word} here") == []


def test_trial_named_like_a_word_counts_in_capitals_or_when_it_is_called_a_trial() -> None:
    assert ids("Is it correct that CORRECT tested it?") == ["correct"]
    assert said("the correct trial") == ["correct trial"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(Stivarga): mOS?", ["Stivarga", "mOS"]),
        ("Σ FTD/TPI+bevacizumab", ["FTD/TPI+bevacizumab"]),
        ("anti-EGFR, then TAS-102.", ["anti-EGFR", "TAS-102"]),
        ("Caballero-Baños 2016", ["Caballero-Baños 2016"]),
    ],
)
def test_offsets_are_those_of_the_very_words(text: str, found: list[str]) -> None:
    assert said(text) == found


def test_regimen_brings_its_parts_along() -> None:
    assert {"ftd_tpi", "bevacizumab"} <= LEXICON.entity_ids("FTD/TPI + bevacizumab")
    assert LEXICON.entity_ids("Grass is green.") == frozenset()


def test_expansion_adds_the_canonical_name_and_nothing_for_ordinary_words() -> None:
    assert "regorafenib" in LEXICON.expansion("Stivarga").split()
    assert "FTD/TPI" in LEXICON.expansion("lonsurf")
    assert LEXICON.expansion("Grass is green.") == ""


@given(st.text(max_size=80))
def test_mentions_of_any_text_are_in_order_and_inside_it(text: str) -> None:
    mentions = LEXICON.find(text)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert LEXICON.entries[mention.id].kind == mention.kind
    assert all(before.end <= after.start for before, after in pairwise(mentions))


NAMES = sorted({name for entry in LEXICON.entries.values() for name in (entry.name, *entry.also, *entry.exact)})


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.sampled_from(["; ", " ", "-", "", "/", " … "]))
def test_mentions_of_joined_names_are_in_order_and_inside_them(names: list[str], between: str) -> None:
    text = between.join(names)
    mentions = LEXICON.find(text)
    assert all(before.end <= after.start for before, after in pairwise(mentions))
    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentions)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_kind_comes_from_the_file_and_longest_name_wins(tmp_path: Path) -> None:
    drugs = '[[entry]]\nid = "a"\nname = "alphamab"\n[[entry]]\nid = "ab"\nname = "alphamab betanib"\n'
    lexicon = read_lexicon(write(tmp_path, drugs=drugs, classes='[[entry]]\nid = "c"\nname = "mabs"\n'))
    assert {entry.id: entry.kind for entry in lexicon.entries.values()} == {"a": "drug", "ab": "drug", "c": "class"}
    assert ids("Alphamab-Betanib, alphamabs", lexicon) == ["ab", "a"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[entry]]\nid = "a"\nname = "x"\n[[entry]]\nid = "a"\nname = "y"\n', ["drugs.toml", "'a'", "twice"]),
        ('[[entry]]\nid = "a"\nname = "x"\nparts = ["b"]\n', ["'a'", "'b'"]),
        ('[[entry]]\nid = "a"\nname = "x"\nclasses = ["b"]\n', ["'a'", "'b'"]),
        ('[[entry]]\nid = "a"\n', ["drugs.toml", "name"]),
        ('[[entry]]\nid = "a"\nname = "x"\nalias = ["y"]\n', ["drugs.toml", "alias"]),
        ("[[entry]\n", ["drugs.toml"]),
    ],
)
def test_malformed_lexicon_is_refused_with_file_and_entry(tmp_path: Path, text: str, named: list[str]) -> None:
    with pytest.raises(CorpusError) as refusal:
        read_lexicon(write(tmp_path, drugs=text))
    assert all(words in str(refusal.value) for words in named), str(refusal.value)


def test_misspelling_as_near_to_two_names_is_left_alone() -> None:
    lexicon = Lexicon([Entry(id=name, kind="drug", name=name) for name in ("valtonib", "vartonib")])
    assert ids("valtonib", lexicon) == ["valtonib"]
    assert ids("vaptonib", lexicon) == []
