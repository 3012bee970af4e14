"""A page of Chromium whose errors, and whose requests to other hosts, are recorded."""

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # not marked as typed
from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

# Chromium reports each document with such a status as an error. The tests check the statuses themselves.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")

# What Chromium says of a request that was still running when the page was left.
ABORTED = "net::ERR_ABORTED"


@dataclass
class Watched:
    """What the browser reported about a page."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("requestfailed", self._on_failed_request)
        self.page.on("dialog", self._on_dialog)

    def visit(self, path: str) -> Page:
        """Open a path of the server, and return the page."""
        self.page.goto(self.url + path)
        return self.page

    def _on_dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.match(message.text):
            self.problems.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.problems.append(f"request to another host: {request.url}")

    def _on_failed_request(self, request: Request) -> None:
        if request.failure != ABORTED:
            self.problems.append(f"failed: {request.url}: {request.failure}")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page, in light and dark: the rule, and the elements that break it."""
    page.emulate_media(color_scheme="light")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("axe.run({runOnly: ['color-contrast']})")["violations"]  # no other rule depends on colors
    return [f"{page.url} {each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
