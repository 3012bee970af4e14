"""What openapi.yaml cannot say to Schemathesis: which rows there are, and rules that no schema can express."""

from typing import Any

import schemathesis
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from tests.generative.existing import Existing
from tests.generative.trimming import is_valid_when_trimmed

_existing = Existing()
# Refusals of data that is valid by the schema: they depend on other rows, or on a rule of the README.
_BEYOND_SCHEMAS = {"not_unique", "unknown_category", "unknown_product", "cycle", "key_reused", "invalid_cursor"}


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - as hooks are called
    """Let a valid request name what is there: else most would be refused for naming what is not."""
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        _existing.fill(case)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:  # noqa: ARG001 - as hooks are called
    """Remember what has come to be there, and what no longer is."""
    _existing.learn(case, response)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:  # noqa: ARG001
    """Keep a failure unless a rule that no schema can express explains it."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 422:
        is_beyond_schemas = all(error["code"] in _BEYOND_SCHEMAS for error in response.json()["errors"])
        return is_valid_when_trimmed(case) and not is_beyond_schemas
    if isinstance(failure, AcceptedNegativeData):
        return not is_valid_when_trimmed(case)
    return True
