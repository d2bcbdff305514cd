"""PostgreSQL with pgvector as the place of a published index (the only psycopg): connections, schema, vectors."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import StoreUnreachable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_T = TypeVar("_T")
SCHEMA = 1
_MIGRATION = re.compile(r"(\d{3})_\w+\.sql")
_PATIENCE_S = 5.0
_MOST_CONNECTIONS = 8
# What the graph of pgvector looks at, at most, and at least.
_WIDEST, _WIDTH = 1000, 200


class Database:
    """A pool of connections to the database of `dsn`. Raises StoreUnreachable, in one sentence, for whatever fails;
    a connection that was lost is replaced, and what was asked over it is asked once more.
    """

    def __init__(self, dsn: str) -> None:
        try:
            from psycopg_pool import ConnectionPool
        except ImportError as error:
            raise StoreUnreachable(
                'vector_store "postgres" needs psycopg; install it with: pip install "lateline[postgres]".'
            ) from error
        # It would tell of each failed attempt on standard error; what fails is said once, here.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._pool: Any = ConnectionPool(
            dsn,
            min_size=1,
            max_size=_MOST_CONNECTIONS,
            timeout=_PATIENCE_S,
            # Longer, and a database that is there again would not be noticed for minutes.
            reconnect_timeout=_PATIENCE_S,
            open=False,
            check=ConnectionPool.check_connection,
            kwargs={
                "autocommit": True,
                "connect_timeout": int(_PATIENCE_S),
                # A database that is cut off says nothing, and would be waited for a quarter of an hour.
                "tcp_user_timeout": int(1000 * _PATIENCE_S),
            },
        )
        self._opened = threading.Lock()

    def close(self) -> None:
        """Closes all connections."""
        self._pool.close()

    def ask(self, what: Callable[[Any], _T]) -> _T:
        """`what` of a connection; it must only read, for it may be called twice."""
        import psycopg

        try:
            with self.connection() as connection:
                return what(connection)
        except psycopg.OperationalError:
            with in_one_sentence(), self.connection() as connection:
                return what(connection)
        except psycopg.Error as error:
            raise _refused(error) from error

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """A connection in autocommit mode."""
        from psycopg_pool import PoolTimeout

        with self._opened:
            self._pool.open()
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise StoreUnreachable(
                f"The database does not answer within {_PATIENCE_S:.0f} s; check postgres_dsn and whether it runs."
            ) from error

    def migrate(self) -> None:
        """Brings the schema to this version, step by step. Raises StoreUnreachable for a newer one."""
        with self.connection() as connection, in_one_sentence(), connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('lateline.schema'))")
            connection.execute("CREATE SCHEMA IF NOT EXISTS lateline")
            connection.execute("CREATE TABLE IF NOT EXISTS lateline.schema_version (version integer NOT NULL)")
            has = _version(connection)
            _refuse_newer(has)
            for number, text in migrations():
                if number > has:
                    connection.execute(text)
                    connection.execute("DELETE FROM lateline.schema_version")
                    connection.execute("INSERT INTO lateline.schema_version VALUES (%s)", (number,))

    def check_schema(self) -> None:
        """Raises StoreUnreachable where the schema is missing or of another version."""

        def version(connection: Any) -> int:
            there = connection.execute("SELECT to_regclass('lateline.schema_version')").fetchone()[0]
            return _version(connection) if there else 0

        has = self.ask(version)
        _refuse_newer(has)
        if has < SCHEMA:
            raise StoreUnreachable(
                f"The database's schema has version {has}, this program needs {SCHEMA}; run: lateline index build."
            )


class PostgresVectors:
    """A `VectorStore` over the table of one generation: exactly while that is small, else by pgvector's graph."""

    def __init__(self, database: Database, generation: str, count: int, dimension: int, exact: bool) -> None:
        self._database = database
        self._table = f"lateline.units_{generation}"
        self._count, self.dimension, self.is_exact = count, dimension, exact
        # What was just found is what is asked for next, by the same thread.
        self._found = threading.local()

    @property
    def kind(self) -> str:
        """As in `VectorStore`."""
        return "PostgreSQL, exactly" if self.is_exact else "PostgreSQL, by a graph (HNSW)"

    def __len__(self) -> int:
        return self._count

    def near(self, query: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """As in `VectorStore`."""
        import numpy as np

        wide = max(_WIDTH, min(most, _WIDEST))
        nearest = f"SELECT position, v FROM {self._table} ORDER BY v <#> %s::vector LIMIT %s"

        def asked(connection: Any) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            with connection.transaction():
                if not self.is_exact:
                    connection.execute(f"SET LOCAL hnsw.ef_search = {wide}")
                return self._read(connection, nearest, (vector_literal(query.tolist()), most))

        positions, vectors = self._database.ask(asked)
        order = np.argsort(positions)
        self._found.positions, self._found.vectors = positions[order], vectors[order]
        return positions

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """As in `VectorStore`."""
        import numpy as np

        known: NDArray[np.int64] | None = getattr(self._found, "positions", None)
        if known is not None and np.array_equal(known, positions):
            held: NDArray[np.float32] = self._found.vectors
            return held
        some = f"SELECT position, v FROM {self._table} WHERE position = ANY(%s)"
        found, vectors = self._database.ask(lambda one: self._read(one, some, (positions.tolist(),)))
        order = np.argsort(found)
        return vectors[order[np.searchsorted(found[order], positions)]]

    def _read(
        self, connection: Any, rows: str, values: tuple[Any, ...]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Positions and vectors of the rows, as one block of bytes: a row by itself takes longer than its search."""
        import numpy as np

        packed = f"SELECT string_agg(int4send(position) || vector_send(v), ''::bytea) FROM ({rows}) AS found"
        block = connection.execute(packed, values, binary=True).fetchone()[0] or b""
        kind = np.dtype([("position", ">i4"), ("sizes", ">i4"), ("v", ">f4", (self.dimension,))])
        read = np.frombuffer(block, dtype=kind)
        return read["position"].astype(np.int64), read["v"].astype(np.float32)


def vector_literal(vector: Sequence[float]) -> str:
    """The numbers as pgvector reads them, each to its last digit."""
    return f"[{','.join(map(repr, vector))}]"


def migrations() -> list[tuple[int, str]]:
    """The steps of the schema in order, each with its number."""
    found = [(name, path) for path in files("index.migrations").iterdir() if (name := _MIGRATION.match(path.name))]
    return sorted((int(name[1]), path.read_text(encoding="utf-8")) for name, path in found)


def _version(connection: Any) -> int:
    row = connection.execute("SELECT max(version) FROM lateline.schema_version").fetchone()
    return int(row[0] or 0)


def _refuse_newer(has: int) -> None:
    if has > SCHEMA:
        raise StoreUnreachable(
            f"The database's schema has version {has}, this program knows {SCHEMA}; use a newer version of lateline."
        )


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """What the database refuses, as StoreUnreachable: one sentence without the values that it was given."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _refused(error) from error


def _refused(error: Exception) -> StoreUnreachable:
    import psycopg

    if isinstance(error, psycopg.errors.UndefinedTable):
        return StoreUnreachable("The index in the database has just been replaced; ask again in some seconds.")
    said = str(error).partition("\n")[0].strip() or type(error).__name__
    return StoreUnreachable(f"The database refused ({said}); check postgres_dsn and its rights.")
