"""Many readers at once of an entry that is not in the cache."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.contract.cache.shops import CachingServer

READERS = 100


def reads_of_many_readers(server: CachingServer, path: str) -> int:
    """Let many readers read the path at once, and return how often the server has read products from PostgreSQL."""
    server.log.clear()
    with ThreadPoolExecutor(READERS) as pool:
        with server.responses.held_back():
            readers = [pool.submit(server.client.get, path) for _ in range(READERS)]
            server.responses.wait_for_one()
            time.sleep(0.3)  # so that other readers ask too, if they do; the verdict does not need it
        responses = [reader.result() for reader in readers]
    assert {(response.status_code, response.content) for response in responses} == {(200, responses[0].content)}
    return server.reads()
