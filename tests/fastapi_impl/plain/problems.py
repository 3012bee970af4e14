"""What problem responses say."""

import httpx


def errors(answer: httpx.Response) -> list[str]:
    """The entries of a 422, each as `place pointer code`."""
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return [f"{entry['in']} {entry['pointer']} {entry['code']}" for entry in answer.json()["errors"]]


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
