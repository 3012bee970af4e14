"""A server uses only path and query of a request target in absolute form."""

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import LAST_REQUEST, request
from tests.contract.sockets import send_and_receive

pytestmark = pytest.mark.usefixtures("no_traceback")


@pytest.mark.parametrize(
    "authority", ["127.0.0.1", "127.0.0.1:80", "127.0.0.1:99999", "elsewhere.example", "u:p@[::1]"]
)
def test_only_path_and_query_of_an_absolute_target_are_used(running: RunningServer, authority: str) -> None:
    for path, expected in (("/healthz", 200), ("", 200), ("?a=1", 200), ("/nowhere", 404)):
        head, _ = request(f"http://{authority}{path}")
        assert [response.status for response in send_and_receive(running.port, head + LAST_REQUEST)] == [expected, 200]
