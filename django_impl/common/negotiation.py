"""Whether a client takes JSON, as RFC 9110 has it."""

from collections.abc import Iterable, Sequence

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from django_impl.common.errors import NotAcceptable

SPECIFICITY = {"*/*": 0, "application/*": 1, "application/json": 2}


class JSONNegotiation(BaseContentNegotiation):
    """JSON or 406: DRF's own lets `?format=` and parameters of the type choose."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the only parser; the body's headers are checked before."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer, or raise where `Accept` admits no JSON."""
        if not admits_json(request.META.get("HTTP_ACCEPT", "")):
            raise NotAcceptable
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class AnyNegotiation(JSONNegotiation):
    """Pages and files are what they are, whatever `Accept` says."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def admits_json(accept: str) -> bool:
    """Tell whether the most specific range of `accept` that matches JSON has a quality above 0."""
    if not accept.strip() or accept == "*/*":
        return True
    best = (-1, 0.0)
    for media_range in accept.split(","):
        name, *parameters = (part.strip().lower() for part in media_range.split(";"))
        if name in SPECIFICITY:
            best = max(best, (SPECIFICITY[name], quality(parameters)))
    return best[1] > 0


def quality(parameters: Sequence[str]) -> float:
    """Return the weight among a media range's parameters; 1 where there is none, 0 where it is no number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
