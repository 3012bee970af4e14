"""The forms of an HTML page, with the values that a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

type Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """A form with its method, its address and its fields. A list of fields keeps repeated names."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class FormParser(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note the start of a form, or a field of the current one."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        if not self.forms:
            return
        name, fields = values.get("name", ""), self.forms[-1].fields
        match tag:
            case "input" if name and values.get("type") not in {"submit", "checkbox", "radio"}:
                fields[name] = values.get("value", "")
            case "input" if name and values.get("type") == "checkbox" and "checked" in values:
                fields[name] = values.get("value", "on")
            case "textarea" if name:
                self._textarea = name
                fields[name] = ""
            case "select" if name:
                self._select = name
                # starlette-admin fills the choice of a related row with a script.
                fields[name] = values.get("data-initial", "").strip('[]"')
            case "option" if self._select and "selected" in values:
                fields[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a field."""
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Add the text of a textarea. A newline after the tag does not count."""
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data.removeprefix("\n").removeprefix("\r\n")


def form_with(html: str, name: str) -> Form:
    """Return the last form that has this field; those for signing out come first."""
    parser = FormParser()
    parser.feed(html)
    return [form for form in parser.forms if name in form.fields][-1]
