"""The errors of the shop. Each class is one problem of `errors.yaml`, with the same code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django_impl.contract import FIELD_MESSAGES


# --8<-- [start:errors]
@dataclass(frozen=True)
class FieldError:
    """One entry of a 422: `in_` is body, query or header, `limit` the bound that the value exceeds."""

    in_: str
    pointer: str
    code: str
    limit: Any = None

    @property
    def message(self) -> str:
        """The message of the code in errors.yaml, with the limit filled in."""
        return FIELD_MESSAGES[self.code].format(limit=self.limit)


class ShopError(Exception):
    """The base of all errors that reject a request; `code` names the problem in `errors.yaml`."""

    code: ClassVar[str] = "internal_error"


class MalformedBody(ShopError):
    code = "malformed_body"
    # --8<-- [end:errors]


class InvalidHost(ShopError):
    code = "invalid_host"


class NotAuthenticated(ShopError):
    code = "not_authenticated"


class InvalidToken(ShopError):
    code = "invalid_token"


class InvalidCredentials(ShopError):
    code = "invalid_credentials"


class PermissionDenied(ShopError):
    code = "permission_denied"


class NotFound(ShopError):
    code = "not_found"


class MethodNotAllowed(ShopError):
    """The path does not have the method; `allow` lists its methods in the contract's order."""

    code = "method_not_allowed"

    def __init__(self, allow: Sequence[str]) -> None:
        super().__init__()
        self.allow = allow


class NotAcceptable(ShopError):
    code = "not_acceptable"


class OutOfStock(ShopError):
    code = "out_of_stock"


class StockLimitExceeded(ShopError):
    code = "stock_limit_exceeded"


class WrongStatus(ShopError):
    code = "wrong_status"


class CategoryInUse(ShopError):
    code = "category_in_use"


class ProductInUse(ShopError):
    code = "product_in_use"


class ContentTooLarge(ShopError):
    code = "content_too_large"


class UnsupportedMediaType(ShopError):
    code = "unsupported_media_type"


class RangeNotSatisfiable(ShopError):
    """The file of `size` bytes ends before the requested range."""

    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class InvalidRequest(ShopError):
    """The request is well-formed but its data is invalid; `errors` has the places and reasons."""

    code = "invalid_request"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors)
        self.errors = errors


class TooManyRequests(ShopError):
    """There were more requests than the limit; the window ends in `retry_after` seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class DatabaseUnavailable(ShopError):
    code = "database_unavailable"
