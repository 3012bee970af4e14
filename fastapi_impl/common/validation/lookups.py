"""Slugs and ids in paths. Invalid ones are not found, without a statement."""

import re
from uuid import UUID

from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.slugs import SLUG
from fastapi_impl.common.validation.fields import ID


def slug_or_not_found(text: str) -> str:
    """Return the slug; raise NotFound where `text` does not have the form of a slug."""
    if not re.fullmatch(SLUG, text):
        raise NotFound
    return text


def id_or_not_found(text: str) -> UUID:
    """Return the id; raise NotFound where `text` is not a UUID in canonical form."""
    if not re.fullmatch(ID, text):
        raise NotFound
    return UUID(text)
