"""Later regulatory facts: read strictly, sorted by date, and given out only with the options that they touch."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from app.patient.profile import profile_of
from app.rules.approvals import Approval, read_approvals, since_then
from app.rules.catalogue import OPTION_IDS
from app.rules.engine import evaluate
from index.corpus import KNOWLEDGE, PACKAGED_CORPUS
from index.errors import CorpusError
from index.lexicon import read_lexicon

ENTRY = """
[[approval]]
id = "g12c-fda"
date = "2024-06-21"
agency = "FDA"
what = "A KRAS G12C inhibitor with an antibody"
options = ["kras_g12c_inhibitor"]
drugs = ["adagrasib", "cetuximab"]
source = "https://example.org/label"
checked = "Day and indication"
"""
PACKAGED = PACKAGED_CORPUS / KNOWLEDGE / "later_approvals.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "later_approvals.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_becomes_a_frozen_record(tmp_path: Path) -> None:
    (approval,) = read_approvals(written(tmp_path, ENTRY))
    assert approval == Approval(
        id="g12c-fda",
        date="2024-06-21",
        agency="FDA",
        what="A KRAS G12C inhibitor with an antibody",
        options=("kras_g12c_inhibitor",),
        drugs=("adagrasib", "cetuximab"),
        source="https://example.org/label",
        checked="Day and indication",
    )
    with pytest.raises(FrozenInstanceError):
        approval.date = "2025"  # type: ignore[misc]


def test_the_oldest_comes_first_and_dates_may_lack_their_quotes(tmp_path: Path) -> None:
    later = ENTRY.replace("g12c-fda", "later").replace('"2024-06-21"', "2024-07-01")
    earlier = ENTRY.replace("g12c-fda", "earlier").replace("2024-06-21", "2024-06")
    found = read_approvals(written(tmp_path, later + ENTRY + earlier))
    assert [(each.id, each.date) for each in found] == [
        ("earlier", "2024-06"),
        ("g12c-fda", "2024-06-21"),
        ("later", "2024-07-01"),
    ]


def test_no_entries_are_no_approvals(tmp_path: Path) -> None:
    assert read_approvals(written(tmp_path, "# nothing yet\n")) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('agency = "FDA"\n', "", "agency"),
        ('agency = "FDA"', 'agencie = "FDA"', "agenc"),
        ('agency = "FDA"', "agency = 1", "agency"),
        ('agency = "FDA"', 'agency = " "', "agency is empty"),
        ("https://example.org/label", "", "source is empty"),
        ("2024-06-21", "June 2024", "date 'June 2024' is no date"),
        ("2024-06-21", "2024-13", "date '2024-13' is no date"),
        ("Day and indication", "", "checked is empty"),
        ("kras_g12c_inhibitor", "kras_g12d_inhibitor", "'kras_g12d_inhibitor' is no option"),
        ('["kras_g12c_inhibitor"]', '"kras_g12c_inhibitor"', "options"),
    ],
)
def test_a_malformed_entry_is_refused_by_file_and_entry(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in ENTRY
    path = written(tmp_path, ENTRY.replace(old, new))
    with pytest.raises(CorpusError) as caught:
        read_approvals(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: approval 'g12c-fda': ")
    assert words in message


def test_an_entry_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"approval 'number 2'.*id"):
        read_approvals(written(tmp_path, ENTRY + ENTRY.replace('id = "g12c-fda"\n', "")))


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="'g12c-fda': the id is used twice"):
        read_approvals(written(tmp_path, ENTRY + ENTRY))


@pytest.mark.parametrize("text", ["[[approval]\n", 'approvals = "none"\n', 'approval = "none"\n'])
def test_a_file_that_is_something_else_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(CorpusError) as caught:
        read_approvals(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"missing\.toml: the file of later approvals cannot be read"):
        read_approvals(tmp_path / "missing.toml")


def test_only_what_touches_an_option_in_question_is_given_out() -> None:
    def on(*options: str) -> Approval:
        return Approval("-".join(options), "2024", "FDA", "what", options, (), "source", "2025")

    approvals = [
        on("immunotherapy"),
        on("trk_inhibitor"),
        on("best_supportive_care"),
        on("immunotherapy", "regorafenib"),
    ]
    verdicts = evaluate(profile_of({"mmr": "proficient"}))
    by_id = {verdict.id: verdict.verdict for verdict in verdicts}
    assert (by_id["immunotherapy"], by_id["trk_inhibitor"]) == ("not_eligible", "needs_information")
    assert since_then(approvals, verdicts) == tuple(approvals[1:])
    assert since_then(approvals, ()) == ()


def test_the_packaged_list_is_sound() -> None:
    approvals = read_approvals(PACKAGED)
    entries = read_lexicon(PACKAGED_CORPUS / KNOWLEDGE / "lexicon").entries
    assert approvals
    assert {option for approval in approvals for option in approval.options} <= set(OPTION_IDS)
    assert {drug for approval in approvals for drug in approval.drugs} - set(entries) == set()
