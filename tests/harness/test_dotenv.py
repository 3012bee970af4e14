"""What `.env` sets is read as docker compose reads it, and by no shell."""

from pathlib import Path

import pytest

from harness.dotenv import UnreadableDotenv, added_by


def read(folder: Path, text: str | bytes, **environment: str) -> dict[str, str]:
    file = folder / ".env"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return added_by(file, environment)


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
def test_the_whole_line_is_the_value(tmp_path: Path, line: str, value: str | None, end: str) -> None:
    expected = line.partition("=")[2] if value is None else value
    assert read(tmp_path, f"\ufeff# first{end or '\n'}\n{line}{end}", HOME="/srv/me") == {"A": expected}


def test_the_environment_comes_first_and_the_last_line_of_a_name_counts(tmp_path: Path) -> None:
    assert read(tmp_path, "A=1\nB=1\nB=2\nC=$A$B\n", A="mine") == {"B": "2", "C": "mine2"}
    assert read(tmp_path, "A=1\n", A="") == {}


def test_no_file_sets_nothing(tmp_path: Path) -> None:
    assert added_by(tmp_path / ".env", {}) == {}


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
def test_a_line_that_is_none_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnreadableDotenv, match=r"\.env, line 4: this is not NAME=value\.$") as failure:
        read(tmp_path, f"# first\nB=1\n\n{line}\nC=1\n")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("value", ["pa$word", "pa$", "$1", "${B:-b}", '"$word"'])
def test_a_dollar_that_stands_for_nothing_is_refused_not_dropped(tmp_path: Path, value: str) -> None:
    with pytest.raises(UnreadableDotenv, match=r"line 1: a \$ in the value of A cannot be replaced"):
        read(tmp_path, f"A={value}\n")


@pytest.mark.parametrize("content", [b"A=\xff\n", "A=b\n".encode("utf-16")])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableDotenv, match="not UTF-8"):
        read(tmp_path, content)


def test_a_directory_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDotenv, match="Is a directory"):
        added_by(tmp_path, {})
