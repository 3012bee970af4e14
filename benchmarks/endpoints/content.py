"""The content of the large response, the same in each process of both frameworks."""

from typing import Any

# About 1 MB of compact JSON.
LARGE_ITEMS = 2_880


def large_document() -> dict[str, Any]:
    """Return the content of the large response."""
    return {"items": [_item(number) for number in range(LARGE_ITEMS)]}


def _item(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Product {number:05d}",
        "slug": f"product-{number:05d}",
        "description": f"Number {number:05d} of the products that exist only to make a response large. " * 3,
        "price": f"{number % 500}.{number % 100:02d}",
        "stock": number % 50,
        "is_in_stock": number % 50 > 0,
        "category": None,
    }
