"""Query serializers of lists."""

from typing import Any

import pytest
from django.http import QueryDict

from django_impl.common.validation.fields import ChoiceField
from django_impl.common.validation.filters import ListQuery
from django_impl.products.serializers import ProductParameters


class SortedQuery(ListQuery):
    default_ordering = "price"

    ordering = ChoiceField(["price", "name"], default="price")


class WithoutLimit(SortedQuery):
    """A list that removes a field as DRF's documentation does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("limit")  # type: ignore[attr-defined] # the test shows that it fails


def errors_of(query: str) -> dict[str, list[str]]:
    serializer = SortedQuery(data=QueryDict(query))
    serializer.is_valid()
    return {name: [error.code for error in errors] for name, errors in serializer.errors.items()}


def test_shared_fields_cannot_be_changed() -> None:
    fields: Any = ProductParameters(data=QueryDict("")).fields

    with pytest.raises(TypeError):
        fields["search"] = fields["limit"]
    with pytest.raises(TypeError):
        del fields["search"]
    with pytest.raises(AttributeError):
        WithoutLimit(data=QueryDict(""))
    assert "search" in ProductParameters(data=QueryDict("")).fields


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("ordering=price&ordering=name&cursor=abc", {"ordering": ["repeated_parameter"]}),
        ("ordering=size&cursor=abc", {"ordering": ["invalid_choice"]}),
        ("ordering=name&cursor=abc", {"cursor": ["invalid_cursor"]}),
        ("cursor=abc", {"cursor": ["invalid_cursor"]}),
    ],
)
def test_a_cursor_is_checked_only_for_a_valid_ordering(query: str, errors: dict[str, list[str]]) -> None:
    assert errors_of(query) == errors
