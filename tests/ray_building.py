"""Builds with two workers of Ray, in a process of its own: when a part of Ray dies, it takes its driver along.

`python ray_building.py same FOLDER` breaks a build off, goes on with it and holds it against one without Ray;
`python ray_building.py other` starts a worker that has other weights. Both print JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest.mock import patch

from test_library import write_corpus

from index import build
from index.embedding import Batch, SentenceTransformerEmbedder
from index.errors import ModelUnusable
from index.library import read_library
from index.partial import PartialVectors
from index.ray_embedding import RayEmbedder


def no_export(self: SentenceTransformerEmbedder, folder: Path) -> None:
    raise ModelUnusable("not exported here, for it takes time")


def breaks_off(done: int, all_of_them: int) -> None:
    raise KeyboardInterrupt


def same(folder: Path) -> dict[str, object]:
    folder.mkdir(parents=True, exist_ok=True)
    library = read_library(write_corpus(folder / "corpus"), folder / "none")
    one = SentenceTransformerEmbedder()
    several = RayEmbedder(one, 2)
    home, seen, kept = folder / "several" / "index", list[int](), 0
    with patch.object(build, "_KEPT_EVERY", 4), patch.object(SentenceTransformerEmbedder, "export", no_export):
        try:
            build.build_index(library, several, "model", home, breaks_off)
        except KeyboardInterrupt:
            kept = len(PartialVectors(home, one.dimension).known())
        here = build.build_index(library, one, "model", folder / "one" / "index")
        there = build.build_index(library, several, "model", home, lambda done, every: seen.append(every))
    return {"kept": kept, "left": seen[-1], "vectors": here.vectors, "equal": there == here}


def other() -> dict[str, object]:
    several = RayEmbedder(SentenceTransformerEmbedder(), 1)
    with patch.object(SentenceTransformerEmbedder, "fingerprint", "other"):
        try:
            list(several.stream([Batch(["one text"])]))
        except ModelUnusable as error:
            return {"refused": str(error)}
    return {}


if __name__ == "__main__":
    print(json.dumps(same(Path(sys.argv[2])) if sys.argv[1] == "same" else other()))
