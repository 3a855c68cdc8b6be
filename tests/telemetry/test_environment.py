"""Settings come from the environment, or from a file that wins; what is wrong is said in a sentence."""

import os
import socket
import time
from pathlib import Path

import psycopg
import pytest

from telemetry import environment
from telemetry.environment import Environment, SettingRefused

NAMES = (
    "ENV_FILE",
    "PROMETHEUS_MULTIPROC_DIR",
    "NAME",
    "NAME_FILE",
    "DATABASE_URL",
    "REDIS_URL",
    "APP_NAME",
    "SECRET_KEY",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin without settings, in a checkout without a stack; put the process's own back at the end."""
    for name in (*NAMES, "TIME_ZONE", "LOG_LEVEL", "LOG_FILE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(environment, "ROOT", tmp_path)


@pytest.fixture
def env() -> Environment:
    return Environment("master")


def test_the_file_of_a_running_stack_wins_over_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".stack").mkdir()
    (tmp_path / ".stack" / "master.env").write_text("NAME=of the stack\n")
    monkeypatch.setenv("NAME", "of somebody's real database")
    assert Environment("master").text("NAME", "") == "of the stack"
    assert Environment("client").project == "client"


def test_each_project_reads_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".stack").mkdir()
    (tmp_path / ".stack" / "client.env").write_text("NAME=of the client\n")
    monkeypatch.setenv("NAME", "of master")
    assert Environment("master").text("NAME", "") == "of master"
    assert Environment("client").text("NAME", "") == "of the client"


def test_another_file_may_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".stack").mkdir()
    (tmp_path / ".stack" / "master.env").write_text("NAME=of the stack\n")
    chosen = tmp_path / "chosen.env"
    chosen.write_text("# a comment\nNAME='chosen'\n")
    monkeypatch.setenv("ENV_FILE", str(chosen))
    assert Environment("master").text("NAME", "") == "chosen"


def test_an_empty_env_file_reads_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".stack").mkdir()
    (tmp_path / ".stack" / "master.env").write_text("NAME=of the stack\n")
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.setenv("NAME", "of the process")
    assert Environment("master").text("NAME", "") == "of the process"


def test_a_chosen_file_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "nowhere.env"))
    with pytest.raises(SettingRefused, match=r"ENV_FILE names .*nowhere\.env, which is not a file"):
        Environment("master")


def test_without_any_file_the_process_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "of the process")
    assert Environment("master").text("NAME", "") == "of the process"


def test_the_directory_of_the_counters_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "a" / "b"))
    Environment("master")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_refusal_ends_the_process_with_code_1_and_its_sentence() -> None:
    refusal = SettingRefused("NAME", "is not set", "Set it.")
    assert isinstance(refusal, SystemExit)
    assert refusal.code == "NAME is not set. Set it."


def test_text_must_be_set_unless_it_has_a_default(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for empty in (False, True):
        if empty:
            monkeypatch.setenv("NAME", "")
        with pytest.raises(SettingRefused, match=r"NAME is not set\. Set it to something\."):
            env.text("NAME", "Set it to something.")
        assert env.text("NAME", "", default="something") == "something"


def test_a_setting_may_be_read_from_a_file(env: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("7\n")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "secret"))
    for empty in (False, True):
        if empty:
            monkeypatch.setenv("NAME", "")
        assert (env.text("NAME", ""), env.whole("NAME", default=0), env.names("NAME")) == ("7", 7, ["7"])
    monkeypatch.setenv("NAME", "8")
    assert env.text("NAME", "") == "8"


