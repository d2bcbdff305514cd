"""The index on disk: built from what changed, checked to the last byte, replaced without anyone noticing."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray
from test_library import note, write_corpus

from app.assistant import Assistant
from app.settings import Settings
from app.wiring import load_assistant
from index import store
from index.build import build_index
from index.embedding import Precision
from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.library import library_fingerprint, read_library
from index.manifest import FORMAT, Manifest, check_current, read_manifest
from index.model_folder import NO_PROMPTS, Prompts
from index.store import Index, load_index

DIMENSION = 16


class FakeEmbedder:
    """Vectors out of checksums; keeps the texts it was given."""

    dimension, limit = DIMENSION, 256
    query_precision: Precision = "fp32"

    def __init__(self, fingerprint: str = "fake-1", prompts: Prompts = NO_PROMPTS) -> None:
        self.fingerprint, self.prompts = fingerprint, prompts
        self.encoded: list[str] = []

    def count(self, text: str) -> int:
        return len(text.split()) + 2

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        texts = [prompt + text for text in texts]
        self.encoded += texts
        rows = [np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype=np.uint16) - 32768.0 for text in texts]
        matrix = np.array(rows, dtype=np.float32).reshape(len(texts), DIMENSION)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "here" / "index"


def rebuild(corpus: Path, home: Path, embedder: FakeEmbedder | None = None) -> Manifest:
    return build_index(read_library(corpus, home.with_name("none")), embedder or FakeEmbedder(), "tiny", home)


def vectors_of(index: Index) -> NDArray[np.float32]:
    return index.vectors.at(np.arange(len(index.vectors)))


def reword(corpus: Path, words: str) -> None:
    path = corpus / "dragons/sections/01.md"
    note(path, path.read_text(encoding="utf-8").partition("### p2")[0] + f"### p2\n\n{words}\n")


def assert_only_the_index_is_left(home: Path) -> None:
    assert {path.name for path in home.iterdir()} == {"manifest.json", read_manifest(home).folder}


def test_a_built_index_holds_the_passages_and_a_vector_for_each_and_their_sentences(corpus: Path, home: Path) -> None:
    embedder = FakeEmbedder()
    rebuild(corpus, home, embedder)
    index = load_index(home)
    assert [passage.id for passage in index.passages] == [
        f"dragons/{name}" for name in ("abstract-p1", "1-p1", "1-p2", "table1", "table1/HEARTH")
    ]
    assert len(index.vectors) == len(index.unit_keys) == len(embedder.encoded) > len(index.passages)
    assert np.allclose(vectors_of(index), FakeEmbedder().encode(embedder.encoded))
    assert [bool(score) for score in index.keywords.scores(["=smokeweed"])] == [True, True, False, True, True]


def test_the_manifest_tells_what_the_index_was_built_from(corpus: Path, home: Path) -> None:
    with pytest.raises(IndexMissing, match="lateline index build"):
        load_index(home)
    manifest = rebuild(corpus, home)
    assert read_manifest(home) == manifest == load_index(home).manifest
    assert (manifest.format, manifest.model, manifest.model_fingerprint) == (FORMAT, "tiny", "fake-1")
    assert manifest.corpus_fingerprint == library_fingerprint(corpus, home.with_name("none"))
    assert manifest.passages == {"paragraph": 3, "row": 1, "table": 1}
    assert (manifest.dimension, manifest.vectors) == (DIMENSION, len(load_index(home).unit_keys))
    (document,) = manifest.documents
    assert (document.id, document.date, document.passages, document.verbatim) == ("dragons", "2023", 5, False)
    folder = home / manifest.folder
    written = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert manifest.files.keys() == written.keys()
    assert manifest.size == sum(path.stat().st_size for path in written.values())


def test_only_the_texts_that_changed_are_embedded_again(corpus: Path, home: Path) -> None:
    rebuild(corpus, home)
    reword(corpus, "Firewort was given to 3 sheep. All of them fled.")
    changed, unchanged = FakeEmbedder(), FakeEmbedder()
    rebuild(corpus, home, changed)
    assert sorted(changed.encoded) == [
        "Introduction: All of them fled.",
        "Introduction: Firewort was given to 3 sheep.",
        "Introduction: Firewort was given to 3 sheep. All of them fled.",
    ]
    before = read_manifest(home)
    assert rebuild(corpus, home, unchanged) == before
    assert unchanged.encoded == []
    fresh, other = FakeEmbedder(), FakeEmbedder("another model")
    rebuild(corpus, home.with_name("fresh"), fresh)
    assert np.allclose(vectors_of(load_index(home)), FakeEmbedder().encode(fresh.encoded))
    rebuild(corpus, home, other)
    assert other.encoded == fresh.encoded


DAMAGE: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "changed": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"~"),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "deleted": Path.unlink,
    "replaced by a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_any_damaged_file_is_named_and_the_next_build_mends_it(
    corpus: Path, home: Path, damage: Callable[[Path], object]
) -> None:
    manifest = rebuild(corpus, home)
    assert len(manifest.files) > 3
    for name in manifest.files:
        path = home / manifest.folder / name
        damage(path)
        with pytest.raises(IndexDamaged) as caught:
            load_index(home)
        assert str(path) in str(caught.value)
        assert rebuild(corpus, home) == manifest
        assert load_index(home).manifest == manifest
        assert_only_the_index_is_left(home)


@pytest.mark.parametrize("damaged", [b"", b"{", b"{}", b"[]", b'{"format": 1, "model": 2}', b"\xff\xfe{}"])
def test_a_damaged_manifest_is_named_and_the_next_build_mends_it(corpus: Path, home: Path, damaged: bytes) -> None:
    manifest = rebuild(corpus, home)
    path = home / "manifest.json"
    path.write_bytes(damaged)
    for read in (read_manifest, load_index):
        with pytest.raises(IndexDamaged) as caught:
            read(home)
        assert str(path) in str(caught.value)
    assert rebuild(corpus, home) == manifest


def test_another_format_corpus_or_model_is_outdated(corpus: Path, home: Path) -> None:
    manifest = rebuild(corpus, home)
    corpus_now, newer = manifest.corpus_fingerprint, manifest.model_copy(update={"format": FORMAT + 1})
    model = FakeEmbedder()
    check_current(manifest, corpus_now, model)
    others = {"format": (newer, corpus_now, model), "corpus": (manifest, "other", model)}
    for what, facts in (others | {"embedding model": (manifest, corpus_now, FakeEmbedder("other"))}).items():
        with pytest.raises(IndexOutdated, match=f"another {what} "):
            check_current(*facts)


def test_an_index_of_another_format_is_built_over(corpus: Path, home: Path) -> None:
    manifest = rebuild(corpus, home)
    old = b'[{"words": "as they were kept then"}]'
    (home / manifest.folder / "passages.json").write_bytes(old)
    facts = json.loads(manifest.model_dump_json())
    facts["files"]["passages.json"] = {"bytes": len(old), "sha256": hashlib.sha256(old).hexdigest()}
    (home / "manifest.json").write_text(json.dumps(facts | {"format": FORMAT - 1}), encoding="utf-8")
    rebuild(corpus, home)
    assert load_index(home).manifest == manifest


@pytest.mark.parametrize(
    "fails",
    [(FakeEmbedder, "encode"), (store.Vectors, "save"), (store.Keywords, "save"), (Path, "replace")],
    ids=lambda fails: f"{fails[0].__name__}.{fails[1]}",
)
def test_a_build_that_fails_leaves_the_old_index_and_no_rubbish_after_the_next(
    corpus: Path, home: Path, fails: tuple[type, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rebuild(corpus, home)
    reword(corpus, "Firewort came too late.")
    with monkeypatch.context() as broken:
        broken.setattr(*fails, Mock(side_effect=RuntimeError("the disk is full")))
        with pytest.raises(RuntimeError, match="disk is full"):
            rebuild(corpus, home)
    assert load_index(home).manifest == before
    rebuild(corpus, home)
    assert load_index(home).passages[2].text == "Firewort came too late."
    assert_only_the_index_is_left(home)


@pytest.mark.parametrize("left", [".building-99999/bm25/x", "data-0123456789abcdef/x", ".manifest.json.99999"])
def test_what_a_killed_build_left_behind_is_cleared(corpus: Path, home: Path, left: str) -> None:
    note(home / left)
    rebuild(corpus, home)
    assert_only_the_index_is_left(home)


def test_folders_that_are_not_of_the_index_are_left_alone(corpus: Path, home: Path) -> None:
    kept = note(home / "data-of-my-thesis" / "results.csv")
    rebuild(corpus, home)
    assert kept.is_file()


def build_in_process(corpus: Path, home: Path) -> tuple[int, str]:
    embedder = FakeEmbedder()
    fingerprint = rebuild(corpus, home, embedder).fingerprint
    return len(embedder.encoded), fingerprint


def test_of_two_processes_that_build_at_once_one_waits_and_both_make_the_same_index(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2).wait
    with ProcessPoolExecutor(2, context, initializer=together, initargs=(120,)) as pool:
        (taken_over, second), (embedded, first) = sorted(pool.map(build_in_process, [corpus] * 2, [home] * 2))
    assert (taken_over, embedded) == (0, load_index(home).manifest.vectors)
    assert_only_the_index_is_left(home)
    assert first == second == load_index(home).manifest.fingerprint


MOMENTS = {
    "once after its manifest was read": (Manifest, "model_validate_json", 1),
    "twice after its manifest was read": (Manifest, "model_validate_json", 2),
    "before its vectors are read": (store.Vectors, "load", 1),
    "before its words are read": (store.Keywords, "load", 1),
}


@pytest.mark.parametrize(("place", "name", "times"), MOMENTS.values(), ids=MOMENTS)
def test_an_index_that_is_replaced_while_it_is_read_is_read_in_its_new_state(
    corpus: Path, home: Path, place: Any, name: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = getattr(place, name), list(range(times))

    def interfered(*arguments: Any) -> Any:
        if left:
            number, *later = left
            left.clear()  # the build below reads, too
            reword(corpus, f"Replaced, {number}.")
            rebuild(corpus, home)
            left.extend(later)
        return real(*arguments)

    rebuild(corpus, home)
    monkeypatch.setattr(place, name, interfered)
    assert load_index(home).passages[2].text == f"Replaced, {times - 1}."


def test_readers_never_fail_while_a_writer_replaces_the_index(corpus: Path, home: Path) -> None:
    rebuild(corpus, home)
    done = threading.Event()

    def read() -> set[str]:
        loads = set()
        while not done.is_set():
            loads.add(load_index(home).manifest.folder)
        return loads

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for number in range(15):
                reword(corpus, f"Version {number} of firewort.")
                rebuild(corpus, home)
        finally:
            done.set()
    assert len(readers[0].result() | readers[1].result()) > 1


def test_the_assistant_rebuilds_a_damaged_index_and_names_the_file_in_one_line(
    settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    own = Settings(index_dir=shutil.copytree(settings.index_dir, tmp_path / "index"))
    before, lines = read_manifest(own.index_dir), list[str]()
    damaged = own.index_dir / before.folder / "vectors.faiss"
    DAMAGE["truncated"](damaged)
    rebuilt = load_assistant(own, lines.append)
    (line,) = lines
    assert str(damaged) in line
    assert "\n" not in line
    assert rebuilt.ask(["mOS in SUNLIGHT?"]).answer == assistant.ask(["mOS in SUNLIGHT?"]).answer
    assert load_index(own.index_dir).manifest == before
    load_assistant(own, lines.append)
    assert len(lines) == 1
