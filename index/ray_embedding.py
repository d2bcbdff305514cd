"""Texts embedded by several processes or machines, through Ray Data (the only ray): for libraries that outgrow one."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from index.embedding import Batch, Precision, SentenceTransformerEmbedder
from index.errors import ModelUnusable
from index.model_folder import Prompts

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class RayEmbedder:
    """An embedder whose `stream` is worked off by `workers` processes: of this machine, or of the Ray cluster that
    RAY_ADDRESS names, whose machines need this program and the model too. Everything else is done here, by `one`.

    Raises ModelUnusable where Ray is not installed.
    """

    def __init__(self, one: SentenceTransformerEmbedder, workers: int) -> None:
        # Nothing is sent to anyone; and what its parts say while all goes well is not for the one who builds.
        os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"})
        # Each try takes half a minute; by default there are twenty.
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "2")
        if not all(find_spec(name) for name in ("ray", "pyarrow", "pandas")):
            raise ModelUnusable('--ray needs Ray Data; install it with: pip install "lateline[ray]".')
        if os.environ.get("RAY_ADDRESS", "local") == "local":
            # Ray listens on every interface of the machine: without this token, nobody gets it to run anything.
            # It is read once in a process.
            os.environ["RAY_AUTH_MODE"] = "token"
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        self._one, self._workers = one, workers

    @property
    def fingerprint(self) -> str:
        return self._one.fingerprint

    @property
    def dimension(self) -> int:
        return self._one.dimension

    @property
    def limit(self) -> int:
        return self._one.limit

    @property
    def prompts(self) -> Prompts:
        """As in `Reference`."""
        return self._one.prompts

    @property
    def query_precision(self) -> Precision:
        """As in `Reference`."""
        return self._one.query_precision

    def count(self, text: str) -> int:
        """As in `Embedder`."""
        return self._one.count(text)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, prompt: str = ""
    ) -> NDArray[np.float32]:
        """As in `Embedder`."""
        return self._one.encode(texts, progress, prompt)

    def export(self, folder: Path) -> None:
        """As in `Exportable`."""
        self._one.export(folder)

    def stream(self, batches: Sequence[Batch]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The number of each batch and the vectors of its texts, in the order in which they get done.

        Raises ModelUnusable where a worker fails: what was given before stands.
        """
        import numpy as np
        import ray

        with _cluster(self._workers):
            items = [
                {"number": number, "texts": batch.texts, "prompt": batch.prompt} for number, batch in enumerate(batches)
            ]
            done = ray.data.from_items(items, override_num_blocks=max(1, len(items))).map(
                _Worker,
                fn_constructor_args=(self._one.name, self.fingerprint),
                compute=ray.data.ActorPoolStrategy(size=self._workers),
                num_cpus=1,
            )
            try:
                for row in done.iter_rows():
                    vectors = np.frombuffer(row["vectors"], dtype=np.float32)
                    yield int(row["number"]), vectors.reshape(-1, self.dimension)
            except ray.exceptions.RayError as error:
                said = str(error).strip().rpartition("\n")[2]
                raise ModelUnusable(f"A worker of Ray failed ({said}); the same command goes on from there.") from error


class _Worker:
    """One process with the model loaded."""

    def __init__(self, model: str, fingerprint: str) -> None:
        self._embedder = SentenceTransformerEmbedder(model)
        if self._embedder.fingerprint != fingerprint:
            raise ModelUnusable(f"{model}: this machine has other weights under this name; set embedding_model.")

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        vectors = self._embedder.encode(list(row["texts"]), prompt=str(row["prompt"]))
        return {"number": row["number"], "vectors": vectors.tobytes()}


@contextmanager
def _cluster(workers: int) -> Iterator[None]:
    """Ray while something is embedded: the cluster of RAY_ADDRESS, or one on this machine for this process alone."""
    import ray.data

    quiet: dict[str, Any] = {"include_dashboard": False, "num_cpus": workers}
    address = os.environ.get("RAY_ADDRESS", "local")
    try:
        ray.init(
            address=address,
            logging_level=logging.ERROR,
            log_to_driver=False,
            **(quiet if address == "local" else {}),
        )
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        where = "on this machine" if address == "local" else f"at {address} (RAY_ADDRESS)"
        raise ModelUnusable(f"Ray does not start or answer {where}; build without --ray, or see to it.") from error
    logging.getLogger("ray.data").handlers.clear()
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield
    finally:
        ray.shutdown()
