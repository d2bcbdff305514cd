"""The wheel carries all that the program needs and nothing that is not ours to give, and answers where installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CARRIED = ("app", "index", "eval", "corpus", "prompts")
BESIDE = ("tests", "pyproject.toml", "README.md", "LICENSE", "NOTICE", ".gitignore")
GENERATED = shutil.ignore_patterns("__pycache__", "artefacts", "*.pyc")

pytestmark = pytest.mark.slow


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What the command prints; it must succeed. Only PATH and what is given here reach it from outside."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, into which a reader has put a copy of the article."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in (*CARRIED, *BESIDE):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=GENERATED)
        else:
            shutil.copy(source, copy / name)
    originals = copy / "corpus" / "tarpgaard-2024" / "original"
    for name in ("article.txt", "article.pdf"):
        (originals / name).write_text("a reader's own copy", encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from that copy without any download."""
    place = tmp_path_factory.mktemp("wheel")
    build = ("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", place, checkout)
    run(sys.executable, *build, folder=place, HOME=str(place / "home"))
    (built,) = place.glob("lateline-*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of the environment that runs the tests."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", place, folder=place.parent)
    pip = (sys.executable, "-m", "pip", "--python", place / "bin" / "python")
    run(*pip, "install", "--no-deps", "--no-index", wheel, folder=place.parent, HOME=str(place.parent))
    (packages,) = place.glob("lib/python*/site-packages")
    # A folder named in a .pth file is searched after the venv's own, and the .pth files in it are not read: the
    # dependencies are found, an editable install of the checkout is not.
    ours = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (packages / "dependencies.pth").write_text("\n".join(ours) + "\n", encoding="utf-8")
    return place


def files_below(folder: Path) -> Iterator[str]:
    for name in CARRIED:
        for path in (folder / name).rglob("*"):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


def is_readers_copy(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == "corpus" and "original" in parts[:-1] and parts[-1] != "README.md"


def test_the_wheel_holds_exactly_the_files_of_the_program(checkout: Path, names: set[str]) -> None:
    expected = {name for name in files_below(checkout) if not is_readers_copy(name)}
    assert {
        "app/ui/chat.css",
        "corpus/tarpgaard-2024/document.toml",
        "corpus/tarpgaard-2024/sections/02-1.md",
        "corpus/tarpgaard-2024/slips.toml",
        "corpus/tarpgaard-2024/tables/table2.csv",
        "corpus/knowledge/lexicon/drugs.toml",
        "eval/questions/frozen.jsonl",
        "index/vectors.py",
        "prompts/replies.toml",
    } <= expected
    packed = {name for name in names if ".dist-info/" not in name and not is_readers_copy(name)}
    assert packed == expected


def test_the_wheel_leaves_a_readers_copy_of_the_article_at_home(checkout: Path, names: set[str]) -> None:
    assert any(is_readers_copy(name) for name in files_below(checkout))
    assert sorted(name for name in names if is_readers_copy(name)) == []


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path, names: set[str]) -> None:
    about = wheel.name.rsplit("-", 3)[0] + ".dist-info"
    assert {f"{about}/licenses/LICENSE", f"{about}/licenses/NOTICE"} <= names
    with zipfile.ZipFile(wheel) as archive:
        commands = archive.read(f"{about}/entry_points.txt").decode()
        metadata = archive.read(f"{about}/METADATA").decode()
    assert "lateline = app.ui.cli:main" in commands.splitlines()
    assert "License-Expression: Apache-2.0" in metadata.splitlines()


def test_the_installed_packages_are_those_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "import app, index, eval, faiss; print(app.__file__, index.__file__, eval.__file__, sep='\\n')"
    places = run(installed / "bin" / "python", "-c", code, folder=tmp_path, HOME=str(tmp_path)).splitlines()
    assert len(places) == 3
    assert [place for place in places if not Path(place).is_relative_to(installed)] == []


def test_the_installed_command_answers_with_its_source_from_any_folder(installed: Path, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    lateline = installed / "bin" / "lateline"
    answer = json.loads(run(lateline, "ask", "mOS SUNLIGHT?", "--json", folder=elsewhere, HOME=str(home)))
    assert answer["status"] == "answered"
    assert "10.8" in answer["answer"]
    assert "7.5" in answer["answer"]
    assert ("2", "SUNLIGHT") in [(citation["table"], citation["row"]) for citation in answer["citations"]]
    assert list(elsewhere.iterdir()) == []
