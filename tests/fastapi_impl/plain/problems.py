"""Helpers that read problem responses."""

import httpx


def errors(response: httpx.Response) -> list[str]:
    """Return the errors of a 422 response, each as `location pointer code`."""
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json"), response.text
    return [f"{entry['in']} {entry['pointer']} {entry['code']}" for entry in response.json()["errors"]]


def code(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem response."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]
