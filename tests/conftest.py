"""What many tests share: the packaged library, one built index, one assistant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.settings import Settings
from app.wiring import build, load_assistant
from index.corpus import PACKAGED_CORPUS
from index.library import Library, read_library
from index.records import Document

pytest_plugins = ["browsing"]

ROOT = Path(__file__).resolve().parent.parent
REVIEW = ROOT.parent / "shared" / "review" / "review.txt"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not see the settings of the machine they run on."""
    for name in [name for name in os.environ if name.startswith("LATELINE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The packaged corpus without added documents."""
    return read_library(PACKAGED_CORPUS, tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="session")
def review(library: Library) -> Document:
    """The review as the corpus holds it."""
    return next(document for document in library.documents if document.id == "tarpgaard-2024")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose index is built, once for the whole run."""
    made = Settings(index_dir=tmp_path_factory.mktemp("lateline") / "index")
    build(made)
    return made


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Iterator[Assistant]:
    """An assistant over that index."""
    yield load_assistant(settings, say=lambda line: None)


@pytest.fixture
def article_text() -> str:
    """The article's extracted text; the test is skipped where no copy is on the machine."""
    if not REVIEW.is_file():
        pytest.skip(f"no copy of the article at {REVIEW.relative_to(ROOT.parent)}")
    return REVIEW.read_text(encoding="utf-8")
