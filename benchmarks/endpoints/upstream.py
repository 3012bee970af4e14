"""HTTP clients of the upstream, the server that `upstream` waits for: urllib3 in threads, aiohttp in the event loop.

httpx has clients for both, but for each request its pool searches all of its connections: with 128 requests at once
that cost 7 ms of CPU each, several times as much as the framework.
"""

import os
from typing import Any

import aiohttp
import urllib3

# The variable that contains the URL of the upstream.
VARIABLE = "UPSTREAM_URL"
# A request that is not answered for so long is an error.
TIMEOUT_SECONDS = 30.0
# More than the users of the benchmark, so that no request waits for a connection.
MAX_CONNECTIONS = 1024


class UpstreamFailed(RuntimeError):
    """The response of the upstream has another status than 200."""


class ThreadedUpstream:
    """A client that threads share. Raises KeyError if the variable is not set."""

    def __init__(self) -> None:
        self._url = os.environ[VARIABLE]
        self._pool = urllib3.PoolManager(maxsize=MAX_CONNECTIONS, retries=False, timeout=TIMEOUT_SECONDS)

    def get(self) -> Any:
        """Send a request and return the JSON of the response. Raises HTTPError of urllib3, UpstreamFailed."""
        response = self._pool.request("GET", self._url)
        _require_ok(response.status)
        return response.json()


class AsyncUpstream:
    """A client for the running event loop. Raises KeyError if the variable is not set.

    FastAPI closes it in its lifespan. Django has none, so there the connections close with the process.
    """

    def __init__(self) -> None:
        self._url = os.environ[VARIABLE]
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        )

    async def get(self) -> Any:
        """Send a request and return the JSON of the response. Raises ClientError, TimeoutError, UpstreamFailed."""
        async with self._session.get(self._url) as response:
            _require_ok(response.status)
            return await response.json()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def _require_ok(status: int) -> None:
    if status != 200:
        raise UpstreamFailed(f"the upstream responded with {status}")
