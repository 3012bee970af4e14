"""Hooks that tell Schemathesis what openapi.yaml cannot express: the existing rows, and rules beyond JSON Schema."""

from typing import Any

import schemathesis
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from tests.generative.shop_state import ShopState
from tests.generative.trimmed_validation import is_valid_when_trimmed

_state = ShopState()
# Errors of data that is valid by the schema. They depend on other rows, or on a rule that is described in words.
_BEYOND_SCHEMAS = {"not_unique", "unknown_category", "unknown_product", "cycle", "key_reused", "invalid_cursor"}


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - as hooks are called
    """Make a valid request name existing rows. Otherwise most responses would be 404 or 422."""
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        _state.fill(case)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:  # noqa: ARG001 - as hooks are called
    """Store which rows the response created or deleted."""
    _state.update(case, response)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:  # noqa: ARG001
    """Return False for a failure that is caused by a rule beyond JSON Schema."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 422:
        is_beyond_schemas = all(error["code"] in _BEYOND_SCHEMAS for error in response.json()["errors"])
        return is_valid_when_trimmed(case) and not is_beyond_schemas
    if isinstance(failure, AcceptedNegativeData):
        return not is_valid_when_trimmed(case)
    return True
