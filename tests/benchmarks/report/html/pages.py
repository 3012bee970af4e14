"""A parser of HTML pages for tests."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """A parsed page: its elements with their attributes, and the texts of its styles and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.current_tag = ""
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self.current_tag = tag

    def handle_endtag(self, _tag: str) -> None:
        self.current_tag = ""

    def handle_data(self, data: str) -> None:
        if self.current_tag in self.texts:
            self.texts[self.current_tag].append(data)

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements that have this attribute."""
        return [attributes for _, attributes in self.elements if name in attributes]
