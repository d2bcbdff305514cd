"""Vectors embedded by an unfinished build: written batch by batch, so that a killed build goes on from there."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEYS, _VECTORS, _DIMENSION = "keys.txt", "vectors.f32", "dimension.txt"
_KEY_LENGTH = 64


class PartialVectors:
    """Vectors of `dimension` numbers with the checksums of their texts, in a folder beside the index at `home`.

    What a kill left half written is left out when it is read, and cut off before more is added; what a model of another
    dimension left is dropped.
    """

    def __init__(self, home: Path, dimension: int) -> None:
        self._folder = home.with_name(f".{home.name}.partial")
        self._dimension = dimension

    def known(self) -> dict[str, NDArray[np.float32]]:
        """Each key with its vector, shape (dimension,)."""
        import numpy as np

        if self._is_of_another_model():
            self.drop()
        count = self._whole()
        if not count:
            return {}
        keys = (self._folder / _KEYS).read_text(encoding="ascii").split("\n")[:count]
        stored = np.fromfile(self._folder / _VECTORS, dtype=np.float32, count=count * self._dimension)
        return dict(zip(keys, stored.reshape(count, self._dimension), strict=True))

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Adds a batch; `vectors` has shape (len(keys), dimension)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / _DIMENSION).write_text(str(self._dimension), encoding="ascii")
        count = self._whole()
        for name, size in ((_VECTORS, 4 * self._dimension), (_KEYS, _KEY_LENGTH + 1)):
            with (self._folder / name).open("ab") as stream:
                stream.truncate(count * size)
                stream.write(vectors.tobytes() if name == _VECTORS else "".join(f"{key}\n" for key in keys).encode())

    def drop(self) -> None:
        """Deletes the folder: the index is built."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _is_of_another_model(self) -> bool:
        """Whether the vectors there are of another length, so that they would be read as others than they are."""
        path = self._folder / _DIMENSION
        return path.is_file() and path.read_text(encoding="ascii") != str(self._dimension)

    def _whole(self) -> int:
        """How many keys stand there with the whole of their vector."""
        try:
            keys = (self._folder / _KEYS).stat().st_size // (_KEY_LENGTH + 1)
            return min(keys, (self._folder / _VECTORS).stat().st_size // (4 * self._dimension))
        except FileNotFoundError:
            return 0