def test_a_file_that_cannot_be_read_is_named(env: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NAME_FILE", str(tmp_path))
    with pytest.raises(SettingRefused, match=r"NAME_FILE names .*, which cannot be read\. Name a file"):
        env.text("NAME", "Set it.")


def test_awss_library_finds_what_is_in_files_and_nothing_that_is_empty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("of the file\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "")
    Environment("master")
    assert os.environ["AWS_ACCESS_KEY_ID"] == "of the file"
    assert os.environ.keys().isdisjoint({"AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"})


@pytest.mark.parametrize(
    ("word", "flag"),
    [("true", True), ("1", True), ("Yes", True), (" on ", True), ("False", False), ("0", False), ("no", False)],
)
def test_flags(env: Environment, monkeypatch: pytest.MonkeyPatch, word: str, flag: bool) -> None:
    monkeypatch.setenv("NAME", word)
    assert env.flag("NAME", default=not flag) is flag
    monkeypatch.delenv("NAME")
    assert env.flag("NAME", default=flag) is flag


@pytest.mark.parametrize("word", ["maybe", "2", "truee", ""])
def test_a_flag_is_never_guessed(env: Environment, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("NAME", word)
    with pytest.raises(SettingRefused, match=r"NAME is .* Set it to true or false\."):
        env.flag("NAME", default=True)


def test_whole_numbers(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.whole("NAME", default=7) == 7
    monkeypatch.setenv("NAME", "12")
    assert env.whole("NAME", default=7) == 12


@pytest.mark.parametrize("word", ["-1", "1.5", "many", "²", "1 000"])
def test_what_is_no_whole_number(env: Environment, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("NAME", word)
    with pytest.raises(SettingRefused, match=r"NAME is .* Set it to a whole number\."):
        env.whole("NAME", default=7)


def test_names_are_separated_by_commas(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.names("NAME") == []
    assert env.names("NAME", default="a,b") == ["a", "b"]
    monkeypatch.setenv("NAME", " a.example.org , b.example.org ,")
    assert env.names("NAME") == ["a.example.org", "b.example.org"]


def test_the_database_is_postgresql(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:p%40ss@db.example.org:6432/name?sslmode=require")
    settings = env.database()
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("user", "p@ss", "name")
    assert (settings["HOST"], settings["PORT"]) == ("db.example.org", 6432)
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_a_database_that_does_not_answer_is_given_up(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://user@127.0.0.1:{silent.getsockname()[1]}/name?connect_timeout=2"
        monkeypatch.setenv("DATABASE_URL", url)
        settings = env.database()
        options = settings["OPTIONS"]
        started = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            psycopg.connect(host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], **options)
        assert time.monotonic() - started < 10
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] < 30
    monkeypatch.setenv("DATABASE_URL", url.partition("?")[0])
    assert int(env.database()["OPTIONS"]["connect_timeout"]) == 5


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", "is not set"),
        ("mysql://user@host/name", "is not a PostgreSQL address"),
        ("sqlite:///db.sqlite3", "is not a PostgreSQL address"),
        ("postgres://user@host:port/name", "cannot be read"),
        ("postgres://user@host:99999/name", "cannot be read"),
        ("postgres://user@host", "names no database"),
        ("postgres://user@host/", "names no database"),
    ],
)
def test_a_wrong_database(env: Environment, monkeypatch: pytest.MonkeyPatch, url: str, wrong: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingRefused, match=f"^DATABASE_URL {wrong}"):
        env.database()


def test_a_refusal_never_shows_the_password(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, url in (("DATABASE_URL", "postgres://user:secret@h:x/n"), ("REDIS_URL", "redis://:secret@h:x/0")):
        monkeypatch.setenv(name, url)
    for read in (env.database, env.redis):
        with pytest.raises(SettingRefused) as caught:
            read()
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["redis://h:6379/0", "rediss://:secret@h:6379/0", "unix:///run/redis.sock"])
def test_redis(env: Environment, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert env.redis() == url


@pytest.mark.parametrize(
    ("url", "wrong"),
    [("", "is not set"), ("amqp://h", "is not a Redis address"), ("redis://h:port/0", "cannot be read")],
)
def test_a_wrong_redis(env: Environment, monkeypatch: pytest.MonkeyPatch, url: str, wrong: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(SettingRefused, match=f"^REDIS_URL {wrong}"):
        env.redis()


def test_the_name_of_the_app_is_the_projects_unless_it_is_set(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert env.app_name() == "master"
    monkeypatch.setenv("APP_NAME", "client-2")
    assert env.app_name() == "client-2"


@pytest.mark.parametrize("name", ["a:b", "a b", "é", "---", "a/b", "a*"])
def test_a_name_that_would_confuse_keys_is_refused(
    env: Environment, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("APP_NAME", name)
    with pytest.raises(SettingRefused, match=r"^APP_NAME is"):
        env.app_name()


def test_the_secret_key_is_long_unless_debugging(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingRefused, match=r"^SECRET_KEY is not set"):
        env.secret_keys(debug=True)
    monkeypatch.setenv("SECRET_KEY", "x" * 49)
    assert env.secret_keys(debug=True) == ["x" * 49]
    for short in ("x" * 49, f"{'x' * 49}\n{'y' * 50}", "\n"):
        monkeypatch.setenv("SECRET_KEY", short)
        with pytest.raises(SettingRefused, match=r"^SECRET_KEY is too short"):
            env.secret_keys(debug=False)
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    assert env.secret_keys(debug=False) == ["x" * 50]


def test_former_secret_keys_stand_below_the_key_or_apart(
    env: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{'x' * 50}\n\n {'y,z' * 20} \n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret))
    assert env.secret_keys(debug=False) == ["x" * 50, "y,z" * 20]
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{'a' * 50}, {'b' * 50}")
    assert env.secret_keys(debug=False) == ["x" * 50, "y,z" * 20, "a" * 50, "b" * 50]
    assert env.secrets() == ["a" * 50, "b" * 50, "x" * 50, "y,z" * 20], "none is to be logged"


def test_tokens_are_several_or_one_or_none_and_the_first_is_sent(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (env.tokens("NAME"), env.token("NAME")) == ([], "")
    monkeypatch.setenv("NAME", "a" * 32)
    assert (env.tokens("NAME"), env.token("NAME")) == (["a" * 32], "a" * 32)
    monkeypatch.setenv("NAME", f" {'a' * 32}, {'b' * 40} ,")
    assert (env.tokens("NAME"), env.token("NAME")) == (["a" * 32, "b" * 40], "a" * 32)


@pytest.mark.parametrize("token", ["a" * 31, f"{'a' * 32},{'b' * 31}", "a b" * 20, "\N{SNOWMAN}" * 40])
def test_a_token_that_is_short_or_strange_is_refused_and_not_shown(
    env: Environment, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("NAME", token)
    with pytest.raises(SettingRefused, match=r"^NAME has a token that is too short") as caught:
        env.tokens("NAME")
    assert token[:20] not in str(caught.value)


def test_time_zones(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.time_zone() == "UTC"
    monkeypatch.setenv("TIME_ZONE", "Europe/Paris")
    assert env.time_zone() == "Europe/Paris"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "/etc/passwd", "../UTC", "Europe", "\N{SNOWMAN}"])
def test_a_wrong_time_zone(env: Environment, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TIME_ZONE", name)
    with pytest.raises(SettingRefused, match=r"^TIME_ZONE cannot be read"):
        env.time_zone()


def test_log_levels(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.log_level() == "INFO"
    monkeypatch.setenv("LOG_LEVEL", "debug")
    assert env.log_level() == "DEBUG"
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(SettingRefused, match=r"^LOG_LEVEL is 'LOUD'\. Set it to one of DEBUG, INFO"):
        env.log_level()


def test_what_has_a_shape(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingRefused, match=r"^NAME is not set\. Set it to digits\."):
        env.shaped("NAME", r"\d+", "Set it to digits.")
    monkeypatch.setenv("NAME", "12x")
    with pytest.raises(SettingRefused, match=r"^NAME is '12x'\. Set it to digits\."):
        env.shaped("NAME", r"\d+", "Set it to digits.")
    monkeypatch.setenv("NAME", "12")
    assert env.shaped("NAME", r"\d+", "Set it to digits.") == "12"
    monkeypatch.delenv("NAME")
    assert env.shaped("NAME", r"\d+", "Set it to digits.", default="7") == "7"


def test_what_is_secret_is_known_once_it_was_read(env: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_SECRETS_OF_OTHERS", ("NAME",))
    monkeypatch.setenv("NAME", "of-aws-1")
    monkeypatch.setenv("SECRET_KEY", "k" * 50)
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:hunter%202x@db/x")
    monkeypatch.setenv("REDIS_URL", "redis://:hunter%203x@redis:6379/0")
    assert env.secrets() == ["of-aws-1"]
    env.secret_keys(debug=False)
    env.database()
    env.redis()
    monkeypatch.setenv("NAME", f"{'t' * 32},{'u' * 32}")
    env.tokens("NAME")
    monkeypatch.setenv("NAME", "short")
    assert env.secrets() == ["hunter 2x", "hunter 3x", "k" * 50, "t" * 32, "u" * 32]


def test_a_file_of_the_log_is_made_or_refused_in_a_sentence(
    env: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert env.log_file() == ""
    monkeypatch.setenv("LOG_FILE", str(tmp_path / "logs" / "client.log"))
    assert env.log_file() == str(tmp_path / "logs" / "client.log")
    assert (tmp_path / "logs" / "client.log").is_file()
    monkeypatch.setenv("LOG_FILE", str(tmp_path / "logs"))
    with pytest.raises(SettingRefused, match=r"LOG_FILE names .*logs: Is a directory\. Name a file"):
        env.log_file()
