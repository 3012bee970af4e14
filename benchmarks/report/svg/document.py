"""Converts Matplotlib's SVG: small, accessible, and for the page with CSS variables as colours."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from markupsafe import Markup
from matplotlib.figure import Figure

from benchmarks.report.palette import LIGHT
from benchmarks.report.svg.canvas import FONT_SIZE, TIP

SVG, XLINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
_VARIABLES = {colour: f"var(--{name})" for name, colour in LIGHT.items()}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NUMBER = re.compile(r"-?\d+\.\d+")
# The root element has the font size of almost all texts.
_FONT = re.compile(rf"font-family: [^;]*;? ?|font-size: {FONT_SIZE}px; ?")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def file_text(figure: Figure, title: str, description: str) -> str:
    """Return the figure as an SVG document."""
    root = _tree(figure, "chart", title, description)
    root.set("xmlns", SVG)
    root.set("font-family", "system-ui, 'DejaVu Sans', Verdana, Arial, sans-serif")
    return ET.tostring(root, encoding="unicode") + "\n"


def inline(figure: Figure, identifier: str, title: str, description: str) -> Markup:
    """Return the figure as an element of the page. `identifier` begins its ids, and must be unique in the page."""
    root = _tree(figure, identifier, title, description)
    for element in root.iter():
        for name in ("style", "fill", "stroke"):
            if value := element.get(name):
                element.set(name, _COLOUR.sub(lambda match: _VARIABLES[match[0]], value))
    for name in ("width", "height"):
        del root.attrib[name]
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree has escaped the texts


def _tree(figure: Figure, identifier: str, title: str, description: str) -> ET.Element:
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    root = ET.fromstring(file.getvalue())  # noqa: S314 - Matplotlib wrote the text
    for parent in root.iter():
        for child in list(parent):
            if child.tag.rpartition("}")[2] in {"metadata", "style"}:
                parent.remove(child)
    _rename(root, identifier)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        _shorten(element)
    _remove_invisible(root)
    _flatten(root)
    _describe(root, identifier, title, description)
    return root


def _rename(root: ET.Element, identifier: str) -> None:
    """Let the ids that are referenced begin with `identifier`, remove the others, and make titles of tooltips."""
    referenced = {name for element in root.iter() for name in _references(element)}
    names = {name: f"{identifier}-{number}" for number, name in enumerate(sorted(referenced), 1)}
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in names:
            element.set("id", names[own])
        elif own.startswith(TIP):
            title = ET.Element("title")
            title.text = own.removeprefix(TIP).partition(":")[2]
            element.insert(0, title)
        if target := element.attrib.pop(XLINK, None):
            element.set("href", f"#{names[target.removeprefix('#')]}")
        for name, value in element.attrib.items():
            element.set(name, _REFERENCE.sub(lambda match: f"url(#{names[match[1]]})", value))


def _references(element: ET.Element) -> list[str]:
    target = element.get(XLINK)
    own = [target.removeprefix("#")] if target else []
    return [*own, *(name for value in element.attrib.values() for name in _REFERENCE.findall(value))]


def _shorten(element: ET.Element) -> None:
    """Round numbers to hundredths of a point, and remove fonts, line breaks and rotations by 0 degrees."""
    attributes: dict[str, Callable[[str], str]] = {
        "d": lambda value: " ".join(_rounded(value).split()),
        "style": lambda value: _FONT.sub("", value),
        **dict.fromkeys(("x", "y", "width", "height", "transform"), _rounded),
    }
    for name, change in attributes.items():
        if value := element.get(name):
            element.set(name, change(value))
    if element.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del element.attrib["transform"]
    if element.tag not in {"text", "title"}:
        element.text = None
    element.tail = None


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)


def _remove_invisible(root: ET.Element) -> None:
    """Remove backgrounds without colour and empty definitions."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("style") == "fill: none" or (child.tag == "defs" and not len(child)):
                parent.remove(child)


def _flatten(element: ET.Element) -> None:
    """Replace groups without attributes and title by their children."""
    for child in list(element):
        _flatten(child)
        if child.tag == "g" and not child.attrib and child.find("title") is None:
            position = list(element).index(child)
            element.remove(child)
            for offset, grandchild in enumerate(list(child)):
                element.insert(position + offset, grandchild)


def _describe(root: ET.Element, identifier: str, title: str, description: str) -> None:
    """Add the text alternative."""
    names = {"title": f"{identifier}-title", "desc": f"{identifier}-desc"}
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(tag, id=names[tag])
        element.text = text
        root.insert(position, element)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-labelledby", names["title"])
    root.set("aria-describedby", names["desc"])
    root.set("stroke-linejoin", "round")
    root.set("font-size", str(FONT_SIZE))
