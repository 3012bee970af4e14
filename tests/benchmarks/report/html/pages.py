"""The HTML page of a run, and a parser of HTML pages, for tests."""

from html.parser import HTMLParser

from benchmarks.analysis.summary import summaries
from benchmarks.report.html.page import html
from benchmarks.results import Results

# Elements without content and end tag.
VOID = {"meta", "input", "br", "col", "link", "img", "hr"}


def written(results: Results) -> str:
    """Return the page of a run."""
    return html(results, summaries(results))


class Page(HTMLParser):
    """A parsed page: its elements with their attributes, and the texts of its styles and scripts.

    `nesting_errors` has the elements that are not closed, or closed in another order than they were opened.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.nesting_errors: list[str] = []
        self.current_tag = ""
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.nesting_errors += self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self.current_tag = tag
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.current_tag = ""
        if not self.open or self.open.pop() != tag:
            self.nesting_errors.append(tag)

    def handle_data(self, data: str) -> None:
        if self.current_tag in self.texts:
            self.texts[self.current_tag].append(data)

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements that have this attribute."""
        return [attributes for _, attributes in self.elements if name in attributes]
