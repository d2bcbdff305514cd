"""The plan of the house: who may import whom, where each heavy library lives, how long a file may be."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "index", "eval")
# Each room may import itself and the rooms after it.
ROOMS = ("eval", "app.ui", "app.wiring", "app.assistant", "app.steps", "app.rules", "app.patient", "index")
# Leaves, which any of app and eval may import, and what they import of the project themselves.
LEAVES: dict[str, set[str]] = {
    "app.answer": set(),
    "app.errors": set(),
    "app.program": {"index"},
    "app.settings": {"app.errors"},
}

ONE_HOME = (
    "faiss",
    "sentence_transformers",
    "torch",
    "docx",
    "fpdf",
    "bm25s",
    "Stemmer",
    "uvicorn",
    "cachetools",
    "pyinstrument",
    "ray",
    "openai",
)
WEB = {"fastapi", "fastapi_offline", "starlette"}
READERS_ONLY = {"pypdf", "mammoth", "bs4", "markdown_it"}
CONCRETE = {"SentenceTransformerEmbedder", "build_index", "load_index"}
SLOW_TO_LOAD = {
    "torch",
    "numpy",
    "faiss",
    "llama_index",
    "gradio",
    "sentence_transformers",
    "transformers",
    "fastapi",
    "matplotlib",
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "misc"}
MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class Import:
    """One imported thing: `name` of the module `target`, or the module itself where `name` is empty."""

    importer: str
    target: str
    name: str
    line: int

    @property
    def library(self) -> str:
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target} {self.name}".rstrip()


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    """Every module of the project by its name."""
    return {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


SOURCES = sources()
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in SOURCES.items()}


def imports_in(importer: str, tree: ast.AST, is_package: bool = False) -> Iterator[Import]:
    """Every import in the file: at module level, inside functions, for type checking, and by a literal name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(importer, alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = importer if is_package else importer.rpartition(".")[0]
                module = importlib.util.resolve_name("." * node.level + module, package)
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield (
                    Import(importer, inner, "", node.lineno)
                    if inner in SOURCES
                    else Import(importer, module, alias.name, node.lineno)
                )
        elif isinstance(node, ast.Call) and node.args and called(node) in ("import_module", "__import__"):
            match node.args[0]:
                case ast.Constant(value=str(target)):
                    yield Import(importer, target, "", node.lineno)


def called(node: ast.Call) -> str:
    """The last name of what is called: `Searcher` for both Searcher() and search.Searcher()."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


IMPORTS = [item for name, tree in TREES.items() for item in imports_in(name, tree, SOURCES[name].name == "__init__.py")]


def room_of(module: str) -> str | None:
    """The room (or leaf) that the module belongs to; None where it has no place in the order."""
    for room in (*LEAVES, *ROOMS):
        if module == room or module.startswith(room + "."):
            return room
    return None


def against_the_order(imports: Iterable[Import]) -> list[str]:
    """The imports between modules of the project that run the wrong way."""
    return [str(item) for item in imports if item.library in PACKAGES and not allowed(item)]


def allowed(item: Import) -> bool:
    here, there = room_of(item.importer), room_of(item.target)
    if here is None or there is None:
        return False
    if here in LEAVES:
        return there in LEAVES[here]
    if there in LEAVES:
        return here != "index"
    return ROOMS.index(here) <= ROOMS.index(there)


def importers(*libraries: str) -> set[str]:
    return {item.importer for item in IMPORTS if item.library in libraries}


@pytest.mark.parametrize(
    ("importer", "code", "fine"),
    [
        ("app.ui.cli", "from app.wiring import build", True),
        ("app.ui.cli", "def run():\n    import eval.answers", False),
        ("app.wiring", "from app.ui.cli import main", False),
        ("app.steps.compose", "from app import assistant", False),
        ("app.steps.compose", "from app.answer import Answer", True),
        ("app.steps.compose", "from .draft import Draft", True),
        ("app.steps.compose", "from ..wiring import build", False),
        ("app.rules.engine", "from app.patient.profile import Profile", True),
        ("app.patient.profile", "from app.rules.engine import Verdict", False),
        ("app.settings", "from app.errors import UserError", True),
        ("app.settings", "from app.answer import Answer", False),
        ("app.newcomer", "from app.errors import UserError", False),
        ("index.store", "from app.errors import UserError", False),
        ("index.store", "import importlib\nimportlib.import_module('app.settings')", False),
        ("index.store", "from index.records import Passage", True),
    ],
)
def test_the_order_of_imports_is_told_from_its_breach(importer: str, code: str, fine: bool) -> None:
    assert (against_the_order(imports_in(importer, ast.parse(code))) == []) is fine


def test_every_module_has_a_place_in_the_order() -> None:
    assert len(SOURCES) > 30
    assert [name for name in SOURCES if name != "app" and room_of(name) is None] == []


def test_imports_run_one_way_only() -> None:
    assert against_the_order(IMPORTS) == []


def test_the_index_knows_neither_the_app_nor_the_evaluation() -> None:
    index = [item for item in IMPORTS if room_of(item.importer) == "index"]
    assert index
    assert [str(item) for item in index if item.library in ("app", "eval")] == []


def test_the_contract_needs_the_standard_library_only() -> None:
    contract = [item for item in IMPORTS if item.importer == "app.answer"]
    assert contract
    assert [str(item) for item in contract if item.library not in sys.stdlib_module_names] == []


def test_no_module_imports_the_tests() -> None:
    ours = {"tests", *(path.stem for path in (ROOT / "tests").rglob("*.py"))} - {"__init__"}
    assert "test_architecture" in ours
    assert [str(item) for item in IMPORTS if item.library in ours] == []


@pytest.mark.parametrize("library", ONE_HOME)
def test_a_heavy_library_lives_in_one_file(library: str) -> None:
    assert len(importers(library)) == 1, sorted(importers(library))


def test_gradio_lives_in_the_files_of_the_page() -> None:
    assert {"app.ui.chat"} <= importers("gradio")
    assert all(name.startswith("app.ui.chat") for name in importers("gradio"))


def test_torch_lives_with_sentence_transformers() -> None:
    assert importers("torch", "transformers") <= importers("sentence_transformers")


def test_llama_index_lives_in_one_file_of_the_index_in_that_of_the_language_model_and_in_the_evaluation() -> None:
    product = {name for name in importers("llama_index") if room_of(name) != "eval"}
    assert product == {"index.vectors", "app.steps.llm_client"}
    models = {item.importer for item in IMPORTS if item.target.startswith("llama_index.llms")}
    assert models == {"app.steps.llm_client"}


def test_matplotlib_lives_in_one_file_of_the_page_and_in_the_evaluation() -> None:
    product = {name for name in importers("matplotlib") if room_of(name) != "eval"}
    assert product == {"app.ui.plots"}
    # Its pyplot keeps the figures of a process in one place.
    assert [str(item) for item in IMPORTS if "pyplot" in f"{item.target} {item.name}"] == []


def test_the_web_framework_lives_in_one_file() -> None:
    elsewhere = [item for item in IMPORTS if item.library in WEB and item.importer != "app.ui.http"]
    assert importers(*WEB) >= {"app.ui.http"}
    # The page is mounted on the API and names its type.
    assert [
        str(item)
        for item in elsewhere
        if (item.importer, item.target, item.name) != ("app.ui.chat", "fastapi", "FastAPI")
    ] == []


def test_document_formats_are_read_in_the_readers_only() -> None:
    def at_home(item: Import) -> bool:
        quotes = item.library == "pypdf" and item.importer.startswith("index.original")
        return quotes or item.importer.startswith("index.readers.")

    reading = [item for item in IMPORTS if item.library in READERS_ONLY]
    assert {item.library for item in reading} == READERS_ONLY
    assert [str(item) for item in reading if not at_home(item)] == []


def test_only_the_wiring_names_concrete_classes() -> None:
    named = {name: concrete_names(tree) for name, tree in TREES.items() if name.startswith("app.")}
    assert named.pop("app.wiring") == {*CONCRETE, "Searcher()"}
    assert {name: names for name, names in named.items() if names} == {}


def concrete_names(tree: ast.AST) -> set[str]:
    """The concrete names of the index that the file uses, and "Searcher()" where it makes one."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found |= {name} & CONCRETE
            case ast.Call() if called(node) == "Searcher":
                found.add("Searcher()")
    return found


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_name_says_what_is_inside() -> None:
    assert [name for name in SOURCES if NAMES_THAT_SAY_NOTHING & set(name.split("."))] == []


@pytest.mark.parametrize(
    "code",
    [
        "import app.ui.cli",
        "from app.ui.cli import main; assert main(['--version']) == 0",
        "import app.wiring",
        "import app.answer, app.errors, app.settings",
    ],
    ids=["command line", "version", "wiring", "leaves"],
)
def test_nothing_slow_is_loaded_before_it_is_needed(code: str) -> None:
    assert loaded_by(code) & SLOW_TO_LOAD == set()


def test_what_a_program_loads_is_seen() -> None:
    assert loaded_by("import numpy") & SLOW_TO_LOAD == {"numpy"}


def loaded_by(code: str) -> set[str]:
    """The libraries loaded once a fresh interpreter has run the code."""
    listing = f"{code}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())
