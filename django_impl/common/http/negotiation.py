"""Whether a client takes JSON, as RFC 9110 has it."""

from collections.abc import Iterable, Sequence

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from django_impl.common.exceptions import NotAcceptable
from django_impl.common.http.parsers import parser_of

SPECIFICITY = {"*/*": 0, "application/*": 1, "application/json": 2}


class JSONNegotiation(DefaultContentNegotiation):
    """JSON or 406: DRF's own, which lets `?format=` choose, is asked where a view has other renderers than JSON's."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the parser of the body's type, or raise where the body's headers say that none takes it."""
        return parser_of(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer, or raise where `Accept` admits none."""
        renderer, *others = renderers
        if others or renderer.media_type != "application/json":
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [renderer, *others], format_suffix)
            return chosen
        if not accepts_json(request.META.get("HTTP_ACCEPT", "")):
            raise NotAcceptable
        return renderer, renderer.media_type


class AnyNegotiation(JSONNegotiation):
    """Pages and files are what they are, whatever `Accept` says."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def accepts_json(accept: str) -> bool:
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
