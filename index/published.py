"""An index published in a database: put there in one transaction, and opened from there by any number of replicas."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import IndexDamaged, IndexMissing, IndexOutdated, StoreUnreachable
from index.manifest import FORMAT, Manifest
from index.postgres import Database, PostgresVectors, in_one_sentence, vector_literal
from index.records import Passage
from index.store import PASSAGES, VECTORS, Index, index_of, load_index
from index.vectors import EXACT_UP_TO

# What the database holds in tables, and no replica fetches as a file.
_IN_TABLES = (PASSAGES, VECTORS)
_DOCUMENTS = "documents/"
# Stands in a folder of fetched files that has them all.
_WHOLE = ".whole"
_PASSAGE: TypeAdapter[Passage] = TypeAdapter(Passage)


@dataclass(frozen=True)
class Published:
    """An index in a database, opened: `documents` is the folder of the added documents that it was built with."""

    index: Index
    generation: str
    files: Path
    documents: Path


def publish(home: Path, added: Path, database: Database) -> str:
    """Puts the index at `home` into the database as the active generation and returns its name.

    All in one transaction: until it ends, readers have the old one. Raises StoreUnreachable and what `load_index` does.
    """
    index = load_index(home)
    database.migrate()
    # Not the name of the folder: the same files may stand for another corpus, of which they hold nothing that changed.
    generation = index.manifest.fingerprint[:16]
    with database.connection() as connection, in_one_sentence():
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('lateline.publish'))")
            again = "UPDATE lateline.generations SET published = now() WHERE id = %s"
            if not connection.execute(again, (generation,)).rowcount:
                _write(connection, generation, index, home, added)
            connection.execute(
                "INSERT INTO lateline.active (generation) VALUES (%s) "
                "ON CONFLICT (only_one) DO UPDATE SET generation = excluded.generation",
                (generation,),
            )
        _drop_old(connection)
    return generation


def active_generation(database: Database) -> str:
    """The name of the active generation. Raises IndexMissing where none is published, and StoreUnreachable."""
    database.check_schema()
    row = database.ask(lambda one: one.execute("SELECT generation FROM lateline.active").fetchone())
    if row is None:
        raise IndexMissing("no index is published in the database; run: lateline index build, with these settings.")
    return str(row[0])


def open_published(database: Database, cache: Path) -> Published:
    """The active generation, its files fetched once into `cache`.

    Raises IndexMissing, IndexOutdated for another format, IndexDamaged for a file that is not what the manifest says,
    and StoreUnreachable.
    """
    generation = active_generation(database)
    manifest = _manifest(database, generation)
    folder = cache / generation
    if not (folder / _WHOLE).is_file():
        _fetch(database, generation, manifest, folder)
        _forget_old(cache)
    rows = database.ask(
        lambda one: one.execute(f"SELECT record FROM lateline.passages_{generation} ORDER BY position").fetchall()
    )
    passages = tuple(_PASSAGE.validate_json(row[0]) for row in rows)
    exact = manifest.vectors <= EXACT_UP_TO
    vectors = PostgresVectors(database, generation, manifest.vectors, manifest.dimension, exact)
    return Published(index_of(folder, manifest, passages, vectors), generation, folder, folder / _DOCUMENTS.rstrip("/"))


def active_manifest(database: Database) -> Manifest:
    """The manifest of the active generation; raises as `active_generation` does, and IndexOutdated."""
    return _manifest(database, active_generation(database))


def _manifest(database: Database, generation: str) -> Manifest:
    text = database.ask(
        lambda one: one.execute("SELECT manifest FROM lateline.generations WHERE id = %s", (generation,)).fetchone()
    )
    if text is None:
        raise StoreUnreachable("The index in the database has just been replaced; ask again in some seconds.")
    try:
        manifest = Manifest.model_validate_json(text[0])
    except ValidationError as error:
        raise IndexOutdated("the database's index was built in another format; run: lateline index build.") from error
    if manifest.format != FORMAT:
        raise IndexOutdated(
            f"the database's index was built in another format ({manifest.format}, now {FORMAT}); "
            "run: lateline index build."
        )
    return manifest


def _fetch(database: Database, generation: str, manifest: Manifest, folder: Path) -> None:
    """Fetches the files beside the folder and puts them into place whole. Raises IndexDamaged."""
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    rows = database.ask(lambda one: one.execute(f"SELECT name FROM lateline.files_{generation}").fetchall())
    names = {str(row[0]) for row in rows}
    for name in sorted(manifest.files.keys() - names - set(_IN_TABLES)):
        raise IndexDamaged(f"{name}: this file of the database's index is missing; run: lateline index build.")
    for name in sorted(names):
        content = database.ask(
            lambda one, name=name: one.execute(  # type: ignore[misc]
                f"SELECT content FROM lateline.files_{generation} WHERE name = %s", (name,), binary=True
            ).fetchone()[0]
        )
        expected = manifest.files.get(name)
        if expected and hashlib.sha256(content).hexdigest() != expected.sha256:
            raise IndexDamaged(f"{name}: this file of the database's index was changed; run: lateline index build.")
        target = beside / name
        if not target.resolve().is_relative_to(beside.resolve()):
            raise IndexDamaged(f"{name}: no file of an index has such a name; run: lateline index build.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (beside / _WHOLE).touch()
    shutil.rmtree(folder, ignore_errors=True)
    beside.replace(folder)


def _forget_old(cache: Path) -> None:
    """Removes what was fetched of all generations but the last two, of which one may still be in use here."""
    fetched = sorted(cache.glob(f"*/{_WHOLE}"), key=lambda path: path.stat().st_mtime)
    for path in fetched[:-2]:
        shutil.rmtree(path.parent, ignore_errors=True)


def _write(connection: Any, generation: str, index: Index, home: Path, added: Path) -> None:
    tables = {
        "passages": "position integer PRIMARY KEY, record text NOT NULL",
        "units": f"position integer PRIMARY KEY, v vector({index.manifest.dimension}) NOT NULL",
        "files": "name text PRIMARY KEY, content bytea NOT NULL",
    }
    for name, columns in tables.items():
        connection.execute(f"CREATE TABLE lateline.{name}_{generation} ({columns})")
    with connection.cursor().copy(f"COPY lateline.passages_{generation} FROM STDIN") as copy:
        for number, passage in enumerate(index.passages):
            copy.write_row((number, _PASSAGE.dump_json(passage).decode()))
    with connection.cursor().copy(f"COPY lateline.units_{generation} FROM STDIN") as copy:
        for number, text in _vectors_as_text(index):
            copy.write_row((number, text))
    for name, path in _files(index.manifest, home, added):
        connection.execute(f"INSERT INTO lateline.files_{generation} VALUES (%s, %s)", (name, path.read_bytes()))
    if index.manifest.vectors > EXACT_UP_TO:
        connection.execute(f"CREATE INDEX ON lateline.units_{generation} USING hnsw (v vector_ip_ops)")
    connection.execute(f"ANALYZE lateline.units_{generation}")
    connection.execute(
        "INSERT INTO lateline.generations (id, manifest) VALUES (%s, %s)",
        (generation, index.manifest.model_dump_json()),
    )


def _vectors_as_text(index: Index) -> Iterator[tuple[int, str]]:
    import numpy as np

    for start in range(0, len(index.vectors), 1024):
        positions = np.arange(start, min(start + 1024, len(index.vectors)))
        for number, vector in zip(positions.tolist(), index.vectors.at(positions).tolist(), strict=True):
            yield number, vector_literal(vector)


def _files(manifest: Manifest, home: Path, added: Path) -> Iterator[tuple[str, Path]]:
    for name in manifest.files:
        if name not in _IN_TABLES:
            yield name, home / manifest.folder / name
    for path in sorted(added.glob("*.json")):
        yield f"{_DOCUMENTS}{path.name}", path


def _drop_old(connection: Any) -> None:
    """Drops all generations but the active one and the one published last before it, whose readers may not be done."""
    others = "SELECT id FROM lateline.generations WHERE id NOT IN (SELECT generation FROM lateline.active)"
    for (old,) in connection.execute(f"{others} ORDER BY published DESC").fetchall()[1:]:
        with connection.transaction():
            for name in ("passages", "units", "files"):
                connection.execute(f"DROP TABLE IF EXISTS lateline.{name}_{old}")
            connection.execute("DELETE FROM lateline.generations WHERE id = %s", (old,))
