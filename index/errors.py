"""What can go wrong with a corpus or an index; each message is one sentence for the person who can mend it."""

from __future__ import annotations


class CorpusError(ValueError):
    """The corpus folder holds something that cannot be read; the message names file, place and mend."""


class IndexMissing(RuntimeError):
    """No index stands where one was looked for."""


class IndexOutdated(RuntimeError):
    """The index is sound, but was built from another corpus, model or format than the one in force."""


class IndexDamaged(RuntimeError):
    """A file of the index is missing, truncated or changed; the message names it."""


class ModelUnusable(RuntimeError):
    """An embedding model or a reranker cannot be loaded, or is not what its checksum or its settings promise."""


class StoreUnreachable(RuntimeError):
    """The database that holds the index cannot be reached, or is not what this program needs."""
