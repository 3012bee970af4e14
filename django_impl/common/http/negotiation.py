"""Content negotiation by `Accept` (RFC 9110, 12.5.1)."""

from collections.abc import Iterable, Sequence

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from django_impl.common.exceptions import NotAcceptable
from django_impl.common.http.parsers import select_parser

SPECIFICITY = {"*/*": 0, "application/*": 1, "application/json": 2}


class JSONNegotiation(DefaultContentNegotiation):
    """Selects JSON or raises NotAcceptable. A view with other renderers gets DRF's negotiation, with `?format=`."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the parser of the body. Raises UnsupportedMediaType, ContentTooLarge."""
        return select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer. Raises NotAcceptable."""
        renderer, *others = renderers
        if others or renderer.media_type != "application/json":
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [renderer, *others], format_suffix)
            return chosen
        if not accepts_json(request.META.get("HTTP_ACCEPT", "")):
            raise NotAcceptable
        return renderer, renderer.media_type


class AnyNegotiation(JSONNegotiation):
    """Ignores `Accept`, for pages and files that have one form."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def accepts_json(accept: str) -> bool:
    """Return whether the most specific range of `accept` that matches JSON has a quality above 0."""
    if not accept.strip() or accept == "*/*":
        return True
    best = (-1, 0.0)
    for media_range in accept.split(","):
        name, *parameters = (part.strip().lower() for part in media_range.split(";"))
        if name in SPECIFICITY:
            best = max(best, (SPECIFICITY[name], quality(parameters)))
    return best[1] > 0


def quality(parameters: Sequence[str]) -> float:
    """Return the value of `q` in the parameters of a media range; 1 without `q`, 0 if it is not a number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
