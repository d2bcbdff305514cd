"""How the store in PostgreSQL behaves with many vectors; needs a database that may be written to.

`python -m eval.bench.postgres DSN [COUNT]` makes a table of synthetic vectors, measures, and drops it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from app.settings import load_settings
from app.wiring import load_vectors
from eval.bench.figures import figure
from eval.bench.scale import DISTURBED, questions_of, recall, searched, synthetic
from index.postgres import Database, PostgresVectors, vector_literal
from index.vectors import Vectors

_GENERATION = "bench"


def main(arguments: Sequence[str]) -> int:
    """Prints seconds of filling and indexing, milliseconds of a search, and its recall."""
    dsn, count = arguments[0], int(arguments[1]) if len(arguments) > 1 else 100_000
    real = load_vectors(load_settings(None).settings)
    vectors, asked = synthetic(real, count, DISTURBED), questions_of(real)
    database = Database(dsn)
    database.migrate()
    dimension = vectors.shape[1]
    with database.connection() as connection:
        connection.execute(f"DROP TABLE IF EXISTS lateline.units_{_GENERATION}")
        connection.execute(f"CREATE TABLE lateline.units_{_GENERATION} (position integer, v vector({dimension}))")
        start = time.perf_counter()
        with connection.cursor().copy(f"COPY lateline.units_{_GENERATION} FROM STDIN") as copy:
            for number, vector in enumerate(vectors):
                copy.write_row((number, vector_literal(vector.tolist())))
        filled = time.perf_counter()
        connection.execute("SET maintenance_work_mem = '2GB'")
        connection.execute(f"CREATE INDEX ON lateline.units_{_GENERATION} USING hnsw (v vector_ip_ops)")
        connection.execute(f"ANALYZE lateline.units_{_GENERATION}")
        print(f"filled in {filled - start:.1f} s, indexed in {time.perf_counter() - filled:.1f} s")
    store = PostgresVectors(database, _GENERATION, count, dimension, exact=False)
    wanted, _ = searched(Vectors.exact(vectors), asked)
    found, taken = searched(store, asked)
    summed = figure("search", taken)
    print(f"{count:,} vectors: p50 {summed.p50:.2f} ms, p99 {summed.p99:.2f} ms, recall {recall(found, wanted):.4f}")
    with database.connection() as connection:
        connection.execute(f"DROP TABLE lateline.units_{_GENERATION}")
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
