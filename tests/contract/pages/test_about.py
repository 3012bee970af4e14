"""The page at `/about` names the implementation, and links to its documentation and to the other implementation."""

import re

import httpx
import pytest

from harness.servers.server import Implementation, serve
from tests.contract.client import Client

OTHER = {"django": "FastAPI", "fastapi": "Django"}
NAMES = {"django": "Django", "fastapi": "FastAPI"}


def test_about_page_names_the_implementation(anonymous: Client) -> None:
    page = anonymous.http.get("/about")
    name = NAMES[anonymous.implementation]

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<title>About this server ({name}) - Shop</title>" in page.text
    assert f"<h1>About this server: the {name} implementation</h1>" in page.text


def test_every_link_of_the_page_works(anonymous: Client) -> None:
    links = re.findall('href="(/[^"]*)"', anonymous.http.get("/about").text)

    assert {"/docs", "/redoc", "/openapi.json"} < set(links)
    assert [anonymous.http.get(link).status_code for link in links] == [200] * len(links)


@pytest.mark.parametrize("implementation", NAMES)
def test_about_page_links_to_the_other_implementation_when_configured(
    implementation: Implementation, database_url: str
) -> None:
    other = "http://127.0.0.1:9"

    with serve(implementation, database_url, environment={"COUNTERPART_URL": other}) as running:
        page = httpx.get(f"{running.url}/about", trust_env=False).text

    assert f'<a href="{other}">{other}</a>' in page
    assert f"The {OTHER[implementation]} implementation." in page


def test_documentation_pages_name_the_implementation(anonymous: Client) -> None:
    titles = {path: re.findall("<title>(.*?)</title>", anonymous.http.get(path).text) for path in ("/docs", "/redoc")}
    name = NAMES[anonymous.implementation]

    assert titles == {"/docs": [f"Shop ({name}): Swagger UI"], "/redoc": [f"Shop ({name}): ReDoc"]}
    assert f"This is the {name} implementation." in anonymous.http.get("/openapi.json").json()["info"]["description"]
