"""Servers that a TOML file adds: a wrong file is rejected with a reason, and a right one is started with its values."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest

from harness.servers.added import AddedServer, BadImplementation, read_added, read_server
from harness.servers.command_lines import Budget
from harness.servers.server import ServerFailed, serve

UNUSED_URL = "postgresql://nowhere/none"
COMMAND = json.dumps([sys.executable, "server.py", "{port}"])
SERVER = """
import http.server, json, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path in ("/health", "/environment") else 404)
        body = json.dumps({"directory": os.getcwd(), **os.environ}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty data directory."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path_factory.mktemp("data")))


def written(directory: Path, text: str, name: str = "server.toml") -> Path:
    """Write a file and return its path."""
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_server_has_defaults_for_what_the_file_omits(tmp_path: Path) -> None:
    path = written(tmp_path, f'name = "litestar"\ncommand = {COMMAND}')
    command = (sys.executable, "server.py", "{port}")
    assert read_server(path) == AddedServer(str(path), "litestar", command, {}, "/readyz", str(tmp_path))


def test_placeholders_are_replaced_in_the_command_and_the_environment(tmp_path: Path) -> None:
    words = [sys.executable, "--workers={workers}", "{{{port}}}"]
    text = f'name = "a"\ncommand = {json.dumps(words)}\n[environment]\nGOMAXPROCS = "{{threads}}"'
    server, budget = read_server(written(tmp_path, text)), Budget(workers=2, threads=7)
    assert server.command_line(budget, 8000) == [sys.executable, "--workers=2", "{8000}"]
    assert server.variables(budget, 8000) == {"GOMAXPROCS": "7"}


def test_a_server_survives_json(tmp_path: Path) -> None:
    server = read_server(written(tmp_path, f'name = "a"\ncommand = {COMMAND}\nenvironment = {{A = "b"}}'))
    assert AddedServer.from_json(json.loads(json.dumps(asdict(server)))) == server


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", "is not TOML"),
        (f"command = {COMMAND}", "name is missing"),
        ("", "name and command are missing"),
        (f'name = "a"\ncommand = {COMMAND}\nport = 1', "unknown port; the keys are name, command, environment"),
        (f'name = "fastapi"\ncommand = {COMMAND}', '"fastapi" is taken'),
        (f'name = "bare"\ncommand = {COMMAND}', '"bare" is taken'),
        (f'name = "two words"\ncommand = {COMMAND}', "lower-case letters, digits, dots and hyphens"),
        ('name = "a"\ncommand = "server {port}"', "command must be a list of words"),
        ('name = "a"\ncommand = []', "command must be a list of words"),
        (f'name = "a"\ncommand = ["{sys.executable}", "{{cpus}}"]', "unknown placeholder {cpus}; the placeholders are"),
        (f'name = "a"\ncommand = ["{sys.executable}", "{{port:d}}"]', "unknown placeholder {port}"),
        (f'name = "a"\ncommand = ["{sys.executable}", "{{"]', "write {{ and }} for braces"),
        (f'name = "a"\ncommand = ["{sys.executable}"]', "must contain {port}"),
        ('name = "a"\ncommand = ["no-such-program", "{port}"]', '"no-such-program" was not found on the PATH'),
        ('name = "a"\ncommand = ["./server", "{port}"]', '"./server" was not found in '),
        (f'name = "a"\ncommand = {COMMAND}\nready = "health"', 'ready must be a path that begins with "/"'),
        (f'name = "a"\ncommand = {COMMAND}\ndirectory = "nowhere"', "directory must be the path of a directory"),
        (f'name = "a"\ncommand = {COMMAND}\nenvironment = {{A = 1}}', "environment must be a table of strings"),
        (f'name = "a"\ncommand = {COMMAND}\nenvironment = {{SECRET_KEY = "b"}}', "must not contain SECRET_KEY"),
    ],
)
def test_a_wrong_file_is_rejected_with_its_name_and_the_reason(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadImplementation) as raised:
        read_server(path)
    assert str(path) in str(raised.value)
    assert expected in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadImplementation, match=r"nowhere\.toml cannot be read: No such file"):
        read_server(tmp_path / "nowhere.toml")


def test_two_files_must_not_have_the_same_name(tmp_path: Path) -> None:
    text = f'name = "a"\ncommand = {COMMAND}'
    first, second = (written(tmp_path, text, name) for name in ("one.toml", "two.toml"))
    with pytest.raises(BadImplementation, match=r'two\.toml: .*one\.toml has the name "a" too'):
        read_added([first, second])


def test_an_added_server_runs_in_its_directory_with_its_environment_and_its_ready_path(tmp_path: Path) -> None:
    written(tmp_path, SERVER, "server.py")
    (tmp_path / "python").symlink_to(sys.executable)
    text = (
        'name = "a"\ncommand = ["./python", "server.py", "{port}"]\nready = "/health"\n[environment]\nLISTEN = "{port}"'
    )
    with serve(read_server(written(tmp_path, text)), UNUSED_URL, environment={"SECRET_KEY": "key"}) as running:
        assert running.name == "a"
        found = _environment(running.url)
        assert found["directory"] == str(tmp_path)
        assert found["LISTEN"] == str(running.port)
        assert (found["DATABASE_URL"], found["SECRET_KEY"]) == (UNUSED_URL, "key")


def test_a_program_that_has_been_removed_is_named(tmp_path: Path) -> None:
    program = written(tmp_path, "#!/bin/sh\n", "server")
    program.chmod(0o755)
    server = read_server(written(tmp_path, 'name = "a"\ncommand = ["./server", "{port}"]'))
    program.unlink()
    message = r"a could not be started.\n.*No such file or directory: './server'"
    with pytest.raises(ServerFailed, match=message), serve(server, UNUSED_URL):
        pass


def _environment(url: str) -> dict[str, str]:
    content: dict[str, str] = httpx.get(f"{url}/environment", timeout=60, trust_env=False).json()
    return content
