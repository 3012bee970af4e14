"""Headers that allow pages of other origins to use the API."""

from urllib.parse import SplitResult

from corsheaders.conf import conf
from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest


# --8<-- [start:cors]
class CORSHeadersMiddleware(CorsMiddleware):
    """Adds the CORS headers to each response under /api, also to that of OPTIONS."""

    def check_preflight(self, request: HttpRequest) -> None:
        """Return None, so that the view answers a preflight. The base class would return 200 for any path."""

    def origin_found_in_white_lists(self, origin: str, url: SplitResult) -> bool:
        """Return whether the origin is listed. The base class ignores a path after it."""
        return origin in conf.CORS_ALLOWED_ORIGINS

    # --8<-- [end:cors]
