"""Types that read and show values as the contract says.

The bounds are Pydantic's own; what stands in front of them trims, or takes 1.0 for an integer. `validation.py` gives
Pydantic's errors the codes of the catalogue; those that are raised here have them already.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from fastapi_impl.contract import MAX_INT32, MIN_PRICE

LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})+$"
MONEY = r"^(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$"
PRICE = r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$"
ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$"
VISIBLE_ASCII = "^[!-~]+$"
CURSOR = "^[A-Za-z0-9_-]+$"
INTEGER = re.compile("-?(0|[1-9][0-9]*)")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class CleanString:
    """Trims a string and refuses the characters in `refused`, before Pydantic measures what is left."""

    refused: str
    trim: bool = True

    @property
    def pattern(self) -> str:
        """What is accepted, as a regular expression."""
        return f"^[^{self.refused}]*$"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"pattern": self.pattern} | handler(schema)

    def read(self, value: Any) -> Any:
        """Return the trimmed string; what is no string is left for Pydantic to refuse."""
        if not isinstance(value, str):
            return value
        text = value.strip() if self.trim else value
        if re.search(f"[{self.refused}]", text):
            raise PydanticCustomError("control_character", "control character")
        return text


SINGLE_LINE = CleanString(r"\u0000-\u001F\u007F-\u009F")
MULTI_LINE = CleanString(r"\u0000-\u0008\u000B-\u001F\u007F-\u009F")
UNTRIMMED = CleanString(r"\u0000-\u001F\u007F-\u009F", trim=False)

Email = Annotated[
    str,
    Field(min_length=3, max_length=254, pattern=EMAIL),
    SINGLE_LINE,
    AfterValidator(str.lower),
]
# --8<-- [start:money]
MoneyText = Annotated[str, Field(strict=True, min_length=1, max_length=11, pattern=MONEY), SINGLE_LINE]


@dataclass(frozen=True)
class Amount:
    """Reads a string such as 19.99 as an amount of at least `least`."""

    least: Decimal

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = core_schema.no_info_plain_validator_function(self.read)
        return core_schema.chain_schema([handler.generate_schema(MoneyText), read])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema, in which a least amount is one that is not 0."""
        return handler(schema["steps"][0]) | ({"pattern": PRICE} if self.least else {})

    def read(self, text: str) -> Decimal:
        """Return the amount with two decimals."""
        amount = Decimal(text).quantize(CENT)
        if amount < self.least:
            raise PydanticCustomError("too_small", "too small", {"limit": str(self.least)})
        return amount


Money = Annotated[Decimal, Amount(Decimal(0))]
Price = Annotated[Decimal, Amount(MIN_PRICE)]
# --8<-- [end:money]


def whole(value: Any) -> Any:
    """Return 1 for 1.0, as JSON Schema says; anything else is left for Pydantic to judge."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def digits(value: Any) -> Any:
    """Return the integer that a query parameter writes; of a very long one only the first digits are read."""
    return int(value[:100]) if isinstance(value, str) and INTEGER.fullmatch(value) else value


def flag(value: Any) -> Any:
    """Return the boolean that a query parameter writes."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


FloatAsInt = BeforeValidator(whole)
QueryInt = BeforeValidator(digits)
QueryBoolean = Annotated[bool, BeforeValidator(flag)]


def int32(least: int, most: int) -> Any:
    """Return the bounds of an integer."""
    return Field(ge=least, le=most, json_schema_extra={"format": "int32"})


@dataclass(frozen=True)
class MayBeAbsent:
    """Of a parameter that is None when it was not sent: None is nothing that a client could write."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema without null."""
        sent: JsonSchemaValue = handler(schema)["anyOf"][0]
        return sent


def json_schema(**schema: Any) -> WithJsonSchema:
    """Return the schema of a value that only goes out: it comes from the database, so there is nothing to check."""
    return WithJsonSchema({"type": "string", **schema})


IDOut = Annotated[UUID, json_schema(format="uuid", minLength=36, maxLength=36, pattern=ID)]
TimeOut = Annotated[datetime, json_schema(format="date-time", minLength=20, maxLength=27, pattern=TIME)]
PriceOut = Annotated[Decimal, json_schema(minLength=4, maxLength=11, pattern=r"^(0|[1-9][0-9]{0,7})\.[0-9]{2}$")]
AmountOut = Annotated[Decimal, json_schema(minLength=4, maxLength=17, pattern=r"^(0|[1-9][0-9]{0,13})\.[0-9]{2}$")]
CountOut = Annotated[int, int32(0, MAX_INT32)]
