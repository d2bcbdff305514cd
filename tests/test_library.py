"""What may be cited: corpus folders good and bad, documents that a user adds, and a copy of the article itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.corpus import PACKAGED_CORPUS
from index.errors import CorpusError
from index.library import Library, add_documents, library_fingerprint, read_library
from index.original import parse_original
from index.records import Document

TINY_FILES = {
    "dragons/document.toml": """
        id = "dragons"\ntitle = "Dragons Treated Late"\nauthors = ["Keeper A"]
        journal = "Valley Letters"\nyear = 2023\nvolume = "1"\nissue = "2"\narticle = "3"
        doi = "10.1/dragons"\nurl = "https://dragons.invalid/1"\nlicence = "CC BY 4.0"\nas_of = "2023-05"
    """,
    "dragons/sections/abstract.md": """
        +++\nsection = "abstract"\ntitle = "Abstract"\n+++
        ### p1\n\nDragons with colorectal cancer grow tired. Smokeweed helps them [1].
    """,
    "dragons/sections/01.md": """
        +++\nsection = "1"\ntitle = "Introduction"\n+++
        ### p1\n\nSmokeweed was given to 12 dragons [2,3]. None of them sneezed.
        ### p2\n\nFirewort was given to nobody.
    """,
    "dragons/tables/schema.toml": """
        [[table]]\nnumber = "1"\nsection = "1"\nfile = "table1.csv"\ncaption = "Herbs"\nlabel = "herbs"
        [columns]
        row = { type = "text", scope = "trial", required = true, means = "row" }
        reference = { type = "text", scope = "trial", means = "reference" }
        regimen = { type = "text", scope = "arm", means = "herb" }
        role = { type = "text", scope = "arm", required = true, values = ["control", "active"], means = "arm" }
        os_months = { type = "range", unit = "months", scope = "arm", means = "median overall survival" }
    """,
    "dragons/tables/table1.csv": """
        row,reference,regimen,role,os_months
        HEARTH,2,Placebo,control,4.0
        HEARTH,2,Smokeweed,active,7.5
    """,
    "dragons/slips.toml": """
        [[slip]]\nid = "hearth"\nnote = "HEARTH: printed twice."\nrows = ["1:HEARTH"]
    """,
    "knowledge/lexicon/drugs.toml": """
        [[entry]]\nid = "smokeweed"\nname = "smokeweed"\nalso = ["fumaria"]
    """,
}


def write_corpus(folder: Path) -> Path:
    """A corpus of one made-up document with three paragraphs, one table and one slip."""
    for name, text in TINY_FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def added(tmp_path: Path) -> Path:
    return tmp_path / "index-documents"


def note(path: Path, text: str = "# Herbs\n\nMoonwort calms dragons.\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def by_id(library: Library, name: str) -> Document:
    (document,) = (document for document in library.documents if document.id == name)
    return document


def test_a_corpus_is_read_with_its_prose_tables_slips_and_names(corpus: Path, added: Path) -> None:
    library = read_library(corpus, added)
    (document,) = library.documents
    assert [paragraph.id for paragraph in document.paragraphs] == ["abstract-p1", "1-p1", "1-p2"]
    assert [paragraph.locator for paragraph in document.paragraphs][:2] == ["Abstract, paragraph 1", "§1, paragraph 1"]
    assert document.paragraphs[1].references == ("2", "3")
    assert document.tables[0].rows[0].arms[1].cells["os_months"].high == 7.5
    assert document.slips[0].rows == ("1:HEARTH",)
    assert (document.as_of, document.date, document.verbatim) == ("2023-05", "2023", frozenset())
    assert library.lexicon.entity_ids("Fumaria, please") == {"smokeweed"}


def test_markdown_and_text_are_stored_as_documents_named_after_their_files(
    corpus: Path, added: Path, tmp_path: Path
) -> None:
    markdown = note(tmp_path / "Herbs of 2024.md")
    plain = note(tmp_path / "Letter.txt", "Moonwort is blue.\n\nIt grows at night.\n")
    additions = add_documents([markdown, plain], added)
    assert [(addition.path, addition.document) for addition in additions] == [
        (markdown, "herbs-of-2024"),
        (plain, "letter"),
    ]
    stored = json.loads((added / "letter.json").read_text(encoding="utf-8"))
    assert [paragraph["text"] for paragraph in stored["paragraphs"]] == ["Moonwort is blue.", "It grows at night."]
    letter = by_id(read_library(corpus, added), "letter")
    assert [paragraph.text for paragraph in letter.paragraphs] == ["Moonwort is blue.", "It grows at night."]
    assert letter.verbatim == {paragraph.id for paragraph in letter.paragraphs}
    assert sorted(path.name for path in added.iterdir()) == ["herbs-of-2024.json", "letter.json"]


def test_files_of_one_name_get_numbers_and_the_same_file_replaces_itself(
    corpus: Path, added: Path, tmp_path: Path
) -> None:
    first, second, third = (note(tmp_path / folder / "herbs.md") for folder in ("a", "b", "c"))
    additions = add_documents([first, second, third], added)
    assert [addition.document for addition in additions] == ["herbs", "herbs-2", "herbs-3"]
    note(second, "# Herbs\n\nMoonwort wakes dragons.\n")
    (again,) = add_documents([second], added)
    assert again.document == "herbs-2"
    library = read_library(corpus, added)
    assert len(library.documents) == 4
    assert "wakes" in by_id(library, "herbs-2").paragraphs[-1].text
    assert "calms" in by_id(library, "herbs").paragraphs[-1].text


def test_a_path_that_is_refused_does_not_stop_the_others(added: Path, tmp_path: Path) -> None:
    missing, image = tmp_path / "gone.md", note(tmp_path / "scan.png")
    good = note(tmp_path / "good.md")
    additions = add_documents([missing, image, good], added)
    assert [addition.document for addition in additions] == [None, None, "good"]
    assert "gone.md" in additions[0].message
    assert "not found" in additions[0].message
    assert "scan.png" in additions[1].message
    assert [path.name for path in added.iterdir()] == ["good.json"]


def test_an_added_file_never_takes_the_id_of_a_corpus_document(corpus: Path, added: Path, tmp_path: Path) -> None:
    add_documents([note(tmp_path / "Dragons.md")], added)
    names = [document.id for document in read_library(corpus, added).documents]
    assert len(names) == 2
    assert len(set(names)) == 2


DAMAGE = {
    "truncated": '{"id": "good", "title"',
    "empty": "",
    "no paragraphs": '{"id": "good", "title": "Good", "date": null}',
    "wrong paragraphs": '{"id": "good", "title": "Good", "date": null, "paragraphs": [{"id": 1}]}',
    "not an object": "[]",
}


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_stored_document_is_named(corpus: Path, added: Path, text: str) -> None:
    stored = note(added / "good.json", text)
    with pytest.raises(CorpusError) as caught:
        read_library(corpus, added)
    assert str(stored) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_adding_a_damaged_document_again_mends_it_as_the_message_says(
    corpus: Path, added: Path, tmp_path: Path
) -> None:
    source = note(tmp_path / "good.md")
    add_documents([source], added)
    note(added / "good.json", DAMAGE["truncated"])
    with pytest.raises(CorpusError, match="add it again"):
        read_library(corpus, added)
    add_documents([source], added)
    assert "Moonwort" in by_id(read_library(corpus, added), "good").paragraphs[-1].text


@pytest.mark.parametrize("name", sorted(TINY_FILES))
def test_the_fingerprint_changes_with_every_file_of_the_corpus(corpus: Path, added: Path, name: str) -> None:
    before = library_fingerprint(corpus, added)
    assert library_fingerprint(corpus, added) == before
    text = (corpus / name).read_text(encoding="utf-8")
    note(corpus / name, text + "\n")
    changed = library_fingerprint(corpus, added)
    note(corpus / name, text)
    assert library_fingerprint(corpus, added) == before
    (corpus / name).rename((corpus / name).with_name("renamed"))
    assert len({before, changed, library_fingerprint(corpus, added)}) == 3


def test_the_fingerprint_changes_with_the_added_documents_but_not_with_hidden_files(
    corpus: Path, added: Path, tmp_path: Path
) -> None:
    seen = [library_fingerprint(corpus, added)]
    source = note(tmp_path / "herbs.md")
    for text in ("One.", "Another."):
        note(source, text)
        add_documents([source], added)
        seen.append(library_fingerprint(corpus, added))
    assert len(set(seen)) == 3
    note(corpus / ".swap", "x")
    assert library_fingerprint(corpus, added) == seen[-1] == read_library(corpus, added).fingerprint
    (added / "herbs.json").unlink()
    assert library_fingerprint(corpus, added) == seen[0]


SECTION = "dragons/sections/01.md"
FRONT = '+++\nsection = "1"\ntitle = "T"\n+++\n'
BAD_FILES = {
    "no front matter": (SECTION, "### p1\n\nWords.\n", "+++"),
    "no title": (SECTION, '+++\nsection = "1"\n+++\n### p1\n\nWords.\n', "title"),
    "front matter not TOML": (SECTION, "+++\nsection: 1\n+++\n### p1\n\nWords.\n", "+++"),
    "numbers out of order": (SECTION, FRONT + "### p2\n\nB.\n\n### p1\n\nA.\n", "p2 stands where p1"),
    "a number twice": (SECTION, FRONT + "### p1\n\nA.\n\n### p1\n\nB.\n", "p1 stands where p2"),
    "empty paragraph": (SECTION, FRONT + "### p1\n\n### p2\n\nB.\n", "p1 is empty"),
    "document not TOML": ("dragons/document.toml", "id = dragons", "document.toml"),
    "document without a title": ("dragons/document.toml", 'id = "dragons"', "title"),
    "slip of nothing": ("dragons/slips.toml", '[[slip]]\nid = "a"\nnote = "b"\n', "'a' concerns no"),
    "slip of no such row": ("dragons/slips.toml", '[[slip]]\nid = "a"\nnote = "b"\nrows = ["1:X"]\n', "'1:X'"),
    "cell of the wrong form": ("dragons/tables/table1.csv", "row,role,os_months\nA,active,long\n", "'long'"),
    "unknown column": ("dragons/tables/table1.csv", "row,role,mood\nA,active,good\n", "'mood'"),
    "schema not TOML": ("dragons/tables/schema.toml", "[[table]", "schema.toml"),
    "lexicon not TOML": ("knowledge/lexicon/drugs.toml", "[[entry]", "drugs.toml"),
    "lexicon with an unknown part": (
        "knowledge/lexicon/drugs.toml",
        '[[entry]]\nid = "a"\nname = "a"\nparts = ["b"]\n',
        "'b'",
    ),
}


@pytest.mark.parametrize(("name", "text", "said"), BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_wrong_with_a_corpus_file_is_said_in_one_line(
    corpus: Path, added: Path, name: str, text: str, said: str
) -> None:
    note(corpus / name, text)
    with pytest.raises(CorpusError) as caught:
        read_library(corpus, added)
    message = str(caught.value)
    assert said in message
    assert str((corpus / name).parent) in message
    assert "\n" not in message


@pytest.mark.parametrize("name", sorted(TINY_FILES))
def test_a_corpus_file_that_is_not_utf8_is_named(corpus: Path, added: Path, name: str) -> None:
    (corpus / name).write_bytes(b"\xff\xfe" + (corpus / name).read_bytes())
    with pytest.raises(CorpusError) as caught:
        read_library(corpus, added)
    assert str((corpus / name).parent) in str(caught.value)


def test_folders_without_a_corpus_documents_or_sections_are_named(corpus: Path, added: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.rmtree(corpus / "dragons" / "sections")
    expected = {tmp_path / "nowhere": "no corpus folder", empty: "no document", corpus: "no section files"}
    for folder, said in expected.items():
        with pytest.raises(CorpusError, match=said) as caught:
            read_library(folder, added)
        assert str(folder) in str(caught.value)


def test_two_copies_of_the_article_are_refused(corpus: Path, added: Path) -> None:
    original = corpus / "dragons" / "original"
    note(original / "README.md", "Put a copy here.")
    assert not by_id(read_library(corpus, added), "dragons").verbatim
    note(original / "a.txt")
    note(original / "b.txt")
    with pytest.raises(CorpusError, match="2 copies") as caught:
        read_library(corpus, added)
    assert str(original) in str(caught.value)


def test_a_copy_that_is_not_the_article_is_named(corpus: Path, added: Path) -> None:
    note(corpus / "dragons" / "original" / "letter.txt", "Only a letter.")
    with pytest.raises(CorpusError, match=r"letter\.txt"):
        read_library(corpus, added)


def test_a_copy_of_the_article_is_quoted_word_by_word(library: Library, article_text: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(PACKAGED_CORPUS, corpus, ignore=shutil.ignore_patterns("*.pdf", "*.txt"))
    note(corpus / "tarpgaard-2024" / "original" / "article.txt", article_text)
    restated, quoted = (
        by_id(library, "tarpgaard-2024"),
        by_id(read_library(corpus, tmp_path / "none"), "tarpgaard-2024"),
    )
    words = {paragraph.id: paragraph.text for paragraph in parse_original(article_text).paragraphs}
    assert [paragraph.id for paragraph in quoted.paragraphs] == [paragraph.id for paragraph in restated.paragraphs]
    assert quoted.verbatim == words.keys() & {paragraph.id for paragraph in restated.paragraphs}
    assert len(quoted.verbatim) > 40
    for before, after in zip(restated.paragraphs, quoted.paragraphs, strict=True):
        assert after.text == words.get(after.id, before.text)
        assert (after.locator, after.section, after.heading) == (before.locator, before.section, before.heading)
    assert quoted.paragraphs[0].text != restated.paragraphs[0].text
    assert quoted.paragraphs[0].text in " ".join(article_text.split())
    assert (quoted.tables, quoted.slips) == (restated.tables, restated.slips)
    assert quoted.fingerprint != restated.fingerprint
