"""Where a setting's value comes from, and what is said when a name or a value cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UserError
from app.rules.catalogue import OPTION_IDS as CATALOGUE
from app.settings import OPTION_IDS, Settings, load_settings
from app.ui.cli import main
from index.corpus import PACKAGED_CORPUS
from index.embedding import PACKAGED_MODEL

NAMES = [
    "generator",
    "llm_base_url",
    "llm_model",
    "llm_api_key",
    "llm_api_key_file",
    "llm_timeout_s",
    "llm_context_tokens",
    "llm_reply_tokens",
    "vector_store",
    "postgres_dsn",
    "embedding_model",
    "embedding_query_prompt",
    "embedding_passage_prompt",
    "query_precision",
    "reranker",
    "corpus_dir",
    "index_dir",
    "unavailable",
    "feedback_path",
    "cache_size",
]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(file: Path | None, environment: dict[str, str] | None = None) -> str:
    """The one line with which these settings are refused."""
    with pytest.raises(UserError) as caught:
        load_settings(file, environment or {})
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_file_and_environment_all_is_default() -> None:
    in_force = load_settings(None, {})
    assert in_force.origin == dict.fromkeys(NAMES, "default")
    settings = in_force.settings
    assert (settings.generator, settings.vector_store) == ("extractive", "faiss")
    assert (settings.embedding_model, settings.corpus_dir) == (PACKAGED_MODEL, PACKAGED_CORPUS)
    assert settings.index_dir.is_absolute()
    assert settings.feedback_path is None


def test_a_file_sets_values_and_is_their_origin(tmp_path: Path) -> None:
    file = written(tmp_path, 'index_dir = "/srv/index"\nembedding_model = "/srv/model"\n')
    in_force = load_settings(file, {})
    assert in_force.settings == Settings(index_dir=Path("/srv/index"), embedding_model="/srv/model")
    changed = dict.fromkeys(["index_dir", "embedding_model"], str(file))
    assert in_force.origin == {**dict.fromkeys(NAMES, "default"), **changed}


def test_the_file_of_the_working_folder_is_read_unless_another_is_named(tmp_path: Path) -> None:
    written(tmp_path, 'index_dir = "/srv/near"\n', "lateline.toml")
    named = written(tmp_path, 'corpus_dir = "/srv/corpus"\n')
    near, far = load_settings(None, {}), load_settings(named, {})
    assert (near.settings.index_dir, near.origin["index_dir"]) == (Path("/srv/near"), "lateline.toml")
    assert (far.settings.corpus_dir, far.origin["index_dir"]) == (Path("/srv/corpus"), "default")


def test_the_environment_wins_and_is_the_origin(tmp_path: Path) -> None:
    file = written(tmp_path, 'index_dir = "/srv/index"\ncorpus_dir = "/srv/corpus"\n')
    in_force = load_settings(file, {"LATELINE_INDEX_DIR": "/tmp/index", "PATH": "/bin", "lateline_x": "y"})
    assert in_force.settings == Settings(index_dir=Path("/tmp/index"), corpus_dir=Path("/srv/corpus"))
    assert in_force.origin["index_dir"] == "LATELINE_INDEX_DIR"
    assert in_force.origin["corpus_dir"] == str(file)


def test_the_environment_of_the_process_is_read_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATELINE_CORPUS_DIR", "/srv/corpus")
    assert load_settings(None).settings.corpus_dir == Path("/srv/corpus")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("index_dri", "index_dir"), ("corpus", "corpus_dir"), ("embeding_model", "embedding_model")],
)
def test_an_unknown_name_is_refused_with_its_place_and_the_nearest_known_one(
    tmp_path: Path, name: str, nearest: str
) -> None:
    variable = f"LATELINE_{name.upper()}"
    from_environment = refusal(None, {variable: "x"})
    assert variable in from_environment
    file = written(tmp_path, f'"{name}" = "x"\n')
    from_file = refusal(file)
    assert str(file) in from_file
    for message in (from_environment, from_file):
        assert f"{name!r} is no setting" in message
        assert message.endswith(f"the nearest is {nearest!r}.")


def test_options_set_as_unavailable_come_as_a_list_or_parted_by_commas(tmp_path: Path) -> None:
    file = written(tmp_path, 'unavailable = ["regorafenib", "ftd_tpi"]\n')
    assert load_settings(file, {}).settings.unavailable == ("regorafenib", "ftd_tpi")
    in_force = load_settings(file, {"LATELINE_UNAVAILABLE": "fruquintinib, anti_her2,"})
    assert in_force.settings.unavailable == ("fruquintinib", "anti_her2")
    assert in_force.origin["unavailable"] == "LATELINE_UNAVAILABLE"


def test_an_option_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    file = written(tmp_path, 'unavailable = ["regorafenib", "regorafinib"]\n')
    for message, place in (
        (refusal(file), str(file)),
        (refusal(None, {"LATELINE_UNAVAILABLE": "regorafinib"}), "LATELINE_UNAVAILABLE"),
    ):
        assert message == f"unavailable (from {place}): 'regorafinib' is no option; the nearest is 'regorafenib'."


def test_the_options_that_settings_know_are_those_of_the_rules() -> None:
    assert OPTION_IDS == CATALOGUE


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ('unavailable = "x"', "unavailable", "'x'"),
        ("unavailable = [1]", "unavailable", "1"),
        ('generator = "gpt"', "generator", "'gpt'"),
        ('vector_store = "milvus"', "vector_store", "'milvus'"),
        ("index_dir = 7", "index_dir", "7"),
        ("embedding_model = true", "embedding_model", "True"),
        ("[corpus_dir]\na = 1", "corpus_dir", "{'a': 1}"),
    ],
)
def test_a_value_that_does_not_fit_is_shown_with_its_name_and_origin(
    tmp_path: Path, text: str, name: str, value: str
) -> None:
    file = written(tmp_path, text + "\n")
    message = refusal(file)
    assert message.startswith(f"{name} (from {file}): ")
    assert value in message


def test_a_value_from_the_environment_that_does_not_fit_names_the_variable() -> None:
    assert "generator (from LATELINE_GENERATOR)" in refusal(None, {"LATELINE_GENERATOR": "gpt"})


@pytest.mark.parametrize("variable", ["LATELINE_INDEX_DIR", "LATELINE_CORPUS_DIR", "LATELINE_EMBEDDING_MODEL"])
def test_an_empty_value_is_refused_and_not_taken_for_the_working_folder(variable: str) -> None:
    assert variable in refusal(None, {variable: ""})


@pytest.mark.parametrize("content", [b"index_dir = ", b"index_dir", b'a = "\xff"', b'index_dir = "a"\nindex_dir = "b"'])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    message = refusal(file)
    assert str(file) in message
    assert "not valid TOML" in message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.toml", tmp_path):
        message = refusal(path)
        assert str(path) in message
        assert "cannot be read" in message


def test_the_command_config_prints_every_setting_with_its_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATELINE_INDEX_DIR", "/srv/index")
    written(tmp_path, 'corpus_dir = "/srv/corpus"\nunavailable = ["ftd_tpi", "regorafenib"]\n')
    assert main(["--config", "own.toml", "config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {
        "index_dir = /srv/index  # LATELINE_INDEX_DIR",
        "corpus_dir = /srv/corpus  # own.toml",
        "generator = extractive  # default",
        "unavailable = ftd_tpi, regorafenib  # own.toml",
        "feedback_path = off  # default",
    } < set(lines)
    assert [line.split(" = ")[0] for line in lines] == NAMES


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LATELINE_INDEX_DRI", "x", "'index_dir'"),
        ("LATELINE_LLM_MODLE", "x", "'llm_model'"),
        ("LATELINE_GENERATOR", "llm", "llm_base_url"),
        ("LATELINE_CORPUS_DIR", "nowhere", "nowhere"),
        ("LATELINE_EMBEDDING_MODEL", "nowhere", "nowhere"),
        ("LATELINE_INDEX_DIR", "file/index", "file"),
    ],
)
def test_a_command_says_in_one_line_which_setting_cannot_work(
    tmp_path: Path,
    variable: str,
    value: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    written(tmp_path, "", "file")
    monkeypatch.setenv(variable, value)
    assert main(["index", "build"]) == 1
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith("lateline: ")
    assert said in error
