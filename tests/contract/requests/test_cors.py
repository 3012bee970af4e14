"""Without CORS_ALLOWED_ORIGINS, no response has CORS headers. The parity cases test servers with it."""

import pytest

from tests.contract.client import Client


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_response_has_no_cors_headers_by_default(anonymous: Client, method: str) -> None:
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    response = anonymous.http.request(method, "/api/products", headers=headers)

    assert response.status_code == {"GET": 200, "OPTIONS": 204}[method]
    assert [name for name in response.headers if name == "vary" or name.startswith("access-control-")] == []
