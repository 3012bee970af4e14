"""`.env` is parsed like docker compose parses it, and no shell interprets it."""

from pathlib import Path

import pytest

from harness.dotenv import InvalidDotenv, new_variables


def read(folder: Path, text: str | bytes, **environment: str) -> dict[str, str]:
    """Write the text to `.env`, and return the variables that it adds to the environment."""
    file = folder / ".env"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return new_variables(file, environment)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=postgresql://u:p@db/shop?sslmode=require&application_name=x", None),
        ("A=/srv/my data", None),
        ("A=a;b|c>d<e(f)`g`*~\\n", None),
        ('A=it\'s "so"', None),
        ("A=p#ss", None),
        ("A=value # a comment", "value"),
        ("A=  value  ", "value"),
        ("A = value", "value"),
        ("export A=value", "value"),
        ("A=", ""),
        ("A='a b # c $d ${e}'", "a b # c $d ${e}"),
        ('A="a b # c"', "a b # c"),
        ('A="two\nlines"', "two\nlines"),
        ("A=größe", None),
        ("A=$HOME/data", "/srv/me/data"),
        ("A=${HOME}/data", "/srv/me/data"),
        ("A=a$$b", "a$b"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_value_is_read_as_docker_compose_reads_it(tmp_path: Path, line: str, value: str | None, end: str) -> None:
    expected = line.partition("=")[2] if value is None else value
    assert read(tmp_path, f"\ufeff# first{end or '\n'}\n{line}{end}", HOME="/srv/me") == {"A": expected}


def test_environment_takes_precedence_and_the_last_duplicate_wins(tmp_path: Path) -> None:
    assert read(tmp_path, "A=1\nB=1\nB=2\nC=$A$B\n", A="mine") == {"B": "2", "C": "mine2"}
    assert read(tmp_path, "A=1\n", A="") == {}


def test_missing_file_sets_no_variables(tmp_path: Path) -> None:
    assert new_variables(tmp_path / ".env", {}) == {}


@pytest.mark.parametrize(
    "line",
    [
        "secret",
        "secret two",
        "secret: 1",
        "=secret",
        "A-B=secret",
        "1A=secret",
        "A='secret",
        'A="secret" x',
        "A=se\0cret",
    ],
)
def test_invalid_line_is_reported_by_number_without_its_value(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidDotenv, match=r"\.env, line 4: this is not NAME=value\.$") as failure:
        read(tmp_path, f"# first\nB=1\n\n{line}\nC=1\n")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("value", ["pa$word", "pa$", "$1", "${B:-b}", '"$word"'])
def test_dollar_without_a_set_variable_is_rejected(tmp_path: Path, value: str) -> None:
    with pytest.raises(InvalidDotenv, match=r"line 1: a \$ in the value of A cannot be replaced"):
        read(tmp_path, f"A={value}\n")


@pytest.mark.parametrize("content", [b"A=\xff\n", "A=b\n".encode("utf-16")])
def test_file_that_is_not_utf_8_is_rejected(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidDotenv, match="not UTF-8"):
        read(tmp_path, content)


def test_directory_instead_of_a_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InvalidDotenv, match="Is a directory"):
        new_variables(tmp_path, {})
